"""Reads which events follow which, and what others show of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, ColumnElement, Connection, exists, literal, or_, select

from cluster.chains import MOST, Beside, Outline, in_order, walk
from cluster.event import Status
from cluster.filter_store import LISTED
from cluster.records import headline_of
from cluster.tables import event_tags, events
from storage.engine import Database, reading

_FOLLOWS = event_tags.c.kind == "follows"


class ChainStore:
    """Live, described events by what they follow. An id that was merged stands for the event that it leads to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chain(self, event_id: str) -> tuple[Outline, ...]:
        """The whole line that an event stands in, earliest first and the event among them."""
        with reading(self._database) as connection:
            return _Reader(connection).chain(event_id)

    def beside(self, event_ids: Collection[str]) -> dict[str, Beside]:
        """Each of some events with what is next to it, by id; those that `outlines` leaves out are left out."""
        with reading(self._database) as connection:
            return _Reader(connection).beside(event_ids)

    def outlines(self, event_ids: Collection[str]) -> dict[str, Outline]:
        """Some events as others show them, by id; those merged, removed, hidden or not described are left out."""
        with reading(self._database) as connection:
            return _Reader(connection).outlines(event_ids)


@dataclass(frozen=True, slots=True)
class _Reader:
    """The same within one transaction, with as few queries as merges allow: each page of an event asks."""

    connection: Connection

    def chain(self, event_id: str) -> tuple[Outline, ...]:
        earlier, later = self._earlier([event_id], MOST), self._later([event_id], MOST)
        before = walk(event_id, lambda ids: (earlier[one] for one in ids if one in earlier))
        after = walk(event_id, lambda ids: (one for one, followed in later if followed in ids))
        return in_order(self.outlines({event_id, *before, *after}, {event_id}).values())

    def beside(self, event_ids: Collection[str]) -> dict[str, Beside]:
        earlier, later = self._earlier(event_ids, 1), self._later(event_ids, 1)
        own = self.outlines(event_ids, event_ids)
        outlines = self.outlines({*earlier.values(), *(one for one, _ in later)})
        following: dict[str, list[Outline]] = defaultdict(list)
        for one, followed in later:
            following[followed] += [outlines[one]] if one in outlines else []
        return {
            event_id: Beside(own[event_id], outlines.get(earlier.get(event_id, "")), in_order(following[event_id]))
            for event_id in event_ids
            if event_id in own
        }

    def outlines(self, event_ids: Collection[str], asked: Collection[str] = ()) -> dict[str, Outline]:
        """Without those that an editor has hidden, unless it is them that are asked for."""
        is_told = or_(~events.c.hidden, events.c.id.in_(asked))
        query = select(events).where(events.c.id.in_(event_ids), events.c.status.in_(LISTED), is_told)
        said = [(row, headline_of(row)) for row in self.connection.execute(query)]
        return {
            row.id: Outline(row.id, found.title, row.first_published_at, row.independent_sources, found.follows)
            for row, found in said
            if found
        }

    def _earlier(self, event_ids: Collection[str], steps: int) -> dict[str, str]:
        """For each of the events that follows one, that one; and so on for that many steps at least."""
        said: dict[str, str] = {}
        led: dict[str, str] = {}
        edge = set(event_ids)
        while edge:
            line = _line(event_tags.c.event_id.in_(edge), steps, back=True)
            found = {row.later: row.earlier for row in self.connection.execute(select(line.c.later, line.c.earlier))}
            said |= found
            led |= self._led_to(set(found.values()) - led.keys())
            # Where a merge leads elsewhere the line goes on.
            edge = {led[one] for one in found.values() if led[one] != one} - said.keys() if steps > 1 else set()
        # An event may have been merged with the one that it follows.
        return {later: led[earlier] for later, earlier in said.items() if led[earlier] != later}

    def _later(self, event_ids: Collection[str], steps: int) -> list[tuple[str, str]]:
        """The events that follow these, earliest first, each with the one that it follows; and so on likewise.

        What was removed is among them: a chain goes on behind it.
        """
        names = self._names_of(event_ids)
        edge, found = set(names), set[tuple[datetime, str, str]]()
        while edge:
            line = _line(event_tags.c.tag.in_(edge), steps, back=False)
            query = select(events.c.first_published_at, line.c.later, line.c.earlier)
            rows = self.connection.execute(query.join(line, line.c.later == events.c.id)).all()
            found |= {(row.first_published_at, row.later, row.earlier) for row in rows}
            named = self._names_of({row.later for row in rows} - names.keys()) if steps > 1 else {}
            # What follows a name that was merged follows the event that took it.
            edge = {name for name, event_id in named.items() if name != event_id} - names.keys()
            names |= named
        return [(later, names[said]) for _, later, said in sorted(found) if later != names[said]]

    def _led_to(self, event_ids: Collection[str]) -> dict[str, str]:
        """For each id the one that it leads to over all merges."""
        led = {event_id: event_id for event_id in event_ids}
        while merged := self._merged(events.c.id.in_(set(led.values()))):
            led = {event_id: merged.get(target, target) for event_id, target in led.items()}
        return led

    def _names_of(self, event_ids: Collection[str]) -> dict[str, str]:
        """For each id that leads to one of these events, that event."""
        names = {event_id: event_id for event_id in event_ids}
        edge = set(names)
        while edge:
            merged = self._merged(events.c.merged_into.in_(edge))
            edge = merged.keys() - names.keys()
            names |= {event_id: names[merged[event_id]] for event_id in edge}
        return names

    def _merged(self, condition: ColumnElement[bool]) -> dict[str, str]:
        """Where merged events went."""
        # Asked with the status, which has an index: few events are merged.
        query = select(events.c.id, events.c.merged_into).where(events.c.status == Status.MERGED, condition)
        return {row.id: row.merged_into for row in self.connection.execute(query)}


def _line(start: ColumnElement[bool], steps: int, *, back: bool) -> CTE:
    """What follows what, from some events on for that many steps; an event that was merged follows nothing."""
    follows = select(event_tags.c.event_id.label("later"), event_tags.c.tag.label("earlier")).where(
        _FOLLOWS, exists().where(events.c.id == event_tags.c.event_id, events.c.status != Status.MERGED)
    )
    line = follows.add_columns(literal(1).label("step")).where(start).cte("line", recursive=True)
    on = event_tags.c.event_id == line.c.earlier if back else event_tags.c.tag == line.c.later
    further = follows.add_columns(line.c.step + 1).select_from(line.join(event_tags, on)).where(line.c.step < steps)
    return line.union(further)
