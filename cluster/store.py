"""The queries of cluster on events: one, many, lists, and the change log."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from cluster import records
from cluster.change import Change, Moved
from cluster.event import (
    ChangeType,
    Description,
    Event,
    Member,
    Placement,
    Rival,
    Role,
    Status,
)
from cluster.filter_store import ENDED, LISTED, EventFilter, conditions
from cluster.lease import lock_placing
from cluster.saying_changes import SIGNAL_RANK
from cluster.tables import bookmarks, changes, events, members
from ingest.article import Article
from ingest.store import ArticleStore
from ingest.tables import articles
from storage.engine import Database, reading, writing

MAX_ATTEMPTS = 3  # an event that breaks its description that often waits until its members change
# As the partial index has it, see `cluster.tables`.
HAS_CHANGED = or_(events.c.described_version < events.c.version, events.c.related_version < events.c.described_version)
# Live events that changed since they were described or related, and have not failed too often.
TO_DESCRIBE = and_(
    HAS_CHANGED,
    events.c.status.not_in(ENDED),  # not `in_(LISTED)`: SQLite would go through the index on the status instead
    events.c.attempts < MAX_ATTEMPTS,
)

_SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "signal": (events.c.signal_rank, events.c.score, events.c.last_published_at, events.c.id),
    "recency": (events.c.last_published_at, events.c.id),
    "sources": (events.c.independent_sources, events.c.last_published_at, events.c.id),
}


def cursor_values(event: Event, sort: str) -> tuple[str | int | datetime, ...]:
    """The values that order an event in a list, to go on behind it.

    Raises:
        KeyError: for an unknown sort.
    """
    signal = event.description.signal if event.description else None
    values: dict[str, tuple[str | int | datetime, ...]] = {
        "signal": (
            SIGNAL_RANK[event.level] if event.level else 0,
            signal.score if signal else 0,
            event.last_published_at,
            event.id,
        ),
        "recency": (event.last_published_at, event.id),
        "sources": (event.independent_sources, event.last_published_at, event.id),
    }
    return values[sort]


class EventStore:
    """Events as they stand; whatever changes them goes through `changes`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._articles = ArticleStore(database)

    def get(self, event_id: str) -> Event | None:
        """One event with its members, whatever its status; None for an id never given out."""
        with reading(self._database) as connection:
            rows = connection.execute(select(events).where(events.c.id == event_id)).all()
        return next(iter(self._events(rows)), None)

    def get_many(self, event_ids: Sequence[str]) -> dict[str, Event]:
        """Events by id, those that exist."""
        with reading(self._database) as connection:
            rows = connection.execute(select(events).where(events.c.id.in_(event_ids))).all()
        return {event.id: event for event in self._events(rows)}

    def page(
        self, only: EventFilter, sort: str, limit: int, after: Sequence[str | int | datetime] | None = None
    ) -> list[Event]:
        """Described events, best first, behind the `cursor_values` given.

        Raises:
            KeyError: for an unknown sort.
        """
        columns = _SORTS[sort]
        query = select(events).where(events.c.signal_rank > 0, *conditions(only, self._database.dialect.name))
        if after is not None:
            bounds = [literal(value, column.type) for value, column in zip(after, columns, strict=True)]
            query = query.where(tuple_(*columns) < tuple_(*bounds))
        query = query.order_by(*(column.desc() for column in columns)).limit(limit)
        with reading(self._database) as connection:
            rows = connection.execute(query).all()
        return self._events(rows)

    def placements(self, event_ids: Sequence[str]) -> dict[str, list[Placement]]:
        """The placements by event id; none for an event that was merged."""
        grouped: dict[str, list[Placement]] = {event_id: [] for event_id in event_ids}
        with reading(self._database) as connection:
            for row in connection.execute(select(members).where(members.c.event_id.in_(event_ids))):
                grouped[row.event_id].append(_placement(row))
        return grouped

    def placed_since(self, since: datetime) -> list[Placement]:
        """The placements of all articles published at or after an instant, in their order."""
        query = (
            select(members)
            .join(articles, articles.c.id == members.c.article_id)
            .where(articles.c.published_at >= since)
            .order_by(articles.c.published_at, articles.c.url)
        )
        with reading(self._database) as connection:
            return [_placement(row) for row in connection.execute(query)]

    def event_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The event id of each article that was placed."""
        query = select(members.c.article_id, members.c.event_id).where(members.c.article_id.in_(article_ids))
        with reading(self._database) as connection:
            return {row.article_id: row.event_id for row in connection.execute(query)}

    def shown_event_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        """The same of articles whose event no editor has hidden."""
        query = select(members.c.article_id, members.c.event_id).join(events, events.c.id == members.c.event_id)
        with reading(self._database) as connection:
            rows = connection.execute(query.where(members.c.article_id.in_(article_ids), ~events.c.hidden))
            return {row.article_id: row.event_id for row in rows}

    def placed(self, article_ids: Sequence[str]) -> dict[str, Placement]:
        """The placement of each article that was placed."""
        with reading(self._database) as connection:
            rows = connection.execute(select(members).where(members.c.article_id.in_(article_ids)))
            return {row.article_id: _placement(row) for row in rows}

    def by_age(self, event_ids: Sequence[str]) -> list[str]:
        """Those of the ids that exist, the event that was opened first in front."""
        opened = select(changes.c.event_id).where(changes.c.event_id.in_(event_ids)).group_by(changes.c.event_id)
        return self._ids(opened.order_by(func.min(changes.c.seq)))

    def versions(self, event_ids: Sequence[str]) -> dict[str, int]:
        """The version of each event."""
        query = select(events.c.id, events.c.version).where(events.c.id.in_(event_ids))
        with reading(self._database) as connection:
            return {row.id: row.version for row in connection.execute(query)}

    def undescribed(self, limit: int, before: datetime | None = None) -> list[str]:
        """Ids of live events that changed since they were described or related, and have not failed too often.

        With `before`, those alone that have not changed since that instant.
        """
        query = select(events.c.id).where(TO_DESCRIBE)
        if before is not None:
            query = query.where(events.c.updated_at <= before)
        return self._ids(query.order_by(events.c.updated_at).limit(limit))

    def tried(self, event_ids: Sequence[str]) -> list[str]:
        """Those of the events that somebody began to describe as they are now, and did not end."""
        return self._ids(select(events.c.id).where(events.c.id.in_(event_ids), events.c.attempts > 0))

    def hidden(self, event_ids: Sequence[str]) -> list[str]:
        """Those of the events that an editor has hidden."""
        return self._ids(select(events.c.id).where(events.c.id.in_(event_ids), events.c.hidden))

    def begin_describing(self, event_ids: Sequence[str]) -> dict[str, int]:
        """Counts an attempt at each event; the versions of those that have not failed too often."""
        due = (events.c.id.in_(event_ids), events.c.attempts < MAX_ATTEMPTS)
        counted = update(events).where(*due).values(attempts=events.c.attempts + 1)
        with writing(self._database) as connection:
            lock_placing(connection)  # first, as every change of events does: two that wait for each other never end
            rows = connection.execute(counted.returning(events.c.id, events.c.version))
            return {row.id: row.version for row in rows}

    def quiet_since(self, instant: datetime, limit: int) -> list[str]:
        """Ids of active events whose newest member is older than an instant."""
        return self._ids(
            select(events.c.id)
            .where(events.c.status == Status.ACTIVE, events.c.last_published_at < instant)
            .order_by(events.c.last_published_at)
            .limit(limit)
        )

    def to_regrade(self, now: datetime, is_poor: bool, limit: int) -> list[str]:
        """Ids of live events whose signal may say something else by now, those that time outdated last in front.

        `is_poor`: too few publishers are reached, which the signal of every event that is still new is to say; that of
        any other event drops it once enough are. An event about to be described anew is graded with that.
        """
        until = events.c.graded_until
        is_settled = or_(events.c.described_version >= events.c.version, events.c.attempts >= MAX_ATTEMPTS)
        # Neither `or` nor `status in`: for either SQLite would read every event instead of those that two indexes name.
        settled = select(events.c.id, until).where(is_settled, events.c.status.not_in(ENDED))
        miscovered = settled.where(until > now, events.c.covered) if is_poor else settled.where(~events.c.covered)
        due = settled.where(until <= now).union(miscovered).order_by(until.desc()).limit(limit)
        with reading(self._database) as connection:
            return list(connection.scalars(due))

    def changes_after(
        self, seq: int, limit: int, types: Collection[ChangeType] | None = None, event_id: str | None = None
    ) -> list[Change]:
        """The change log behind a sequence number, in order; of some types and of one event if told."""
        query = select(changes).where(changes.c.seq > seq).order_by(changes.c.seq).limit(limit)
        if types is not None:
            query = query.where(changes.c.type.in_(types))
        if event_id is not None:
            query = query.where(changes.c.event_id == event_id)
        with reading(self._database) as connection:
            return [change_from(row) for row in connection.execute(query)]

    def history(
        self, event_id: str, limit: int, before: int | None = None, only: ChangeType | None = None
    ) -> list[Change]:
        """The change log of one event, newest first; `before` a version, and of one type if told."""
        query = select(changes).where(changes.c.event_id == event_id).order_by(changes.c.version.desc()).limit(limit)
        if before is not None:
            query = query.where(changes.c.version < before)
        if only is not None:
            query = query.where(changes.c.type == only)
        with reading(self._database) as connection:
            return [change_from(row) for row in connection.execute(query)]

    def last_change(self) -> Change | None:
        """The newest row of the change log; None before the first."""
        with reading(self._database) as connection:
            row = connection.execute(select(changes).order_by(changes.c.seq.desc()).limit(1)).one_or_none()
            return change_from(row) if row else None

    def bookmark(self, name: str) -> int:
        """The seq of the last row of the change log that a reader of it is done with.

        Raises:
            sqlalchemy.exc.NoResultFound: when no migration has given a bookmark to this reader.
        """
        with reading(self._database) as connection:
            seq: int = connection.execute(select(bookmarks.c.seq).where(bookmarks.c.name == name)).scalar_one()
            return seq

    def move_bookmark(self, name: str, seq: int) -> None:
        """A reader of the change log is done with all rows up to this one."""
        with writing(self._database) as connection:
            connection.execute(update(bookmarks).where(bookmarks.c.name == name).values(seq=seq))

    def changed_at(self, event_ids: Collection[str]) -> datetime | None:
        """The last change of any of these events; None when there is none of them."""
        with reading(self._database) as connection:
            latest = select(events.c.updated_at).where(events.c.id.in_(event_ids)).order_by(events.c.updated_at.desc())
            return connection.scalar(latest.limit(1))

    def count(self) -> int:
        """How many live events there are."""
        with reading(self._database) as connection:
            return connection.scalar(select(func.count()).where(events.c.status.in_(LISTED))) or 0

    def _events(self, rows: Sequence[Row[Any]]) -> list[Event]:
        with reading(self._database) as connection:
            placed = connection.execute(select(members).where(members.c.event_id.in_([row.id for row in rows]))).all()
        found = self._articles.get_many([one.article_id for one in placed])
        grouped: dict[str, list[Row[Any]]] = {row.id: [] for row in rows}
        for one in placed:
            grouped[one.event_id].append(one)
        return [_event(row, grouped[row.id], found) for row in rows]

    def _ids(self, query: Select[tuple[str]]) -> list[str]:
        with reading(self._database) as connection:
            return list(connection.scalars(query))


def _event(row: Row[Any], placed: Sequence[Row[Any]], found: dict[str, Article]) -> Event:
    description = records.description_of(row)
    return Event(
        id=row.id,
        status=Status(row.status),
        version=row.version,
        updated_at=row.updated_at,
        first_published_at=row.first_published_at,
        last_published_at=row.last_published_at,
        members=_members(description, placed, found),
        description=description,
        merged_into=row.merged_into,
        split_from=row.split_from,
        locked=row.locked,
        overrides=records.overrides_of(row),
        last_action=records.load_last_action(row.last_action) if row.last_action else None,
    )


def _members(
    description: Description | None, placed: Sequence[Row[Any]], found: dict[str, Article]
) -> tuple[Member, ...]:
    places = {article_id: (role, origin) for article_id, role, origin in description.roles} if description else {}
    built = [
        # A member that joined since the last description has no role yet.
        Member(found[one.article_id], _placement(one), *places.get(one.article_id, (Role.INDEPENDENT, "")))
        for one in placed
    ]
    return tuple(sorted(built, key=lambda member: (member.article.published_at, member.article.id)))


def _placement(row: Row[Any]) -> Placement:
    return Placement(
        article_id=row.article_id,
        event_id=row.event_id,
        probability=row.probability,
        because=records.load_because(row.because),
        nearest_rival=Rival(row.rival_event_id, row.rival_score) if row.rival_event_id else None,
        copy_of=row.copy_of,
        ruleset=row.ruleset,
        revision=row.revision,
    )


def change_from(row: Row[Any]) -> Change:
    """A row of the change log."""
    return Change(
        seq=row.seq,
        event_id=row.event_id,
        version=row.version,
        type=ChangeType(row.type),
        at=row.at,
        by=row.by,
        fields=tuple(json.loads(row.fields)),
        moved=records.load_moved(row.moved) if row.moved else Moved(),
    )
