"""What a client sends before it is a request ends soon, and the server says nothing of itself."""

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.connections import BESIDES_BODY_BYTES
from tests.ending import PATIENCE_SECONDS, listens, process, wait_until
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.commands.service import environment, free_port

SERVE = (
    "import sys, api.connections; api.connections.REQUEST_SECONDS = 1.0; sys.argv[1:] = ['serve']; "
    "from cli import main; main()"
)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Of `secondsource serve`, with less patience."""
    migrated(settings_in(tmp_path)).dispose()
    port = free_port()
    with process([sys.executable, "-c", SERVE], env=environment(tmp_path, port)):
        wait_until(lambda: listens(port))
        yield port


class Client:
    """A connection by hand."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self.host = f"Host: 127.0.0.1:{port}\r\n".encode()

    def send(self, *parts: bytes) -> "Client":
        for part in parts:
            self._socket.sendall(part)
        return self

    def waits(self, seconds: float) -> None:
        """For each part that comes."""
        self._socket.settimeout(seconds)

    def some(self) -> bytes:
        """What comes next; all of a short reply that is sent at once."""
        return self._socket.recv(1 << 16)

    def rest(self) -> bytes:
        """All that comes until the server closes."""
        return b"".join(iter(lambda: self._socket.recv(1 << 16), b""))

    def endless(self, part: bytes) -> int:
        """How many bytes are taken before the server closes."""
        for sent in range(0, 64 << 20, len(part)):
            try:
                self.send(part)
            except OSError:
                return sent
        raise AssertionError("it was never refused")


def test_a_head_without_end_is_refused_and_not_kept(port: int) -> None:
    for begun in (b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nX: ", b"GET /"):
        part = b"X-A: " + b"a" * 4000 + b"\r\n" if begun.endswith(b"\n") else b"a" * 4000

        assert Client(port).send(begun).endless(part) < 32 << 20  # what lies in buffers of the system among it


def test_a_request_that_does_not_come_to_its_end_ends_its_connection(port: int) -> None:
    beginnings = (
        b"",
        b"GET /healthz HT",
        b"GET /healthz HTTP/1.1\r\nHo",
        b"POST /desk/sign-in HTTP/1.1\r\n%s"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na=",
    )
    clients = [Client(port) for _ in beginnings]
    for client, begun in zip(clients, beginnings, strict=True):
        client.send(begun % client.host if b"%s" in begun else begun)
    began = time.monotonic()

    assert [client.rest() for client in clients] == [b""] * len(clients)
    assert time.monotonic() - began < PATIENCE_SECONDS


def test_trailers_without_end_are_refused_and_not_kept(port: int) -> None:
    client = Client(port)
    head = b"POST /desk/sign-in HTTP/1.1\r\n" + client.host + b"Content-Type: application/x-www-form-urlencoded\r\n"
    trailer = b"X-A: " + b"a" * 1017 + b"\r\n"
    client.send(head + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert client.some().startswith(b"HTTP/1.1 100 ")

    client.send(b"1\r\na\r\n0\r\n" + trailer * (BESIDES_BODY_BYTES // len(trailer)))

    assert client.rest().startswith(b"HTTP/1.1 400 ")


def test_a_body_is_no_head_however_it_comes(port: int) -> None:
    client = Client(port)
    head = b"POST /desk/sign-in HTTP/1.1\r\n" + client.host + b"Content-Type: application/x-www-form-urlencoded\r\n"
    body = b"name=" + b"a" * 2 * BESIDES_BODY_BYTES
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)

    client.send(head, b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n", chunks)

    assert client.rest().startswith(b"HTTP/1.1 413 ")


def test_an_empty_line_behind_an_answered_request_does_not_hold_its_connection(port: int) -> None:
    client = Client(port)
    client.send(b"GET /healthz HTTP/1.1\r\n" + client.host + b"\r\n")
    assert client.some().startswith(b"HTTP/1.1 200 ")

    client.send(b"\r\n")

    client.waits(PATIENCE_SECONDS)
    client.rest()


def test_whoever_asks_in_time_is_answered_as_often_as_they_ask(port: int) -> None:
    client = Client(port)
    head = b"GET /healthz HTTP/1.1\r\n" + client.host + b"X-Long: " + b"a" * (BESIDES_BODY_BYTES // 2) + b"\r\n"

    client.send(head, b"\r\n", head, b"\r\n", head, b"Connection: close\r\n\r\n")

    replies = client.rest()
    assert replies.count(b"HTTP/1.1 200 OK") == 3
    assert b"server:" not in replies.lower()


def test_a_stream_is_no_request_that_does_not_end(port: int) -> None:
    client = Client(port)
    client.send(b"GET /v1/stream HTTP/1.1\r\n" + client.host + b"\r\n")
    client.waits(3.0)
    with pytest.raises(TimeoutError):
        client.rest()
