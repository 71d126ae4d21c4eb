"""The change log as it grows: read once per process, however many follow it."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile

import structlog
from sqlalchemy.exc import SQLAlchemyError

from cluster.change_log import Logged
from cluster.change_log_store import ChangeLogStore
from cluster.event import Change

LOOKS_EVERY_SECONDS = 0.25  # a change is to be seen within a second
LOOKS_AGAIN_AFTER_SECONDS = 1.0  # when the database did not answer
PAGE = 500
KEPT = 2000  # rows, some 2 MB: a follower that reconnects after a minute finds what it missed without a query

log = structlog.get_logger()


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
        self._followers = 0
        self._looking: asyncio.Task[None] | None = None
        self._grown: asyncio.Event | None = None
        self.is_ending = False

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

    async def after(self, seq: int) -> Sequence[Line]:
        """The lines behind a position, at most PAGE when they are of the past; none at the end of the log.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: when the database is asked and does not answer.
        """
        if self._complete_from is None or seq < self._complete_from:
            return await self._read(seq)
        return list(takewhile(lambda line: line.seq > seq, reversed(self._lines)))[::-1]

    async def grown(self, seq: int, within_seconds: float) -> None:
        """Returns when there may be lines behind a position, when it ends, or after a time."""
        if self.is_ending or (self._lines and self._lines[-1].seq > seq):
            return
        self._grown = self._grown or asyncio.Event()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._grown.wait(), within_seconds)

    def end(self) -> None:
        """Everybody who follows is to leave."""
        self.is_ending = True
        self._wake()

    async def _look(self) -> None:
        self._lines.clear()
        self._complete_from = None
        position: int | None = None
        while self._followers and not self.is_ending:
            try:
                if position is None:
                    position = self._complete_from = (await asyncio.to_thread(self._store.span)).newest
                found = await self._read(position)
            except SQLAlchemyError as error:
                log.warning("change log out of reach", error=type(error).__name__)
                await asyncio.sleep(LOOKS_AGAIN_AFTER_SECONDS)
                continue
            if found:
                position = found[-1].seq
                self._keep(found)
            if len(found) < PAGE:
                await asyncio.sleep(LOOKS_EVERY_SECONDS)
        self._complete_from = None

    async def _read(self, seq: int) -> list[Line]:
        # Not in the threads that handlers run in: those may all be busy.
        found = await asyncio.to_thread(self._store.after, seq, PAGE)
        return [Line(one, self._render(one.change)) for one in found]

    def _keep(self, found: Sequence[Line]) -> None:
        for line in found:
            if len(self._lines) == KEPT:
                self._complete_from = self._lines[0].seq
            self._lines.append(line)
        self._wake()

    def _wake(self) -> None:
        if self._grown is not None:
            self._grown.set()
            self._grown = None
