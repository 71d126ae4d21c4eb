"""What relating needs to know of the events of some days, without their descriptions: most are only looked at."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from cluster import records
from cluster.event import ArticleType, Related, Theme
from cluster.filter_store import IS_SHOWN, LISTED
from cluster.nearness import Told
from cluster.reading_store import ReadingStore
from cluster.relating import RELATED_WITHIN, Candidate
from cluster.tables import event_tags, events
from storage.engine import Database, reading

_CANDIDATES = (events.c.signal_rank > 0, IS_SHOWN)
_COLUMNS = (
    events.c.id,
    events.c.type,
    events.c.theme,
    events.c.asset,
    events.c.independent_sources,
    events.c.first_published_at,
)


class RelatingStore:
    """Described events as candidates for each other's context."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def spans(self, event_ids: Collection[str]) -> dict[str, tuple[datetime, datetime]]:
        """When the first and the last report of each of these events was published, of those that are described."""
        query = select(events.c.id, events.c.first_published_at, events.c.last_published_at)
        with reading(self._database) as connection:
            rows = connection.execute(query.where(events.c.id.in_(event_ids), events.c.signal_rank > 0))
            return {event_id: (first, last) for event_id, first, last in rows}

    def related(self, event_ids: Collection[str]) -> dict[str, tuple[Related, ...]]:
        """What each of these events has as its context."""
        query = select(events.c.id, events.c.related).where(events.c.id.in_(event_ids), events.c.signal_rank > 0)
        with reading(self._database) as connection:
            rows = connection.execute(query)
            return {row.id: records.load_related(row.related) for row in rows}

    def naming(self, event_id: str) -> list[str]:
        """Ids of the live events that name this one, as context or in what they say; those it can be context to."""
        began = select(events.c.first_published_at).where(events.c.id == event_id)
        with reading(self._database) as connection:
            since = connection.execute(began).scalar_one() - RELATED_WITHIN
            is_named = or_(events.c.related.contains(event_id), events.c.description.contains(event_id))
            query = select(events.c.id).where(events.c.last_published_at >= since, events.c.id != event_id)
            return list(connection.scalars(query.where(events.c.status.in_(LISTED), is_named)))

    def candidates_between(self, since: datetime, until: datetime) -> list[Candidate]:
        """Live described events with a member published between two instants, where one of those can be compared."""
        told = ReadingStore(self._database).told_between(since, until)
        return self._candidates(told, events.c.first_published_at <= until, events.c.last_published_at >= since)

    def candidates(self, event_ids: Collection[str]) -> list[Candidate]:
        """Those of these events that are live and described and have a member that can be compared."""
        return self._candidates(ReadingStore(self._database).told(event_ids), events.c.id.in_(event_ids))

    def _candidates(self, told: dict[str, list[Told]], *where: ColumnElement[bool]) -> list[Candidate]:
        tagged = (
            select(event_tags.c.event_id, event_tags.c.kind, event_tags.c.tag)
            .join(events, events.c.id == event_tags.c.event_id)
            .where(event_tags.c.kind.in_(("asset", "actor")), *_CANDIDATES, *where)
        )
        tags: dict[tuple[str, str], set[str]] = defaultdict(set)
        with reading(self._database) as connection:
            for event_id, kind, tag in connection.execute(tagged):
                tags[event_id, kind].add(tag)
            rows = connection.execute(select(*_COLUMNS).where(*_CANDIDATES, *where)).all()
        return [
            Candidate(
                event_id=event_id,
                type=ArticleType(type_),
                theme=Theme(theme) if theme else None,
                asset=asset,
                assets=frozenset(tags[event_id, "asset"]),
                actors=frozenset(tags[event_id, "actor"]),
                independent_sources=sources,
                first_published_at=began,
                told=tuple(told[event_id]),
            )
            for event_id, type_, theme, asset, sources, began in rows
            if event_id in told
        ]
