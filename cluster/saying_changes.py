"""Writes what events say of themselves: descriptions, grades and related context."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from cluster import records
from cluster.change_rows import OpenChanges
from cluster.event import ChangeType, Description, Level, Overrides, Signal
from cluster.price_levels import as_tag
from cluster.tables import event_tags, event_words, events
from cluster.words_store import forget_events, tell_event
from ingest.touch_store import touch

_GRADED = ("signal",)
SIGNAL_RANK = {Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3}
LEVEL_OF = {rank: level for level, rank in SIGNAL_RANK.items()}


class UnknownEvent(Exception):
    """No event has this id."""


@dataclass(slots=True)
class SayingChanges(OpenChanges):
    """Changes of what an event says; its members stay."""

    def describe(
        self, event_id: str, description: Description, read_version: int, graded_until: datetime | None
    ) -> bool:
        """What an event says, made from its members as of `read_version`; False when it says the same as before.

        An event that has changed since stays due for another description; one that was described from a later state,
        or graded later than this description, meanwhile keeps what it says until then. The log names `signal` where
        the signal says something else, and has a row of its own for another level: whoever waits for one need not ask
        who graded.

        Raises:
            UnknownEvent: when there is no such event.
        """
        before = self.connection.execute(select(events).where(events.c.id == event_id)).one_or_none()
        if before is None:
            raise UnknownEvent(event_id)
        said = records.description_of(before)
        # What it was described from may have come later, an editor's title for one. That it was graded later nothing
        # but a change tells: the clock of the machine that graded before may only be ahead.
        is_graded = said and before.version != read_version and said.signal.as_of > description.signal.as_of
        if is_graded or before.described_version > read_version:
            self.set(event_id, attempts=0, described_version=read_version)
            return False
        self.set(event_id, attempts=0, graded_until=graded_until)
        tell_event(self.connection, event_id, description)  # a member's title may be another all the same
        if said and said.says_the_same(description):
            self.set(event_id, described_version=read_version)
            return False
        self._write_description(event_id, description, records.overrides_of(before))
        self.described += [article_id for article_id, _, _ in description.roles]
        is_graded_alike = said is not None and said.signal.says_the_same(description.signal)
        written = [(ChangeType.DESCRIBED, ("description",) if is_graded_alike else ("description", *_GRADED))]
        if said and said.signal.level is not description.signal.level:
            written.append((ChangeType.SIGNAL_CHANGED, _GRADED))
        for type_, fields in written:
            self.log(event_id, type_, fields)
        self.set(event_id, described_version=read_version + len(written))
        return True

    def say_again(self, event_id: str) -> None:
        """An event is found by what it says and by its publishers' names of today; neither version nor log moves.

        One that is not found, since an article was taken back for one, stays so until it is described anew.
        """
        found = select(events).join(event_words).where(events.c.id == event_id)
        row = self.connection.execute(found).one_or_none()
        if row is not None and (said := records.description_of(row)):
            tell_event(self.connection, event_id, said)

    def silence(self, event_id: str, is_due: bool) -> None:
        """An event that says nothing, and is not found, until it is described anew; neither version nor log moves.

        It `is_due` for that at once, or not before it changes: whoever describes it as it was just now comes too late.
        """
        nothing = {"description": None, "related": "[]", "signal_rank": 0, "score": 0, "graded_until": None}
        described = events.c.version - int(is_due)
        self.set(event_id, attempts=0, described_version=described, asset=None, theme=None, **nothing)
        self.connection.execute(delete(event_tags).where(event_tags.c.event_id == event_id))
        forget_events(self.connection, [event_id])
        touch(self.connection, [event_id])

    def regrade(self, event_id: str, signal: Signal, graded_until: datetime | None, read_version: int) -> bool:
        """What an event, as described by `read_version`, comes to by now; False when that is what it said before.

        False also, and nothing is written, when the event has changed since: it has been or will be graded with that.
        """
        read = (events.c.id == event_id, events.c.version == read_version)
        row = self.connection.execute(select(events).where(*read)).one_or_none()
        if row is None or row.description is None:
            return False
        said = records.load_description(row.description, "[]")
        self.set(event_id, graded_until=graded_until)
        if said.signal.says_the_same(signal):
            return False
        graded = records.dump_description(replace(said, signal=signal))
        self.set(event_id, description=graded, **_grade(signal, records.overrides_of(row)))
        self.log(event_id, ChangeType.SIGNAL_CHANGED, _GRADED)
        self.says_nothing_new(event_id)
        return True

    def leave_ungraded(self, event_id: str, read_version: int) -> None:
        """An event that, as of `read_version`, says nothing that could be graded: it is due again once described."""
        read = (events.c.id == event_id, events.c.version == read_version)
        self.connection.execute(update(events).where(*read).values(graded_until=None, covered=True))

    def relate(self, event_id: str, related: str) -> None:
        """Related events as JSON. They are context: no version and no log moves, but others than before are a touch."""
        self._relate(event_id, related, related_version=events.c.described_version)

    def relate_again(self, event_id: str, related: str) -> None:
        """The same for an event that nobody asked for: whether it is due for more stays as it is."""
        self._relate(event_id, related)

    def _relate(self, event_id: str, related: str, **more: object) -> None:
        before = self.connection.scalar(select(events.c.related).where(events.c.id == event_id))
        self.set(event_id, related=related, **more)
        if related != before:
            touch(self.connection, [event_id])

    def _write_description(self, event_id: str, description: Description, overrides: Overrides) -> None:
        self.set(
            event_id,
            description=records.dump_description(description),
            **_grade(description.signal, overrides),
            independent_sources=len(description.origins),
            type=description.type,
            asset=next((asset.symbol for asset in description.assets if asset.primary), None),
            theme=next((found.theme for found in description.themes if found.primary), None),
            origins_at=json.dumps([instant.timestamp() for instant in description.origins_at]),
        )
        tags = [("asset", asset.symbol) for asset in description.assets]
        tags += [("theme", found.theme.value) for found in description.themes]
        tags += [("actor", name) for name in description.title_actors]
        tags += [("follows", description.follows.event.event_id)] if description.follows else []
        tags += [("level", as_tag(level)) for level in description.levels]
        self.connection.execute(delete(event_tags).where(event_tags.c.event_id == event_id))
        rows = [{"event_id": event_id, "kind": kind, "tag": tag} for kind, tag in dict.fromkeys(tags)]
        if rows:
            self.connection.execute(insert(event_tags), rows)


def rank_of(signal: Signal, overrides: Overrides) -> int:
    """What lists sort by: an editor's level or else the automatic one."""
    return SIGNAL_RANK[overrides.signal.level if overrides.signal else signal.level]


def _grade(signal: Signal, overrides: Overrides) -> dict[str, object]:
    return {"signal_rank": rank_of(signal, overrides), "score": signal.score, "covered": signal.is_covered}
