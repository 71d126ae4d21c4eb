"""Connections that are checked where they are made: a name is resolved, judged, and the judged address is used."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore2

from ingest.addresses import Address, Gate


class RefusedAddress(httpcore2.ConnectError):
    """The name has an address that may not be fetched from."""


class NameNotFound(httpcore2.ConnectError):
    """The name has no address."""


class GuardedNetwork(httpcore2.AsyncNetworkBackend):
    """A network for a connection pool. Redirects and rebound names pass here as every connection does."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
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

        Raises:
            RefusedAddress: when one of them is not.
            NameNotFound: when there is none.
            httpcore2.ConnectError: when none answers.
        """
        addresses = await _resolve(host, port)
        if not self._gate.admits(host, port, addresses):
            raise RefusedAddress(f"{host}:{port} is not on the public internet")
        failure: Exception = NameNotFound(host)
        for address in addresses:
            try:
                return await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Waits; the pool calls it between retries."""
        await self._network.sleep(seconds)


async def _resolve(host: str, port: int) -> list[Address]:
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotFound(host) from error
    return [ipaddress.ip_address(answer[4][0]) for answer in answers]
