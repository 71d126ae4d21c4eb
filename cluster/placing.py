"""Puts each read article into the event it reports, or opens a new one. Serial: one writer, under the lease."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from cluster.change import Change
from cluster.changes import Ledger, change_events
from cluster.constraints import Constraints, Held
from cluster.cross_encoder import ReadsPairs
from cluster.decision import can_be_joined, decide
from cluster.editing_changes import LINKED
from cluster.editing_store import EditingStore
from cluster.event import MEMBERSHIP, ChangeType, Placement
from cluster.originals import Print, prints_of
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from cluster.window import WINDOW, Window
from ingest.store import ArticleStore
from storage.engine import Database

LOG_AT_ONCE = 1000  # changes; a window that is behind by more is loaded anew
BATCH = 50  # the door is held while one batch is written, so an editor waits no longer than that

OUTDATES = MEMBERSHIP | {ChangeType.LOCKED, ChangeType.UNLOCKED}  # a locked event takes no article
REPORTS = frozenset({"articles", LINKED})  # one that tells something else draws others; a new title draws none


@dataclass(frozen=True, slots=True)
class Decided:
    """Where an article belongs, and what is known by now of other prints of its text."""

    placement: Placement
    prints: tuple[Print, ...]
    opens: bool  # an event of its own


class Placer:
    """Places what was read; keeps the recent past in memory and follows the change log to keep it true.

    Without a reader the pair model decides alone.
    """

    def __init__(self, engine: Engine, reader: ReadsPairs | None = None) -> None:
        self._engine = engine
        self._reader = reader
        self._readings = ReadingStore(engine)
        self._events = EventStore(engine)
        self._articles = ArticleStore(engine)
        self._window: Window | None = None
        self._seq = 0  # of the last change that the window knows

    def place_pending(self, fence: int, now: datetime) -> list[str]:
        """Places up to BATCH waiting articles, oldest first; the ids of the events they went to, none when all is done.

        It is decided before the door is opened, and decided anew where somebody changed meanwhile what that rests on.

        Raises:
            StaleFence: when another holder has taken the lease; nothing was placed.
        """
        while waiting := self._readings.unplaced(BATCH):
            window, self._window = self._current_window(waiting), None  # kept again only if all of it is written
            decided = [self._decide(one, window) for one in waiting]
            with change_events(self._engine, by="placing", at=now, fence=fence) as ledger:
                if self._is_stale(ledger.connection):
                    continue
                for one in decided:
                    _write(one, ledger)
            self._window, self._seq = window, ledger.seq
            return list(dict.fromkeys(one.placement.event_id for one in decided))
        return []

    def _decide(self, subject: Reading, window: Window) -> Decided:
        placement, prints = self._turned(decide(subject, window, self._reader), window)
        placement = replace(placement, revision=subject.revision)
        opens = not window.held.has(placement.event_id)
        hold(window, subject, placement)
        for one in prints:
            window.originals[one.article_id] = one.copy_of or one.article_id
        return Decided(placement, tuple(prints), opens)

    def _turned(self, placement: Placement, window: Window) -> tuple[Placement, list[Print]]:
        """A copy's placement once its text and that of the prints before it are looked at, and those that it changes.

        The original may arrive after its copies: a publisher's feed was polled late, or its page came the second time.
        """
        before = window.prints_in(placement.event_id, placement.copy_of) if placement.copy_of else []
        if placement.copy_of not in before:
            return placement, []
        found = self._articles.get_many([*before, placement.article_id])
        prints = {one.article_id: one for one in prints_of(list(found.values()))}
        own = prints.pop(placement.article_id)
        first = window.originals
        changed = [one for one in prints.values() if (one.copy_of or one.article_id) != first[one.article_id]]
        turned = replace(placement, copy_of=own.copy_of, because=(*placement.because, *own.because))
        return turned, changed

    def _current_window(self, waiting: list[Reading]) -> Window:
        oldest = waiting[0].published_at
        held = self._window
        if held is None or oldest - WINDOW < held.start or self._is_stale(self._engine):
            last = self._events.last_change()
            self._seq = last.seq if last else 0
            return load_window(self._engine, oldest - WINDOW)
        # Twice the window, so that it is cut now and then rather than with every batch.
        if held.start < oldest - 2 * WINDOW:
            return held.since(oldest - WINDOW)
        return held

    def _is_stale(self, database: Database) -> bool:
        later = EventStore(database).changes_after(self._seq, LOG_AT_ONCE)
        if outdates(later):
            return True
        self._seq = later[-1].seq if later else self._seq
        return False


def _write(decided: Decided, ledger: Ledger) -> None:
    if decided.opens:
        ledger.create(decided.placement)
    else:
        ledger.grow(decided.placement, decided.prints)


def outdates(later: Sequence[Change], but_by: str | None = None) -> bool:
    """Whether what changed since a window was loaded, LOG_AT_ONCE rows at most, makes it untrue; not by `but_by`."""
    return len(later) == LOG_AT_ONCE or any(_alters(one) and one.by != but_by for one in later)


def _alters(change: Change) -> bool:
    is_edited = change.type is ChangeType.EDITED and not REPORTS.isdisjoint(change.fields)
    return is_edited or change.type in OUTDATES


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
