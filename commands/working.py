"""The workers and the schedule, each as the Celery process that its kind of work needs."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from commands.errors import CannotStart
from commands.preparing import check_operators_broker, open_current
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of worker. `processes` is how many tasks it has in hand; None: one, in the worker's own process."""

    queues: tuple[str, ...]
    processes: int | None


# A task of `ingest` may be killed while it fetches, and only a pool of processes can do that. What has a model has one
# process: neither a model nor a database connection survives a fork. More of it is another worker.
KINDS = {
    "ingest": Kind(("ingest", "deliver"), 2),
    "embed": Kind(("embed",), None),
    "cluster": Kind(("cluster",), None),
    "describe": Kind(("describe", "upkeep"), None),
}
# Quiet: its banner would stand among lines that programs read.
CELERY = ("celery", "--quiet", "-A", "worker")
BEAT = (*CELERY, "beat", "--loglevel", "warning", "--pidfile", "")


def worker_command(kind: str, name: str) -> list[str]:
    """The Python module, with its arguments, that does one of KINDS; `name` is what it is called on this machine."""
    work = KINDS[kind]
    pool = ["solo"] if work.processes is None else ["prefork", "--concurrency", str(work.processes)]
    # Workers need not know of each other: what they share is in the database.
    celery = [*CELERY, "worker", "--without-gossip", "--without-mingle", "--loglevel", "warning"]
    return [*celery, "-n", f"{name}@%h", "-Q", ",".join(work.queues), "--pool", *pool]


def become(module: Sequence[str], settings: Settings) -> None:
    """Makes this process a worker, or the schedule, once it is sure that there is work for it.

    Raises:
        CannotStart: when no broker is set or it is unfit, or the database cannot be used or has another schema.
    """
    if settings.broker_url is None:
        raise CannotStart(
            "set SECONDSOURCE_BROKER_URL to a Redis that all workers share; `secondsource run` needs none, and starts "
            "its own workers"
        )
    check_operators_broker(settings)
    open_current(settings).dispose()
    os.execv(sys.executable, [sys.executable, "-m", *module])
