"""A worker whose backlog never ends: `python -m bench.backlog URL MODELS SINCE`.

Takes the articles published since an instant out of their events and places them again, until it is killed, and says
each time how many it has placed.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE

from sqlalchemy import Engine

from bench.labelled import Remembering
from bench.news import HOLDER
from cluster.changes import change_events
from cluster.lease import placing_lease
from cluster.placing import BATCH, Placer
from cluster.reading_store import ReadingStore
from storage.engine import open_engine
from tests.ending import process


def main() -> None:
    """Places what it has withdrawn, without a pause."""
    url, models, since = sys.argv[1:]
    engine = open_engine(url)
    article_ids = sorted(ReadingStore(engine).since(datetime.fromisoformat(since)))
    # Each pair is read once: from the second time on the worker is at the door as often as it can be.
    placer = Placer(engine, Remembering(Path(models)))
    while True:
        _withdraw(engine, article_ids)
        _place(engine, placer)
        print(len(article_ids), flush=True)


def _withdraw(engine: Engine, article_ids: list[str]) -> None:
    """In batches, so that nobody waits longer for this than for placing: no worker withdraws as much at once."""
    for first in range(0, len(article_ids), BATCH):
        with change_events(engine, by=HOLDER, at=datetime.now(UTC)) as ledger:
            ledger.withdraw(article_ids[first : first + BATCH])


def _place(engine: Engine, placer: Placer) -> None:
    while fence := placing_lease(engine, HOLDER, datetime.now(UTC)):
        if not placer.place_pending(fence, datetime.now(UTC)):
            return


@contextmanager
def endless_backlog(url: str, models: Path, since: datetime) -> Iterator[None]:
    """Such a worker in a process of its own, busy with its second time when the block begins."""
    command = [sys.executable, "-m", "bench.backlog", url, str(models), since.isoformat()]
    with process(command, stdout=PIPE) as worker:
        assert worker.stdout is not None
        if not worker.stdout.readline():
            raise RuntimeError("the worker ended by itself")
        yield


if __name__ == "__main__":
    main()
