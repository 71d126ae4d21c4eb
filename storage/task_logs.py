"""What every log line of a task carries, and the one line of a task that failed."""

from collections.abc import Sequence
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

IDS_SHOWN = 3  # of those that a task was called with

log = structlog.get_logger()


def leave_logs(**_: Any) -> None:
    """Celery's `setup_logging`: what hears it stands in for what Celery would set up, and ours is set up already."""


def begin_task(task_id: str, task: Any, **_: Any) -> None:
    """From here on lines carry the task's id and name, its queue and who works on it. Celery's `task_prerun`."""
    clear_contextvars()  # of a task that was broken off
    delivered = task.request.delivery_info or {}
    bind_contextvars(task=task.name, task_id=task_id, queue=delivered.get("routing_key"), worker=task.request.hostname)


def end_task(**_: Any) -> None:
    """And from here on no more. Celery's `task_postrun`."""
    clear_contextvars()


def tell_failure(sender: Any, task_id: str, exception: BaseException, args: Sequence[Any] = (), **_: Any) -> None:
    """Logs what a task did not catch, with its traceback and the first of the ids it was to work on.

    Celery's `task_failure`; of one whose process died it comes where nothing of the task is bound.
    """
    ids = args[0] if args and isinstance(args[0], list) else []
    told = {"ids": ids[:IDS_SHOWN], "count": len(ids)} if ids else {}
    log.error(
        "task failed", task=sender.name, task_id=task_id, error=type(exception).__name__, **told, exc_info=exception
    )
