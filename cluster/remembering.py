"""The recent past as a window in memory: loaded from the database, and kept true by the change log."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from cluster.change import Change
from cluster.constraints import Constraints, Held
from cluster.decision import can_be_joined
from cluster.editing_changes import LINKED
from cluster.editing_store import EditingStore
from cluster.event import MEMBERSHIP, ChangeType, Placement
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from cluster.window import Window
from storage.engine import Database

LOG_AT_ONCE = 1000  # changes; a window that is behind by more is loaded anew

OUTDATES = MEMBERSHIP | {ChangeType.LOCKED, ChangeType.UNLOCKED}  # a locked event takes no article
REPORTS = frozenset({"articles", LINKED})  # one that tells something else draws others; a new title draws none


def load_window(engine: Engine, since: datetime, undecided: Collection[str] = ()) -> Window:
    """What stands in events among the articles published since an instant, with what editors said of them.

    Those that are about to be decided on are left out.
    """
    window = Window(since, held=held_by_editors(engine, EditingStore(engine).locked(), undecided))
    found = ReadingStore(engine).since(since)
    for placement in EventStore(engine).placed_since(since):
        reading = found.get(placement.article_id)
        if reading and placement.article_id not in undecided:
            hold(window, reading, placement)
    return window


def held_by_editors(database: Database, at_rest: Collection[str], undecided: Collection[str] = ()) -> Held:
    """What editors said, with where the articles they named stand, whatever their age.

    Events `at_rest` take only what an editor bound to them. Articles that are about to be decided on stand nowhere yet.
    """
    pairs = EditingStore(database).pairs()
    named = {end for pair in pairs for end in (pair.one, pair.other)} - set(undecided)
    held = Held(Constraints(pairs), at_rest)
    for article_id, event_id in sorted(EventStore(database).event_of(sorted(named)).items()):
        held.note(article_id, event_id)
    return held


def hold(window: Window, reading: Reading, placement: Placement) -> None:
    """Adds a placed article to the window; one that nothing may join is only remembered for the editors' pairs."""
    window.held.note(reading.article_id, placement.event_id)
    if can_be_joined(reading):
        window.add(reading, placement.event_id, placement.copy_of)


def outdates(later: Sequence[Change], but_by: str | None = None) -> bool:
    """Whether what changed since a window was loaded, LOG_AT_ONCE rows at most, makes it untrue; not by `but_by`."""
    return len(later) == LOG_AT_ONCE or any(_alters(one) and one.by != but_by for one in later)


def follow(window: Window, later: Sequence[Change], engine: Engine) -> bool:
    """Makes a window true again after what changed, LOG_AT_ONCE rows at most; False where it has to be loaded anew.

    That is where more changed than that, and where an article that is held says something else by now or is gone.
    """
    if len(later) == LOG_AT_ONCE:
        return False
    altering = [change for change in later if _alters(change)]
    if not altering:
        return True
    touched = _touched(window, altering)
    placements, found = EventStore(engine).placed(touched), ReadingStore(engine).get_many(touched)
    readings = {article_id: one for article_id, one in found.items() if one.content}  # as `ReadingStore.since` has it
    if any(_is_other(window.readings[window.rows[one]], placements, readings) for one in touched if one in window.rows):
        return False
    for reading in sorted(readings.values(), key=lambda one: one.published_at):
        _put(window, reading, placements.get(reading.article_id))
    window.held = held_by_editors(engine, EditingStore(engine).locked())
    for reading, event_id in zip(window.readings, window.event_ids, strict=True):
        window.held.note(reading.article_id, event_id)
    return True


def _touched(window: Window, altering: Sequence[Change]) -> list[str]:
    """Ids of the articles that changes may have moved: those they name, and all that are held of their events."""
    event_ids = {change.event_id for change in altering}
    named = {article_id for change in altering for article_id in (*change.moved.came, *change.moved.went)}
    held = zip(window.readings, window.event_ids, strict=True)
    return sorted(named | {reading.article_id for reading, event_id in held if event_id in event_ids})


def _is_other(held: Reading, placements: Mapping[str, Placement], readings: Mapping[str, Reading]) -> bool:
    now = readings.get(held.article_id)  # gone where it is being removed
    return now is None or held.article_id not in placements or now.revision != held.revision


def _put(window: Window, reading: Reading, placement: Placement | None) -> None:
    """Where an article stands by now, in a window that may hold it already."""
    if placement is None:
        return
    if reading.article_id in window.rows:
        window.move(placement.article_id, placement.event_id, placement.copy_of)
    elif reading.published_at >= window.start:
        hold(window, reading, placement)


def _alters(change: Change) -> bool:
    is_edited = change.type is ChangeType.EDITED and not REPORTS.isdisjoint(change.fields)
    return is_edited or change.type in OUTDATES
