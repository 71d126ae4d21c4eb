"""Puts each read article into the event it reports, or opens a new one. Serial: one writer, under the lease."""

from datetime import datetime

from sqlalchemy import Engine

from cluster.changes import Ledger, change_events
from cluster.constraints import Constraints, Held
from cluster.cross_encoder import ReadsPairs
from cluster.decision import can_be_joined, decide
from cluster.editing_store import EditingStore
from cluster.event import ChangeType, Placement
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from cluster.window import WINDOW, Window

BATCH = 50  # the door is held for one batch, so an editor waits no longer than that
_MEMBERSHIP = {ChangeType.CREATED, ChangeType.GREW, ChangeType.SHRANK, ChangeType.MERGED, ChangeType.SPLIT}


class Placer:
    """Places what was read; keeps the recent past in memory and follows the change log to keep it true.

    Without a reader the pair model decides alone.
    """

    def __init__(self, engine: Engine, reader: ReadsPairs | None = None) -> None:
        self._engine = engine
        self._reader = reader
        self._readings = ReadingStore(engine)
        self._events = EventStore(engine)
        self._window: Window | None = None
        self._seq = 0  # of the last change that the window knows

    def place_pending(self, fence: int, now: datetime) -> list[str]:
        """Places up to BATCH waiting articles, oldest first; the ids of the events they went to, none when all is done.

        Raises:
            StaleFence: when another holder has taken the lease; nothing was placed.
        """
        with change_events(self._engine, by="placing", at=now, fence=fence) as ledger:
            waiting = self._readings.unplaced(BATCH)
            if not waiting:
                return []
            window, self._window = self._current_window(waiting), None  # kept again only if all of it is written
            placed = [self._place(one, window, ledger) for one in waiting]
        self._window, self._seq = window, ledger.seq
        return list(dict.fromkeys(placement.event_id for placement in placed))

    def _place(self, subject: Reading, window: Window, ledger: Ledger) -> Placement:
        placement = decide(subject, window, self._reader)
        if placement.event_id in window.event_ids:
            ledger.grow(placement)
        else:
            ledger.create(placement)
        hold(window, subject, placement)
        return placement

    def _current_window(self, waiting: list[Reading]) -> Window:
        oldest = waiting[0].published_at
        held = self._window
        if held is None or oldest - WINDOW < held.start or self._is_stale():
            return load_window(self._engine, oldest - WINDOW)
        # Twice the window, so that it is cut now and then rather than with every batch.
        if held.start < oldest - 2 * WINDOW:
            return held.since(oldest - WINDOW)
        return held

    def _is_stale(self) -> bool:
        later = self._events.changes_after(self._seq, limit=1000)
        if any(change.type in _MEMBERSHIP for change in later) or len(later) == 1000:
            return True
        self._seq = later[-1].seq if later else self._seq
        return False


def load_window(engine: Engine, since: datetime) -> Window:
    """What stands in events among the articles published since an instant, with what editors said of them."""
    window = Window(since, held=Held(Constraints(EditingStore(engine).pairs())))
    found = ReadingStore(engine).since(since)
    for placement in EventStore(engine).placed_since(since):
        if reading := found.get(placement.article_id):
            hold(window, reading, placement)
    return window


def hold(window: Window, reading: Reading, placement: Placement) -> None:
    """Adds a placed article to the window; one that nothing may join is only remembered for the editors' pairs."""
    window.held.note(reading.article_id, placement.event_id)
    if can_be_joined(reading):
        window.add(reading, placement.event_id, placement.copy_of)
