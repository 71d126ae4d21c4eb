"""Connections that are checked where they are made: a name is resolved, judged, and the judged address is used."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import httpcore2

from ingest.addresses import Address, Gate

# The pool sets no limit: an address whose packets are dropped took all the time of a fetch, and no other was asked.
ONE_ADDRESS_LASTS = timedelta(seconds=5)


class RefusedAddress(httpcore2.ConnectError):
    """The name has an address that may not be fetched from."""


class NameNotFound(httpcore2.ConnectError):
    """The name has no address."""


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """A network for a connection pool. Redirects and rebound names pass here as every connection does."""

    def __init__(self, gate: Gate, names_at_once: int) -> None:
        self._gate = gate
        # The event loop's own threads are six on two cores: a few names that nobody answers for held up a hundred.
        self._resolvers = ThreadPoolExecutor(names_at_once, thread_name_prefix="resolve")
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connects to the first address that answers, if all of the name's addresses are admissible.

        Each but the last has `ONE_ADDRESS_LASTS` for that, the last one `timeout` seconds.

        Raises:
            RefusedAddress: when one of them is not.
            NameNotFound: when there is none.
            httpcore2.ConnectError: when none answers.
        """
        addresses = await self._resolve(host, port)
        if not self._gate.admits(host, port, addresses):
            raise RefusedAddress(f"{host}:{port} is not on the public internet")
        failure: Exception = NameNotFound(host)
        for number, address in enumerate(addresses, start=1):
            limit = timeout if number == len(addresses) else ONE_ADDRESS_LASTS.total_seconds()
            try:
                return await self._network.connect_tcp(str(address), port, limit, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Waits; the pool calls it between retries."""
        await self._network.sleep(seconds)

    def close(self) -> None:
        """Resolves no further name. It does not wait for those that are being asked for: that can take a minute."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    async def _resolve(self, host: str, port: int) -> list[Address]:
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            answers = await asyncio.get_running_loop().run_in_executor(self._resolvers, ask)
        except (OSError, UnicodeError) as error:
            raise NameNotFound(host) from error
        return [ipaddress.ip_address(answer[4][0]) for answer in answers]
