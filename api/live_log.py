"""The change log as it grows: read once per process, however many follow it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cluster.change import Change
from cluster.change_log import Logged, Wanted
from cluster.change_log_store import ChangeLogStore

LOOKS_EVERY_SECONDS = 0.25  # a change is to be seen within a second
LOOKS_AGAIN_AFTER_SECONDS = 0.5  # when a look failed
PAGE = 500
PAST_AT_ONCE = 2  # followers who read what is no longer in memory: the others wait for their turn
PAST_PAUSE_SECONDS = 0.05  # behind each page of it
KEPT = 2000  # rows, some 2 MB: a follower that reconnects after a minute finds what it missed without a query

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lines:
    """What a follower is to be sent, and the seq up to which there is no more of it."""

    sent: Sequence[bytes]
    reached: int


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the log, and what followers are sent of it."""

    logged: Logged
    sent: bytes

    @property
    def seq(self) -> int:
        """Its place in the log."""
        return self.logged.change.seq


class LiveLog:
    """Its newest lines in memory, kept by a task that looks for more while anybody follows. One event loop's own.

    Followers ask for what is behind their own position, so nothing waits for the slow among them.
    """

    def __init__(self, store: ChangeLogStore, render: Callable[[Change], bytes]) -> None:
        self._store, self._render = store, render
        self._lines: deque[Line] = deque(maxlen=KEPT)
        self._complete_from: int | None = None  # every row behind it is among the lines; None: nobody looks
        self._newest = 0  # the last row seen by who looks
        self._reached = 0  # the last row that a follower was given of the past
        self._followers = 0
        self._looking: asyncio.Task[None] | None = None
        self._grown: asyncio.Event | None = None
        self._turns = asyncio.Semaphore(PAST_AT_ONCE)
        self.is_ending = False
        self.times_set_back = 0  # whoever began to follow before the last time is to leave

    @contextmanager
    def followed(self) -> Iterator[None]:
        """While this is open, somebody looks for new rows."""
        self._followers += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._followers -= 1

    async def after(self, seq: int, wanted: Wanted) -> Lines:
        """What is wanted behind a position, from at most PAGE rows of the past; `reached` is `seq` at the log's end.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: when the database is asked and does not answer.
        """
        if self._complete_from is None or seq < self._complete_from:
            async with self._turns:
                found = await asyncio.to_thread(self._past, seq, wanted)
            self._reached = max(self._reached, found.reached)
            await asyncio.sleep(PAST_PAUSE_SECONDS)
            return found
        lines = list(takewhile(lambda line: line.seq > seq, reversed(self._lines)))[::-1]
        return Lines([line.sent for line in lines if wanted.has(line.logged)], lines[-1].seq if lines else seq)

    async def grown(self, seq: int, within_seconds: float) -> None:
        """Returns when there may be lines behind a position, when it ends, or after a time."""
        if self.is_ending or (self._complete_from is not None and seq < self._newest):
            return
        self._grown = self._grown or asyncio.Event()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._grown.wait(), within_seconds)

    def end(self) -> None:
        """Everybody who follows is to leave."""
        self.is_ending = True
        self._wake()

    async def _look(self) -> None:
        try:
            while self._followers and not self.is_ending:
                try:
                    await self._look_once()
                except SQLAlchemyError as error:
                    log.warning("change log out of reach", error=type(error).__name__)
                    await asyncio.sleep(LOOKS_AGAIN_AFTER_SECONDS)
                except Exception:
                    # A row that cannot be rendered, say. Who follows reads it alone; those behind it are looked for.
                    log.exception("change log not followed")
                    self._forget()
                    await asyncio.sleep(LOOKS_AGAIN_AFTER_SECONDS)
        finally:
            self._forget()

    async def _look_once(self) -> None:
        # Threads, but not those that handlers run in: they may all be busy.
        known = max(self._reached, self._newest if self._complete_from is not None else 0)
        newest = (await asyncio.to_thread(self._store.span)).newest
        if newest < known:  # a backup was restored under this process
            self.times_set_back += 1
            self._reached = 0
            self._forget()
            return
        if self._complete_from is None:
            self._newest = self._complete_from = newest
            self._wake()  # whoever looked before that row was there would sleep on behind it
        found = await asyncio.to_thread(self._new, self._newest) if newest > self._newest else []
        if found:
            self._newest = found[-1].seq
            self._keep(found)
        if len(found) < PAGE:
            await asyncio.sleep(LOOKS_EVERY_SECONDS)

    def _new(self, seq: int) -> list[Line]:
        return [Line(one, self._render(one.change)) for one in self._store.after(seq, PAGE)]

    def _past(self, seq: int, wanted: Wanted) -> Lines:
        found = self._store.stretch(seq, PAGE, wanted)
        return Lines([self._render(one.change) for one in found.rows], found.reached)

    def _keep(self, found: Sequence[Line]) -> None:
        for line in found:
            if len(self._lines) == KEPT:
                self._complete_from = self._lines[0].seq
            self._lines.append(line)
        self._wake()

    def _forget(self) -> None:
        """Nobody is to wait for lines that nobody looks for: everybody asks the database."""
        self._complete_from = None
        self._lines.clear()
        self._wake()

    def _wake(self) -> None:
        if self._grown is not None:
            self._grown.set()
            self._grown = None
