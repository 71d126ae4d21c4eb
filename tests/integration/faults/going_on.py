"""Whether the work goes on after a fault, and how soon."""

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from cluster.store import EventStore
from ingest.article import Article
from ingest.store import ArticleStore
from tests.ending import wait_until

AT_WORK_WITHIN_SECONDS = 120.0  # workers that have yet to load their models, on a busy machine


def goes_on(engine: Engine, news: Sequence[Article], fault: Callable[[], None]) -> float:
    """Stores articles that no message tells of, and returns how long after a fault's end they were in events."""
    ArticleStore(engine).add_many(news)
    fault()
    began = time.monotonic()
    wait_until(
        lambda: len(EventStore(engine).event_of([one.id for one in news])) == len(news), AT_WORK_WITHIN_SECONDS, 0.2
    )
    wait_until(lambda: not EventStore(engine).undescribed(1), AT_WORK_WITHIN_SECONDS, 0.2)
    return time.monotonic() - began
