"""Counts the events of lately by what they are about."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine, and_, func, select

from cluster.event import ArticleType, Theme
from cluster.filter_store import ENDED
from cluster.tables import event_tags, events
from cluster.trends import Occurrence, spans
from ingest.store import PublisherStore
from storage.engine import reading

_BEGAN = events.c.first_published_at
# Not `status in`: for that SQLite would read every event instead of those that an index by date names.
_STANDS = and_(events.c.status.not_in(ENDED), ~events.c.hidden)


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
        return [one for since, until in spans(now) for one in self._began(since, until)]

    def counts(self, kind: str, since: datetime) -> dict[str, int]:
        """How many events on each `theme` or `asset` had a report since an instant."""
        reported = select(events.c.id).where(events.c.last_published_at >= since, _STANDS)
        query = select(event_tags.c.tag, func.count().label("events")).where(event_tags.c.kind == kind)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(event_tags.c.event_id.in_(reported)).group_by(event_tags.c.tag))
            return {row.tag: row.events for row in rows}

    def _began(self, since: datetime, until: datetime) -> list[Occurrence]:
        # By theme and date there is an index; every described event has a theme.
        began = (events.c.theme.in_(list(Theme)), since < _BEGAN, until >= _BEGAN, events.c.type == ArticleType.NEWS)
        news = select(events.c.id, events.c.theme, events.c.asset, _BEGAN).where(*began, _STANDS)
        actors = select(event_tags.c.event_id, event_tags.c.tag).where(
            event_tags.c.kind == "actor", event_tags.c.event_id.in_(select(events.c.id).where(*began, _STANDS))
        )
        with reading(self._engine) as connection:
            rows = connection.execute(news).all()
            named = connection.execute(actors).all()
        began_at = {row.id: row.first_published_at for row in rows}
        told = [one for row in rows for one in _told(*row)]
        return told + [Occurrence("actor", tag, id_, began_at[id_]) for id_, tag in named if id_ in began_at]


def _told(event_id: str, theme: str, asset: str | None, began_at: datetime) -> Iterator[Occurrence]:
    yield Occurrence("theme", theme, event_id, began_at)
    if asset is not None:
        yield Occurrence("asset", asset, event_id, began_at)
