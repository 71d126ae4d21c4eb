"""Whatever happens in whatever order: ids answer for ever, editors' words hold, and the log tells the whole story.

SECONDSOURCE_OPERATIONS sets how many operations are done, SECONDSOURCE_SEED which.
"""

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from cluster.action import Link
from cluster.change import Change
from cluster.editing_store import EditingStore
from cluster.event import ChangeType, Overrides, Status
from cluster.filter_store import LISTED
from cluster.repair import repair
from cluster.store import EventStore
from cluster.tables import events, members
from storage.engine import open_engine, reading
from tests.integration.cluster.newsroom_days import Days

OPERATIONS = int(os.environ.get("SECONDSOURCE_OPERATIONS", "300"))
SEED = int(os.environ.get("SECONDSOURCE_SEED", "20261127"))
ENDS = {
    ChangeType.CREATED: Status.ACTIVE,
    ChangeType.REOPENED: Status.ACTIVE,
    ChangeType.CLOSED: Status.CLOSED,
    ChangeType.MERGED: Status.MERGED,
    ChangeType.REMOVED: Status.REMOVED,
}


@dataclass(slots=True)
class Told:
    """An event as the log alone tells it."""

    version: int = 0
    status: Status = Status.ACTIVE
    merged_into: str | None = None
    split_from: str | None = None
    members: set[str] = field(default_factory=set)

    def follow(self, change: Change) -> None:
        assert change.version == self.version + 1, "a version grows by one with each row of the log"
        self.version = change.version
        self.status = ENDS.get(change.type, self.status)
        self.merged_into = change.moved.merged_into if self.status is Status.MERGED else None
        self.split_from = change.moved.split_from or self.split_from
        self.members = (self.members | set(change.moved.came)) - set(change.moved.went)


@dataclass(slots=True)
class Story:
    """All events as the log tells them, read on where it was left."""

    engine: Engine
    seq: int = 0
    events: dict[str, Told] = field(default_factory=dict)

    def read_on(self) -> None:
        for change in EventStore(self.engine).changes_after(self.seq, 100_000):
            self.events.setdefault(change.event_id, Told()).follow(change)
            self.seq = change.seq

    def end_of(self, event_id: str) -> Told:
        """Where an id leads to."""
        told, steps = self.events[event_id], 0
        while told.merged_into:
            told, steps = self.events[told.merged_into], steps + 1
            assert steps <= len(self.events), "the ids lead in a circle"
        return told


@pytest.fixture
def engine(migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'days.db')}")
    yield opened
    opened.dispose()


def test_the_promises_hold_after_every_operation(engine: Engine) -> None:
    days, story = Days(engine, random.Random(SEED)), Story(engine)
    for _ in range(OPERATIONS):
        by_editor, locked, at_rest = _placed_by_an_editor(engine), _locked(engine), _at_rest(engine)
        named = _named_by_an_editor(engine)
        step = days.step()
        story.read_on()
        _log_tells_what_is(engine, story)
        _every_article_stands_in_one_event(story, set(days.articles))
        _every_id_answers(story)
        _editors_words_hold(engine, story)
        if step != "remove":
            _locked_events_stayed(engine, locked)
        if step in ("repair", "recluster"):
            assert at_rest.items() <= _at_rest(engine).items(), "what is hidden is not regrouped"
            assert named <= _named_by_an_editor(engine), "an event that an editor named is not merged away"
        if step == "repair":
            _editors_placements_stayed(engine, by_editor)
            assert repair(engine, days.now) == [], "repairing twice changes nothing"
    print(f"{OPERATIONS} operations: {days.done}, {len(story.events)} ids, {story.seq} changes")
    assert min(days.done.values()) >= OPERATIONS // 300, "ids are chance, and with them what is refused"


def _log_tells_what_is(engine: Engine, story: Story) -> None:
    with reading(engine) as connection:
        found = {
            row.id: (row.version, row.status, row.merged_into, row.split_from)
            for row in connection.execute(
                select(events.c.id, events.c.version, events.c.status, events.c.merged_into, events.c.split_from)
            )
        }
        placed = {(row.event_id, row.article_id) for row in connection.execute(select(members))}
    told = story.events
    assert found == {id: (one.version, one.status, one.merged_into, one.split_from) for id, one in told.items()}
    assert placed == {(id, article_id) for id, one in told.items() for article_id in one.members}


def _every_article_stands_in_one_event(story: Story, article_ids: set[str]) -> None:
    live = [one for one in story.events.values() if one.status in LISTED]
    standing = [article_id for one in live for article_id in one.members]
    assert sorted(standing) == sorted(article_ids)
    assert all(one.members for one in live)


def _every_id_answers(story: Story) -> None:
    for event_id in story.events:
        assert story.end_of(event_id).status in (*LISTED, Status.REMOVED)


def _editors_words_hold(engine: Engine, story: Story) -> None:
    now_in = {article_id: event_id for event_id, one in story.events.items() for article_id in one.members}
    for pair in EditingStore(engine).pairs():
        assert (now_in[pair.one] == now_in[pair.other]) == (pair.link is Link.MUST)


def _locked(engine: Engine) -> dict[str, set[str]]:
    """The articles of each locked event."""
    return _articles(engine, EditingStore(engine).locked())


def _at_rest(engine: Engine) -> dict[str, set[str]]:
    """The articles of each event that is locked or hidden."""
    return _articles(engine, EditingStore(engine).at_rest())


def _articles(engine: Engine, event_ids: list[str]) -> dict[str, set[str]]:
    placed = EventStore(engine).placements(event_ids)
    return {event_id: {one.article_id for one in members} for event_id, members in placed.items()}


def _locked_events_stayed(engine: Engine, before: dict[str, set[str]]) -> None:
    """Those that are locked still have the articles that they had."""
    now = _locked(engine)
    still = before.keys() & now.keys()
    assert {one: now[one] for one in still} == {one: before[one] for one in still}


def _named_by_an_editor(engine: Engine) -> set[str]:
    """The live events on which an editor has set something."""
    with reading(engine) as connection:
        live = connection.scalars(select(events.c.id).where(events.c.status.in_(LISTED))).all()
    return {event.id for event in EventStore(engine).get_many(live).values() if event.overrides != Overrides()}


def _placed_by_an_editor(engine: Engine) -> dict[str, str]:
    with reading(engine) as connection:
        by_editor = select(members.c.article_id, members.c.event_id).where(members.c.because.contains('"editor"'))
        return {row.article_id: row.event_id for row in connection.execute(by_editor)}


def _editors_placements_stayed(engine: Engine, by_editor: dict[str, str]) -> None:
    assert EventStore(engine).event_of(list(by_editor)) == by_editor
