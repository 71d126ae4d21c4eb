"""The queries of what was done to one event, by rules and by editors, and to those that were merged into it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Select, literal, select, union

from cluster.action import Action
from cluster.change import Change
from cluster.editing_store import ACTIONS, action_from, standing_after, touching
from cluster.event import Event, Status
from cluster.refusing import Refused
from cluster.store import EventStore, change_from
from cluster.tables import actions, changes, events
from cluster.undoing import check
from storage.engine import Database, reading

MOST_LED = 400  # SQLite reads no condition of more than a thousand parts


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the past of some events, newest first; `further` is whether there is more behind it."""

    changes: tuple[Change, ...]
    actions: tuple[Action, ...]
    further: bool = False


class EventLogStore:
    """Rows of the change log beside the actions that made them; `event_ids` are of one event and those merged into it.

    What one transaction did has one instant, which ties an action to its rows, and is never cut in two.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def leading_to(self, event_id: str) -> list[str]:
        """An event's own id and those of the events that were merged into it, by whatever way; at most MOST_LED."""
        found = select(literal(event_id, events.c.id.type).label("id")).cte(recursive=True)
        merged = select(events.c.id).where(events.c.status == Status.MERGED, events.c.merged_into == found.c.id)
        with reading(self._database) as connection:
            return list(connection.scalars(select(found.union(merged).c.id).limit(MOST_LED)))

    def page(self, event_ids: Collection[str], instants: int, before: datetime | None = None) -> Stretch:
        """What was done at the newest instants, or at the newest before one."""
        with reading(self._database) as connection:
            found: list[datetime] = list(connection.scalars(_instants(event_ids, before).limit(instants + 1)))
            if not found:
                return Stretch((), ())
            until, since = found[0], found[:instants][-1]
            return _between(connection, event_ids, since, until, further=len(found) > instants)

    def since(self, event_id: str, version: int, limit: int) -> Stretch:
        """What made the newest versions of an event behind one; at most so many rows of the log."""
        query = select(changes).where(changes.c.event_id == event_id, changes.c.version > version)
        with reading(self._database) as connection:
            rows = connection.execute(query.order_by(changes.c.version.desc()).limit(limit + 1)).all()
            if not rows:
                return Stretch((), ())
            shown = rows[:limit]
            done = _between(connection, [event_id], shown[-1].at, shown[0].at)
            return Stretch(tuple(change_from(row) for row in shown), done.actions, len(rows) > limit)

    def at(self, action: Action) -> Stretch:
        """What an action did."""
        with reading(self._database) as connection:
            return _between(connection, action.draft.event_ids, action.draft.at, action.draft.at)

    def refusals(self, found: Sequence[Action], known: Mapping[str, Event]) -> dict[int, Refused]:
        """By seq, why some actions may not be taken back now; those that may be are left out.

        `known` are the events that were read already. Later actions are looked for at the events that these touched and
        where their articles stand now: one that moved an article elsewhere in between is seen by the undo alone.
        """
        refused: dict[int, Refused] = {}
        with reading(self._database) as connection:
            remembered = _Remembered(EventStore(connection), dict(known))
            standing = _standing_beside(remembered.store, connection, found)
            for action in found:
                try:
                    check(action, standing, places=remembered.store, events=remembered)
                except Refused as why:
                    refused[action.seq] = why
        return refused


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Events that are read once, however often they are asked for."""

    store: EventStore
    found: dict[str, Event | None] = field(default_factory=dict)

    def get(self, event_id: str, /) -> Event | None:
        if event_id not in self.found:
            self.found[event_id] = self.store.get(event_id)
        return self.found[event_id]


def _standing_beside(events: EventStore, connection: Connection, found: Sequence[Action]) -> list[Action]:
    if not found:
        return []
    touched = {one for action in found for one in action.draft.event_ids}
    moved = {one.article_id for action in found for one in action.draft.before}
    touched |= set(events.event_of(sorted(moved)).values())
    return standing_after(connection, min(one.seq for one in found), touched)


def _instants(event_ids: Collection[str], before: datetime | None) -> Select[datetime]:
    of_rules = select(changes.c.at).where(changes.c.event_id.in_(event_ids))
    at = union(of_rules, select(actions.c.at).where(touching(event_ids))).subquery().c.at
    query = select(at).order_by(at.desc())
    return query if before is None else query.where(at < before)


def _between(
    connection: Connection, event_ids: Collection[str], since: datetime, until: datetime, further: bool = False
) -> Stretch:
    rows = select(changes).where(changes.c.event_id.in_(event_ids), changes.c.at.between(since, until))
    done = ACTIONS.where(touching(event_ids), actions.c.at.between(since, until))
    return Stretch(
        tuple(change_from(row) for row in connection.execute(rows.order_by(changes.c.seq.desc()))),
        tuple(action_from(row) for row in connection.execute(done.order_by(actions.c.seq.desc()))),
        further,
    )
