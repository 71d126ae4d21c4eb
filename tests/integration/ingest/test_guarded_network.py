"""A name of several addresses is asked at the first that answers, over real sockets."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from ingest import guarded_network
from ingest.fetching import Fetched, Fetcher
from ingest.outcome import Outcome

DEAF, ANSWERING = "127.0.0.2", "127.0.0.1"


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port of one address at which connections are asked for in vain: what waits to be let in there is full."""
    with ExitStack() as held:
        full = held.enter_context(socket.create_server((DEAF, 0), backlog=0))
        for _ in range(2):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield full.getsockname()[1]


def fetch(port: int) -> Fetched:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    async def run() -> Fetched:
        server = await asyncio.start_server(answer, ANSWERING, port)
        fetcher = Fetcher([f"ledgerpost.example:{port}"])
        try:
            return await fetcher.fetch(f"http://ledgerpost.example:{port}/")
        finally:
            await fetcher.aclose()
            server.close()

    return asyncio.run(run())


@pytest.mark.parametrize("addresses", [(DEAF, ANSWERING), (DEAF, DEAF, ANSWERING)])
def test_an_address_that_does_not_answer_costs_the_others_little_time(
    deaf_port: int, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(guarded_network, "ONE_ADDRESS_LASTS", timedelta(milliseconds=100))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    assert fetch(deaf_port).outcome is Outcome.OK
