"""What placing an article costs in CPU time, on the labelled articles of SECONDSOURCE_CORPUS.

By a worker that holds LIVE articles, twice what 72 hours of all publishers bring, into a SQLite file; and the decision
alone among MANY. What a cross-encoder takes is told apart.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from bench.labelled import Remembering, labelled, store_read
from bench.results import Result, report
from cluster.changes import change_events
from cluster.decision import decide
from cluster.event import Placement
from cluster.lease import placing_lease
from cluster.placing import BATCH, Placer
from cluster.reading import Reading
from cluster.remembering import hold
from cluster.similarity import RULESET
from cluster.window import WINDOW, Window
from ingest.article import Article
from storage.engine import open_engine, sqlite_url
from storage.migrating import migrate
from storage.settings import Settings

LIVE, MANY = 2_500, 40_000
PLACED = 200
START = datetime(2026, 1, 1, tzinfo=UTC)
AT_MOST_MS, AT_MOST_MANY_MS = 3.0, 48.0  # the bars


def main() -> None:
    """Measures and reports; says so where there is no corpus."""
    settings = Settings()
    known, reader = labelled(settings), Remembering(settings.model_dir)
    articles = [article for window in known.windows for article in window.articles]
    readings = [reading for window in known.windows for reading in known.readings[window.name]]
    with tempfile.TemporaryDirectory(prefix="secondsource-") as folder:
        report([_written(articles, readings, reader, Path(folder))])
    report([_decided(readings, reader)])


def _written(articles: Sequence[Article], readings: Sequence[Reading], reader: Remembering, folder: Path) -> Result:
    engine = open_engine(sqlite_url(folder / "placing.db"))
    migrate(engine)
    _store(engine, articles[:LIVE], readings[:LIVE], START)
    with change_events(engine, by="bench", at=START) as ledger:
        for number, reading in enumerate(readings[:LIVE]):
            ledger.create(Placement(reading.article_id, f"evt_{number}", 1.0, (), None, None, RULESET))
    placer, now = Placer(engine, reader), START + timedelta(hours=1)
    fence = placing_lease(engine, "bench", now)
    assert fence is not None, "nobody else places in this database"
    # The first ones wait for the window to be loaded and indexed, once in a worker's life.
    _store(engine, articles[LIVE : LIVE + PLACED], readings[LIVE : LIVE + PLACED], START + timedelta(seconds=LIVE))
    placer.place_pending(fence, now)
    reader.asked, reader.seconds = 0, 0.0
    started = time.process_time()
    while placer.place_pending(fence, now):
        pass
    result = _result(f"placing and writing: ms an article at {LIVE}", started, PLACED - BATCH, reader, AT_MOST_MS)
    engine.dispose()
    return result


def _decided(readings: Sequence[Reading], reader: Remembering) -> Result:
    window = Window(START - WINDOW)
    for number in range(MANY):
        one = readings[number % (len(readings) - PLACED)]
        moved = replace(one, article_id=f"{one.article_id}-{number}", published_at=START + timedelta(seconds=number))
        window.add(moved, f"evt_{number}", None)
    subjects = [replace(one, published_at=START + timedelta(seconds=MANY)) for one in readings[-PLACED:]]
    decide(subjects[0], window, reader)  # indexes what the window holds
    reader.asked, reader.seconds = 0, 0.0
    started = time.process_time()
    for subject in subjects:
        hold(window, subject, decide(subject, window, reader))
    return _result(f"deciding: ms an article at {MANY}", started, PLACED, reader, AT_MOST_MANY_MS)


def _result(name: str, started: float, count: int, reader: Remembering, bar: float) -> Result:
    spent = time.process_time() - started - reader.seconds
    print(f"{name}: a cross-encoder asked {reader.asked / count:.2f} times an article, "
          f"{1000 * reader.seconds / count:.1f} ms")  # fmt: skip
    return Result(name, round(1000 * spent / count, 2), bar, "lower")


def _store(engine: Engine, articles: Sequence[Article], readings: Sequence[Reading], since: datetime) -> None:
    """Articles of one day, a second apart, with what was read in them."""
    dates = [since + timedelta(seconds=number) for number in range(len(articles))]
    dated = [replace(one, published_at=date, seen_at=date) for one, date in zip(articles, dates, strict=True)]
    store_read(engine, dated, readings)


if __name__ == "__main__":
    main()
