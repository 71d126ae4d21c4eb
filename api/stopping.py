"""Learns of the server's end when it begins, which the application's own shutdown comes too late for."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOPS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def told_of_the_end(tell: Callable[[], None]) -> Iterator[None]:
    """Has `tell` called in the running loop at once when the process is asked to stop, and at the latest on leaving.

    uvicorn first waits for open connections and then lets the application shut down: a stream that heard of it only
    then would keep the server from ending. Its own handlers are called as before.
    """
    before = {}
    if threading.current_thread() is threading.main_thread():  # elsewhere there are no signals to hear
        loop = asyncio.get_running_loop()
        before = {number: _chained(number, lambda: loop.call_soon_threadsafe(tell)) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        tell()


def _chained(number: int, also: Callable[[], object]) -> Callable[[int, FrameType | None], Any] | int | None:
    before = signal.getsignal(number)

    def handle(heard: int, frame: FrameType | None) -> None:
        also()
        if callable(before):
            before(heard, frame)

    signal.signal(number, handle)
    return before
