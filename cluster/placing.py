"""Puts each read article into the event it reports, or opens a new one. Serial: one writer, under the lease."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from sqlalchemy import Engine

from cluster.changes import Ledger, change_events
from cluster.cross_encoder import ReadsPairs
from cluster.decision import decide
from cluster.event import Placement
from cluster.originals import Print, prints_of
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.remembering import LOG_AT_ONCE, follow, hold, load_window, outdates
from cluster.store import EventStore
from cluster.window import WINDOW, Window
from ingest.store import ArticleStore
from storage.engine import Database

BATCH = 50  # the door is held while one batch is written, so an editor waits no longer than that
# After that long what is decided is written and the lease taken anew: a batch of long comparisons would outlast it.
DECIDES_FOR_SECONDS = 2.0


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
        self._at_once = BATCH

    def get_ready(self) -> bool:
        """Whether anything waits; what it is compared with is in memory then, which may take longer than a lease."""
        waiting = self._readings.unplaced(1)
        if waiting:
            self._window = self._current_window(waiting[0].published_at)
        return bool(waiting)

    def place_pending(self, fence: int, now: datetime) -> list[str]:
        """Places up to BATCH waiting articles, oldest first; the ids of the events they went to, none when all is done.

        It is decided before the door is opened, and decided anew where somebody changed meanwhile what that rests on.

        Raises:
            StaleFence: when another holder has taken the lease; nothing was placed.
        """
        while waiting := self._readings.unplaced(self._at_once):
            window = self._current_window(waiting[0].published_at)
            decided = self._decide_in_time(waiting, window)
            with change_events(self._engine, by="placing", at=now, fence=fence) as ledger:
                if self._is_outdated(ledger.connection):
                    # Whoever changes events that often leaves time for fewer, and those have to be decided in between.
                    self._at_once = max(1, self._at_once // 2)
                    continue
                for one in decided:
                    _write(one, ledger)
            self._window, self._seq, self._at_once = window, ledger.seq, BATCH
            return list(dict.fromkeys(one.placement.event_id for one in decided))
        return []

    def _decide_in_time(self, waiting: Sequence[Reading], window: Window) -> list[Decided]:
        """One decision at least, and as many more as there is time for."""
        until, decided = monotonic() + DECIDES_FOR_SECONDS, list[Decided]()
        for one in waiting:
            decided.append(self._decide(one, window))
            if monotonic() > until:
                break
        return decided

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

    def _current_window(self, oldest: datetime) -> Window:
        """A window for articles published since an instant, true up to the end of the change log.

        Nothing is kept of it until all that it is for is done: what breaks off in between may leave it half changed.
        """
        held, self._window, since = self._window, None, oldest - WINDOW
        if held is None or since < held.start:
            held = self._load(since)
        while not self._catch_up(held):
            held = self._load(since)
        # Twice the window, so that it is cut now and then rather than with every batch.
        return held.since(since) if held.start < since - WINDOW else held

    def _load(self, since: datetime) -> Window:
        last = self._events.last_change()
        self._seq = last.seq if last else 0
        return load_window(self._engine, since)

    def _catch_up(self, window: Window) -> bool:
        """Takes up what others changed meanwhile; False where the window has to be loaded anew."""
        later = self._events.changes_after(self._seq, LOG_AT_ONCE)
        self._seq = later[-1].seq if later else self._seq
        return follow(window, later, self._engine)

    def _is_outdated(self, database: Database) -> bool:
        """Whether somebody changed, since the window was brought up to date, what it rests on."""
        return outdates(EventStore(database).changes_after(self._seq, LOG_AT_ONCE))


def _write(decided: Decided, ledger: Ledger) -> None:
    if decided.opens:
        ledger.create(decided.placement)
    else:
        ledger.grow(decided.placement, decided.prints)
