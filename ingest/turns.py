"""One request at a time to a host, and a rest after each, over all workers."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from ingest.host_store import HELD_FOR, HOST_RESTS, LONGEST_REST, HostStore
from ingest.waits import wait_asked
from storage.ids import new_id


class NoTurn(Exception):
    """The host did not become free in time. `free_at` is when it does, where that is known."""

    def __init__(self, host: str, free_at: datetime | None = None) -> None:
        super().__init__(host)
        self.free_at = free_at


class Turns:
    """The queue for each host of one event loop; behind it all workers share the turns in the database."""

    def __init__(self, hosts: HostStore, clock: Callable[[], datetime]) -> None:
        self._hosts = hosts
        self._clock = clock
        # asyncio's locks let waiters in by order of arrival; only the first in each line asks the database.
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, host: str, until: datetime | None) -> AsyncIterator[None]:
        """Holds the host's turn while the context is open; waits for it until an instant, or without end.

        Raises:
            NoTurn: when it does not come by then.
        """
        holder = new_id("turn")
        patience = None if until is None else (until - self._clock()).total_seconds()
        if patience is not None and patience < 0:  # a host that is free would be had without a wait to break off
            raise NoTurn(host)
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(patience):
                    await held.enter_async_context(self._lines[host])
                    held.callback(self._release, host, holder)
                    await self._take(host, holder, until)
            except TimeoutError as error:
                raise NoTurn(host) from error
            yield

    def heed(self, host: str, retry_after: str | None) -> None:
        """Lets a host rest for as long as its answer asks us to, within bounds."""
        now = self._clock()
        asked = wait_asked(retry_after, now)
        if asked is not None:
            self._hosts.rest(host, now + min(asked, LONGEST_REST))

    async def _take(self, host: str, holder: str, until: datetime | None) -> None:
        now = self._clock()
        while (again_at := self._hosts.take(host, holder, now, now + HELD_FOR)) is not None:
            if until is not None and again_at > until:
                is_resting = again_at - now > HOST_RESTS  # else another has its turn, for nobody knows how long
                raise NoTurn(host, again_at if is_resting else None)
            await asyncio.sleep((again_at - now).total_seconds())
            now = self._clock()

    def _release(self, host: str, holder: str) -> None:
        self._hosts.release(host, holder, self._clock())
