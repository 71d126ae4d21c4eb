"""Messages to workers: what is due, a batch a message, and nudges to look whether anything is."""

from collections.abc import Sequence
from typing import Any

import structlog
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from queues import NUDGE_LASTS

log = structlog.get_logger()


def queue(task: Any, ids: Sequence[Any], at_once: int) -> None:
    """Asks for a Celery task on some ids, in batches."""
    for first in range(0, len(ids), at_once):
        _send(task, [list(ids[first : first + at_once])])


def nudge(task: Any) -> None:
    """Asks for a Celery task that finds what is due by itself."""
    _send(task, expires=NUDGE_LASTS.total_seconds())


def _send(task: Any, arguments: Sequence[Any] = (), **options: Any) -> None:
    """A message that cannot be sent is as good as a lost one: whoever wanted to send it has done its work."""
    try:
        task.apply_async(arguments, **options)
    except (OperationalError, RedisError) as error:
        log.error("message not sent, the sweep asks again", task=task.name, error=str(error))
