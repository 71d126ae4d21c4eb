"""Requests over kept-open connections, each sent once the one before was answered, and what they cost the server."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import uvloop

CONNECTIONS = 16
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """Many requests: what each cost the server in CPU time, and how long each took, in seconds."""

    cpu_seconds: float
    took: Sequence[float]

    @property
    def cpu_micros(self) -> float:
        """Microseconds of CPU time a request."""
        return 1e6 * self.cpu_seconds / len(self.took)

    def took_ms(self, share: float) -> float:
        """The milliseconds within which this share of all was answered."""
        return 1000 * float(np.quantile(self.took, share))


def asked(pid: int, port: int, paths: Sequence[str]) -> Load:
    """Asks a server for each path, over `CONNECTIONS` at once.

    Raises:
        RuntimeError: for any other status than 200.
    """
    waiting = iter([_request(port, path) for path in paths])
    before = cpu_seconds(pid)
    took = uvloop.run(_all(port, waiting))
    return Load(cpu_seconds(pid) - before, took)


def cpu_seconds(pid: int) -> float:
    """What a process has used of the processor since it began, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _request(port: int, path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\r\n".encode()


async def _all(port: int, waiting: Iterator[bytes]) -> list[float]:
    took: list[float] = []
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Asking(waiting, took), "127.0.0.1", port) for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(asking.done for _, asking in opened))
    return took


class _Asking(asyncio.Protocol):
    def __init__(self, waiting: Iterator[bytes], took: list[float]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting, self._took = waiting, took
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no class of asyncio's
        self._next()

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, _, body = self._got.partition(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or -1)
        if len(body) == length:
            self._took.append(time.perf_counter() - self._sent_at)
            if head.startswith(b"HTTP/1.1 200"):
                self._next()
            else:
                self.done.set_exception(RuntimeError(head.decode()))

    def connection_lost(self, exc: Exception | None) -> None:
        with suppress(asyncio.InvalidStateError):
            self.done.set_exception(exc or RuntimeError("the server hung up"))

    def _next(self) -> None:
        self._got = b""
        request = next(self._waiting, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)
