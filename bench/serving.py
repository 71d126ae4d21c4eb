"""An empty database of each kind, and a server on one in a process of its own, as `secondsource serve` starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from storage.engine import sqlite_url
from tests.integration.commands.service import free_port
from tests.integration.storage.server import new_database, postgresql, programs


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers at a port."""

    pid: int
    port: int

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def read(self, path: str) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body at a path."""
        with urlopen(self.address + path, timeout=60) as reply:
            return reply.getheaders(), bytes(reply.read())


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The URLs by the databases' names, that of SQLite in a folder; says so where PostgreSQL is not installed."""
    with ExitStack() as stack:
        urls = {"SQLite": sqlite_url(folder / "measured.db")}
        if found := programs():
            urls["PostgreSQL"] = new_database(stack.enter_context(postgresql(found)), "measured")
        else:
            print("NOT MEASURED on PostgreSQL: apt-get install postgresql")
        yield urls


@contextmanager
def serving(url: str, data_dir: Path) -> Iterator[Server]:
    """The application on a database, until the block ends."""
    settings = {"SECONDSOURCE_DATABASE_URL": url, "SECONDSOURCE_DATA_DIR": str(data_dir)}
    with started(["cli", "serve"], **settings) as server:
        yield server


@contextmanager
def started(module: list[str], **settings: str) -> Iterator[Server]:
    """A module that takes `--port`, with these settings alone, once it answers and until the block ends."""
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("SECONDSOURCE_")}
    process = subprocess.Popen([sys.executable, "-m", *module, "--port", str(port)], env=own | settings)
    try:
        _wait_for(port, process)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server ended with status {process.returncode}")
