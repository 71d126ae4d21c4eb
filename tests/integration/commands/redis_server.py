"""A Redis server of a test's own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ending import listens, process, wait_until
from tests.integration.commands.service import free_port

READY_WITHIN_SECONDS = 10.0


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[str]:
    """The URL of a server with these options, without a password in it."""
    port = free_port()
    with process(redis_command(folder, port, *options), stdout=subprocess.DEVNULL):
        wait_until(lambda: listens(port))
        yield f"redis://127.0.0.1:{port}/0"


def redis_command(folder: Path, port: int, *options: str) -> list[str]:
    """What starts a server that keeps its data in a folder."""
    program = shutil.which("redis-server")
    assert program, "no Redis: apt-get install redis-server"
    return [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", *options]
