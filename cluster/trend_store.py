"""Counts the events of lately by what they are about."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine, and_, func, or_, select

from cluster.event import Theme
from cluster.store import ENDED, IS_NEWS
from cluster.tables import event_tags, events
from cluster.trends import Occurrence, spans
from ingest.store import PublisherStore
from storage.engine import reading

_BEGAN = events.c.first_published_at


class TrendStore:
    """How many events there were of each theme, asset and actor."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def observed_from(self) -> datetime | None:
        """Since when enough publishers are read to say what is usual; None: not yet."""
        return PublisherStore(self._engine).observed_from()

    def occurrences(self, now: datetime) -> list[Occurrence]:
        """The news that began in the last span and in those it is held against: by primary theme and asset, by actor.

        Themes and assets are counted as `precedents` counts them.
        """
        # By themes there is an index; every described event has one.
        began = or_(*(and_(since < _BEGAN, until >= _BEGAN) for since, until in spans(now)))
        news = select(events.c.id, events.c.theme, events.c.asset, _BEGAN).where(
            events.c.theme.in_(list(Theme)), began, IS_NEWS
        )
        found = news.subquery()
        actors = (
            select(event_tags.c.tag, found.c.id, found.c.first_published_at)
            .join(found, found.c.id == event_tags.c.event_id)
            .where(event_tags.c.kind == "actor")
        )
        with reading(self._engine) as connection:
            told = [one for row in connection.execute(news) for one in _told(*row)]
            return told + [Occurrence("actor", *row) for row in connection.execute(actors)]

    def counts(self, kind: str, day: datetime, week: datetime) -> dict[str, tuple[int, int]]:
        """How many events on each `theme` or `asset` had a report since each of two instants, the later one first."""
        reported = (
            select(events.c.id, events.c.last_published_at)
            .where(events.c.last_published_at >= week, events.c.status.not_in(ENDED))
            .subquery()
        )
        query = (
            select(event_tags.c.tag, func.count().filter(reported.c.last_published_at >= day), func.count())
            .join(reported, reported.c.id == event_tags.c.event_id)
            .where(event_tags.c.kind == kind)
            .group_by(event_tags.c.tag)
        )
        with reading(self._engine) as connection:
            return {tag: (of_day, of_week) for tag, of_day, of_week in connection.execute(query)}


def _told(event_id: str, theme: str, asset: str | None, began_at: datetime) -> Iterator[Occurrence]:
    yield Occurrence("theme", theme, event_id, began_at)
    if asset is not None:
        yield Occurrence("asset", asset, event_id, began_at)
