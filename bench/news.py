"""A database of real news: labelled windows, one behind the other up to now, placed and described as workers do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bench.labelled import Labelled, Remembering, store_read
from cluster.describe_stage import describe_events, relate_events
from cluster.filter_store import EventFilter
from cluster.fitting.windows import LabelledWindow
from cluster.lease import placing_lease
from cluster.placing import Placer
from cluster.repair import repair
from cluster.store import EventStore
from ingest.article import Article

SPAN = timedelta(days=2)  # of a window
HOLDER = "bench"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A window's articles at other dates than they had, which keep their distances."""

    articles: tuple[Article, ...]
    ends_at: datetime


def publish(engine: Engine, known: Labelled, reader: Remembering, until: datetime) -> None:
    """Leaves every event described and related, and every doubt about one asked."""
    placer = Placer(engine, reader)
    for window, stretch in zip(known.windows, _up_to(until, known.windows), strict=True):
        store_read(engine, stretch.articles, known.readings[window.name])
        fence = placing_lease(engine, HOLDER, stretch.ends_at)
        assert fence is not None, "nobody else places in this database"
        while placer.place_pending(fence, stretch.ends_at):
            pass
        repair(engine, stretch.ends_at)
        due = EventStore(engine).undescribed(limit=len(stretch.articles))
        describe_events(due, engine=engine, now=stretch.ends_at)
        relate_events(due, engine=engine, now=stretch.ends_at)


def largest(engine: Engine, count: int, until: datetime) -> list[str]:
    """The ids of the events with most sources among those without a report from after an instant."""
    return [event.id for event in EventStore(engine).page(EventFilter(published_to=until), "sources", count)]


def _up_to(until: datetime, windows: tuple[LabelledWindow, ...]) -> Iterator[Stretch]:
    for number, window in enumerate(windows):
        ends_at = until - (len(windows) - 1 - number) * SPAN
        later = ends_at - window.articles[-1].published_at
        moved = (replace(one, published_at=one.published_at + later, seen_at=ends_at) for one in window.articles)
        yield Stretch(tuple(moved), ends_at)
