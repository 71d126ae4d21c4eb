"""Loads a model into a worker, which can do nothing before that."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

import structlog

from cluster.packaged_model import NoModel

PAUSE_SECONDS = 30.0  # every try takes a core for as long

log = structlog.get_logger()


@contextmanager
def loading() -> Iterator[None]:
    """A stop ends the process at once: a model takes half a minute to export, and nothing is lost with it.

    Raises:
        packaged_model.NoModel: a while after it was met, so that whoever tries again and again is not busy with it.
    """
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    except NoModel as error:
        log.error("no model, work waits", do=str(error))
        sleep(PAUSE_SECONDS)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
