"""Whatever a test starts ends with it, and no wait is for ever: what stays is a failure that names it."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from commands.processes import dies_with

PATIENCE_SECONDS = 20.0
ENDS_WITHIN_SECONDS = 60.0  # a server that is asked to; a statement of PostgreSQL gives up its wait for a lock after 30


def wait_until(holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS, every_seconds: float = 0.02) -> Any:
    """Looks until there is something true to see, and returns it."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if seen := holds():
            return seen
        time.sleep(every_seconds)
    raise AssertionError("not seen in time")


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def beside(*works: Callable[[], object], stop: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Some work in threads of their own, which has to end once the block has and `stop` was called."""
    # Daemons: the interpreter waits at its end for all others, and would for one that stays.
    threads = [threading.Thread(target=work, name=repr(work), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop()
        for thread in threads:
            thread.join(ENDS_WITHIN_SECONDS)
        stay = [thread.name for thread in threads if thread.is_alive()]
        assert not stay, f"does not end: {', '.join(stay)}"


@contextmanager
def process(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process, killed when the block ends and also when this one does.

    One that outlived the tests would keep their output open, and whoever reads that would wait for ever.
    """
    with subprocess.Popen(command, preexec_fn=dies_with(os.getpid()), **options) as started:
        try:
            yield started
        finally:
            started.kill()
