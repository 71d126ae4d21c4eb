"""Counts where events are shown and which feeds are fetched, and writes it down every few seconds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.shown.shown import FEEDS
from api.shown.sites import Showing, site_of_showing
from api.shown.store import ShownStore, hour_of
from api.shown.tally import OTHER, Tally

WRITTEN_EVERY_SECONDS = 5.0  # what a process that is killed loses
MAX_ADDRESS = 500  # characters of a feed's address

log = structlog.get_logger()


class Showings:
    """What one process has counted. Nobody waits for it to be written."""

    def __init__(self, store: ShownStore) -> None:
        self._store = store
        self._tally = Tally()

    def shown(self, showing: Showing, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """An event is about to be shown to somebody who asked with these headers."""
        self._tally.count(showing.event_id, site_of_showing(showing, headers))

    def fetched(self, address: str) -> None:
        """A feed was fetched at this address, without its host."""
        self._tally.count(FEEDS, address if len(address) <= MAX_ADDRESS else OTHER)

    def write(self, now: datetime) -> None:
        """Writes down what was counted since the last time, or keeps it for the next one."""
        taken = self._tally.take(hour_of(now))
        if not taken:
            return
        try:
            self._store.add(taken, now)
        except SQLAlchemyError as error:
            log.warning("showings_not_written", error=type(error).__name__)
        except Exception:  # whatever it is: nothing else would be written any more, and nobody would hear of it
            log.exception("showings_not_written")
        else:
            return
        self._tally.put_back(taken)

    @asynccontextmanager
    async def written(self, clock: Callable[[], datetime]) -> AsyncIterator[None]:
        """While this is open, and once more at its end, what is counted is written down."""
        writing = asyncio.create_task(self._write_on(clock))
        try:
            yield
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            await asyncio.to_thread(self.write, clock())

    async def _write_on(self, clock: Callable[[], datetime]) -> None:
        while True:
            await asyncio.sleep(WRITTEN_EVERY_SECONDS)
            await asyncio.to_thread(self.write, clock())
