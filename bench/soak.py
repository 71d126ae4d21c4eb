"""The service under a summer of news: `python -m bench.soak [DAYS]`, with a corpus folder in SECONDSOURCE_CORPUS.

The corpus, or its last DAYS, comes out within SOAK_SECONDS (2400), at publishers that are served from this machine, and
goes through all workers, on PostgreSQL and Redis. What is printed: the memory of each process at the start, in the
middle and at the end, how long the oldest article or event waited at each stage, and how long transactions waited for
each other's locks. Two things differ from a newsroom's day: a host rests for a twentieth of a second instead of one,
since its summer takes less than an hour here, and feeds are polled as often as that asks for.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bench.results import Result, report
from bench.unhurried import LOADER
from bench.watching import memory_of
from cluster.backlog_store import Backlog, BacklogStore
from tests.faults import checking
from tests.faults.machine import Machine
from tests.faults.news import Corpus, News, corpus_folder, newswire, stream
from tests.faults.serving import make_due, models, serving

SECONDS = 2400.0
POLLED_EVERY = timedelta(seconds=20)
LOOKS_EVERY_SECONDS, SAMPLED_EVERY_SECONDS, TELLS_EVERY_SECONDS = 0.5, 5.0, 60.0
SETTLES_WITHIN_SECONDS = 1800.0
MB = 1024**2
GREW_BAR = 1.25  # from the middle to the end, times
_LOCKS = text(
    "SELECT count(*) AS waiting, coalesce(extract(epoch FROM max(clock_timestamp() - waitstart)), 0) AS longest "
    "FROM pg_locks WHERE NOT granted"
)
_DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


@dataclass(slots=True)
class Samples:
    """What was seen, every SAMPLED_EVERY_SECONDS."""

    stored: list[int] = field(default_factory=list)  # articles
    memory: list[dict[str, int]] = field(default_factory=list)  # bytes of each process with what it started
    waited: dict[str, list[float]] = field(default_factory=dict)  # seconds of the oldest, by stage
    locks: list[tuple[int, float]] = field(default_factory=list)  # transactions that wait, seconds of the longest


def main(arguments: Sequence[str]) -> int:
    """The whole run, and whether no process grew and nothing was lost."""
    folder = corpus_folder()
    if folder is None:
        print(__doc__)
        return 2
    seconds = float(os.environ.get("SOAK_SECONDS", SECONDS))
    corpus = _summer(folder, timedelta(days=float(arguments[0])) if arguments else None)
    with tempfile.TemporaryDirectory(prefix="soak-") as name, newswire(corpus, Path(name), seconds) as news:
        samples, lost, deadlocks = _soak(news, Path(name))
    for line in _told(samples, deadlocks):
        print(line)
    middle, end = _memory(samples, 0.5), samples.memory[-1]
    grew = [
        Result(
            f"{process}, memory at the end, times that in the middle", end[process] / middle[process], GREW_BAR, "lower"
        )
        for process in sorted(middle.keys() & end.keys())
    ]
    results = [*grew, Result("articles lost in a soak", lost, 0, "lower")]
    report(results)
    return 0 if all(one.is_reached for one in results) else 1


def _summer(folder: Path, last: timedelta | None) -> Corpus:
    articles = stream(folder)
    if last:
        articles = [one for one in articles if one.published_at >= articles[-1].published_at - last]
    return Corpus(articles, None, folder.parent / "tools")


def _soak(news: News, folder: Path) -> tuple[Samples, int, int]:
    """What was seen, how many articles were lost, and how many transactions got into each other's way for good."""
    with serving("postgresql", news, folder, models(), CELERY_LOADER=LOADER) as served:
        samples = _attend(served.machine, served.engine, news)
        lost = len(news.released().keys() - set(checking.stored_urls(served.engine)))
        lost += checking.progress(served.engine).waiting  # for half an hour
        with served.engine.connect() as connection:
            return samples, lost, int(connection.execute(_DEADLOCKS).scalar_one())


def _attend(machine: Machine, engine: Engine, news: News) -> Samples:
    """Keeps everything going until all that came out has become events."""
    samples, gives_up_at = Samples(), None
    sampled_at = told_at = 0.0
    while gives_up_at is None or time.monotonic() < gives_up_at:
        time.sleep(LOOKS_EVERY_SECONDS)
        machine.attend(time.monotonic())
        assert not machine.wrong, machine.wrong
        if time.monotonic() < sampled_at + SAMPLED_EVERY_SECONDS:
            continue
        sampled_at = time.monotonic()
        with suppress(SQLAlchemyError):
            make_due(engine, POLLED_EVERY)
        _sample(machine, engine, samples)
        is_over = len(news.released()) == news.total
        if is_over and gives_up_at is None:
            gives_up_at = time.monotonic() + SETTLES_WITHIN_SECONDS
        if is_over and samples.stored[-1] == news.total and not checking.progress(engine).waiting:
            break
        if sampled_at > told_at + TELLS_EVERY_SECONDS:
            told_at = sampled_at
            waits = ", ".join(f"{stage} {ages[-1]:.0f} s" for stage, ages in samples.waited.items())
            print(
                f"{datetime.now():%H:%M:%S} {samples.stored[-1]} of {news.total} articles; waiting: {waits}", flush=True
            )
    return samples


def _sample(machine: Machine, engine: Engine, samples: Samples) -> None:
    now = datetime.now(UTC)
    store = BacklogStore(engine, now)
    stages = {"to read": store.to_read(), "to place": store.to_place(), "to describe": store.to_describe()}
    for stage, backlog in stages.items():
        samples.waited.setdefault(stage, []).append(_age(backlog, now))
    with engine.connect() as connection:
        row = connection.execute(_LOCKS).one()
    samples.locks.append((row.waiting, float(row.longest)))
    samples.stored.append(len(checking.stored_urls(engine)))
    samples.memory.append(
        {one.name: memory_of(one.process.pid) for one in machine.children.started if one.is_running and one.process}
    )


def _age(backlog: Backlog, now: datetime) -> float:
    return (now - backlog.since).total_seconds() if backlog.since else 0.0


def _told(samples: Samples, deadlocks: int) -> Iterator[str]:
    yield f"{samples.stored[-1]} articles in {len(samples.stored) * SAMPLED_EVERY_SECONDS / 60:.0f} minutes"
    yield f"{'memory, MB':<14}{'start':>8}{'middle':>8}{'end':>8}"
    start, middle, end = _memory(samples, 0.1), _memory(samples, 0.5), samples.memory[-1]
    for process in sorted(start):
        sizes = [part.get(process, 0) / MB for part in (start, middle, end)]
        yield f"{process:<14}" + "".join(f"{size:>8.0f}" for size in sizes)
    for stage, ages in samples.waited.items():
        yield f"{stage}: the oldest waited {_quantile(ages, 0.5):.1f} s, p95 {_quantile(ages, 0.95):.1f} s"
    waiting = [longest for count, longest in samples.locks if count]
    share = len(waiting) / len(samples.locks)
    yield (
        f"locks: at {share:.0%} of {len(samples.locks)} looks some transaction waited for another, "
        f"p95 {_quantile([longest for _, longest in samples.locks], 0.95):.2f} s, "
        f"longest {max(waiting, default=0.0):.2f} s; {deadlocks} deadlocks"
    )


def _memory(samples: Samples, share: float) -> dict[str, int]:
    """Of each process, when this share of the articles was stored."""
    wanted = share * samples.stored[-1]
    return next(sizes for stored, sizes in zip(samples.stored, samples.memory, strict=True) if stored >= wanted)


def _quantile(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
