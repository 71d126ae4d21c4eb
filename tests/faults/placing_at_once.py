"""Eight processes place the reports of one happening at once, again and again: it has to stay one event.

`python -m tests.faults.placing_at_once [ROUNDS]` does it on SQLite and on PostgreSQL, and fails for any that is split.
"""

import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import Engine

from cluster.changes import StaleFence
from cluster.embed_stage import embed_articles
from cluster.lease import LEASE_LASTS, let_go, placing_lease
from cluster.placing import Placer
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from cluster.window import WINDOW
from ingest.article import Article
from ingest.store import ArticleStore
from storage.engine import open_engine
from storage.migrating import migrate
from tests.builders import NOON, make_article
from tests.fakes import FakeEmbedder
from tests.integration.storage.server import new_database, postgresql, programs

PROCESSES, ROUNDS = 8, 200
APART = 2 * WINDOW  # in article time: the reports of two rounds are never compared
# By a clock that is so far ahead a lease has run out, so whoever looks at it then takes it from those that are in the
# middle of a batch: these have to be refused by the fence.
AHEAD = 2 * LEASE_LASTS
LOOKS_EVERY_SECONDS = 0.005
ROUND_ENDS_WITHIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. Lost are articles that stand in no event."""

    rounds: int
    split: int
    lost: int
    leases: int  # how often placing passed from one process to another
    seconds: float


def place_at_once(url: str, rounds: int, processes: int = PROCESSES) -> Result:
    """Lets processes place at once on an empty database with today's schema. No thread may run: they are forked."""
    forked = multiprocessing.get_context("fork")
    barrier = forked.Barrier(processes)
    began = time.monotonic()
    running = [
        forked.Process(target=_take_part, args=(url, rounds, number, barrier), daemon=True)
        for number in range(processes)
    ]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert [one.exitcode for one in running] == [0] * processes, "a process broke"
    return _result(url, rounds, processes, time.monotonic() - began)


def _take_part(url: str, rounds: int, number: int, barrier: Barrier) -> None:
    engine = open_engine(url)
    placer, clock = Placer(engine), _clock(number)
    for turn in range(rounds):
        article = _report(turn, number)
        barrier.wait(ROUND_ENDS_WITHIN_SECONDS)
        ArticleStore(engine).add(article)
        _read(engine, article)
        _place(engine, placer, f"process {number}", clock)
    engine.dispose()


def _report(turn: int, number: int) -> Article:
    return make_article(f"art_{turn}_{number}", f"outlet-{number}", published_at=NOON + turn * APART)


def _read(engine: Engine, article: Article) -> None:
    stores = ArticleStore(engine), ReadingStore(engine)
    embed_articles([article.id], articles=stores[0], readings=stores[1], embedder=FakeEmbedder(), now=datetime.now(UTC))


def _place(engine: Engine, placer: Placer, holder: str, clock: Callable[[], datetime]) -> None:
    """As a worker does, until nothing waits; but it asks for the lease again and again."""
    while placer.get_ready():
        if (fence := placing_lease(engine, holder, clock())) is None:
            time.sleep(LOOKS_EVERY_SECONDS)
            continue
        try:
            placer.place_pending(fence, clock())
        except StaleFence:
            continue
        let_go(engine, fence, clock())


def _clock(number: int) -> Callable[[], datetime]:
    """One that is ahead every other time, by a dice."""
    dice = random.Random(number)
    return lambda: datetime.now(UTC) + dice.choice((AHEAD, timedelta()))


def _result(url: str, rounds: int, processes: int, seconds: float) -> Result:
    engine = open_engine(url)
    ids = [[f"art_{turn}_{number}" for number in range(processes)] for turn in range(rounds)]
    stands = EventStore(engine).event_of([one for of_round in ids for one in of_round])
    fence = placing_lease(engine, "who looks", datetime.now(UTC) + 2 * AHEAD) or 0
    engine.dispose()
    return Result(
        rounds=rounds,
        split=sum(len({stands[one] for one in of_round if one in stands}) > 1 for of_round in ids),
        lost=rounds * processes - len(stands),
        leases=fence,
        seconds=seconds,
    )


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """The URL of a migrated database of each kind that there is."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{folder}/at_once.db"}
        if (found := programs()) is not None:
            urls["PostgreSQL"] = new_database(opened.enter_context(postgresql(found)), "at_once")
        for url in urls.values():
            engine = open_engine(url)
            migrate(engine)
            engine.dispose()
        yield urls


def main(rounds: int) -> int:
    """Prints a line for each database; the exit status."""
    failed = 0
    with databases() as urls:
        for name, url in urls.items():
            found = place_at_once(url, rounds)
            print(
                f"{name}: {PROCESSES} processes, {found.rounds} times: {found.split} split, {found.lost} lost; "
                f"the lease passed {found.leases} times, {found.seconds:.0f} s",
                flush=True,
            )
            failed += found.split + found.lost
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
