"""Reads which events follow which, and what others show of them."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from cluster.chains import Beside, Outline, in_order, walk
from cluster.event import Status
from cluster.records import description_of
from cluster.store import LISTED
from cluster.tables import event_tags, events
from storage.engine import Database, reading

_FOLLOWS = event_tags.c.kind == "follows"


class ChainStore:
    """Live, described events by what they follow. An id that was merged stands for the event that it leads to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chain(self, event_id: str) -> tuple[Outline, ...]:
        """The whole line that an event stands in, earliest first and the event among them."""
        before = walk(event_id, lambda ids: self._earlier(ids).values())
        after = walk(event_id, lambda ids: (later for later, _ in self._later(ids)))
        return in_order(self.outlines({event_id, *before, *after}).values())

    def beside(self, event_ids: Collection[str]) -> dict[str, Beside]:
        """Each of some events with what is next to it, by id; those that `outlines` leaves out are left out."""
        earlier, later = self._earlier(event_ids), self._later(event_ids)
        outlines = self.outlines({*event_ids, *earlier.values(), *(one for one, _ in later)})
        following: dict[str, list[Outline]] = defaultdict(list)
        for one, followed in later:
            following[followed] += [outlines[one]] if one in outlines else []
        return {
            event_id: Beside(outlines[event_id], outlines.get(earlier.get(event_id, "")), in_order(following[event_id]))
            for event_id in event_ids
            if event_id in outlines
        }

    def outlines(self, event_ids: Collection[str]) -> dict[str, Outline]:
        """Some events as others show them, by id; those merged, removed or not described yet are left out."""
        query = select(events).where(events.c.id.in_(event_ids), events.c.status.in_(LISTED))
        with reading(self._database) as connection:
            said = [(row, description_of(row)) for row in connection.execute(query)]
        return {
            row.id: Outline(row.id, found.title, row.first_published_at, row.independent_sources, found.follows)
            for row, found in said
            if found
        }

    def _earlier(self, event_ids: Collection[str]) -> dict[str, str]:
        """For each of the events that follows one, that one."""
        query = select(event_tags.c.event_id, event_tags.c.tag).where(_FOLLOWS, event_tags.c.event_id.in_(event_ids))
        with reading(self._database) as connection:
            said = {row.event_id: row.tag for row in connection.execute(query)}
        led = self._led_to(said.values())
        # An event may have been merged with the one that it follows.
        return {later: led[earlier] for later, earlier in said.items() if led.get(earlier, later) != later}

    def _later(self, event_ids: Collection[str]) -> list[tuple[str, str]]:
        """The events that follow these, earliest first, each with the one that it follows.

        What was removed is among them: a chain goes on behind it.
        """
        names = self._names_of(event_ids)
        query = (
            select(event_tags.c.event_id, event_tags.c.tag)
            .join(events, events.c.id == event_tags.c.event_id)
            .where(_FOLLOWS, event_tags.c.tag.in_(names), events.c.status != Status.MERGED)
            .order_by(events.c.first_published_at, events.c.id)
        )
        with reading(self._database) as connection:
            return [(later, names[said]) for later, said in connection.execute(query) if later != names[said]]

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
        with reading(self._database) as connection:
            return {row.id: row.merged_into for row in connection.execute(query)}
