"""A Redis server of a test's own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.commands.service import free_port

READY_WITHIN_SECONDS = 10.0


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[str]:
    """The URL of a server with these options, without a password in it."""
    program = shutil.which("redis-server")
    assert program, "no Redis: apt-get install redis-server"
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_until_it_listens(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            os.kill(server.pid, signal.SIGKILL)


def _wait_until_it_listens(port: int) -> None:
    give_up_at = time.monotonic() + READY_WITHIN_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
