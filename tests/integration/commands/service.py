"""The whole service as an operator starts it: a process, its children and its pages."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from commands.processes import dies_with

DEADLINE_SECONDS = 240.0  # of a whole service on a busy machine; what ends by itself fails at once
LOOKS_EVERY_SECONDS = 0.5
ROOT = Path(__file__).parents[3]


class Service:
    """A running `secondsource` command."""

    def __init__(self, process: subprocess.Popen[str], port: int, data_dir: Path) -> None:
        self.process, self.address, self.data_dir = process, f"http://127.0.0.1:{port}", data_dir

    def get(self, path: str) -> Any:
        """What the API answers, parsed; None while it does not."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=5) as answer:
                return json.loads(answer.read())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def wait_for(self, found: Callable[[], Any]) -> Any:
        """Looks until there is something true to see, and returns it."""
        give_up_at = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < give_up_at:
            assert self.process.poll() is None, "the service ended by itself"
            if seen := found():
                return seen
            time.sleep(LOOKS_EVERY_SECONDS)
        raise AssertionError(f"not seen within {DEADLINE_SECONDS} s")


def environment(data_dir: Path, port: int, **settings: str) -> dict[str, str]:
    """The environment of a service of its own, without any setting of the one who runs the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SECONDSOURCE_")}
    return own | {"SECONDSOURCE_DATA_DIR": str(data_dir), "SECONDSOURCE_PORT": str(port), **settings}


@contextmanager
def started(
    command: list[str],
    data_dir: Path,
    *,
    program: Sequence[str] = (sys.executable, "-m", "cli"),
    folder: Path = ROOT,
    **settings: str,
) -> Iterator[Service]:
    """A `secondsource` command in a folder, stopped as Ctrl-C would at the end."""
    port = free_port()
    process = subprocess.Popen(
        [*program, *command],
        cwd=folder,
        env=environment(data_dir, port, **settings),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=dies_with(os.getpid()),
    )
    try:
        yield Service(process, port, data_dir)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=60)
        finally:
            process.kill()  # one that did not end takes with it what it has started


def fails(command: list[str], data_dir: Path, port: int, **settings: str) -> str:
    """What a command says that cannot go on, on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "cli", *command],
        env=environment(data_dir, port, **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children_of(pid: int) -> dict[int, str]:
    """The command lines of the processes that a process has started, by their ids."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is another user's
            if f"\nPPid:\t{pid}\n" in (process / "status").read_text():
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def working_in(data_dir: Path) -> list[str]:
    """The command lines of the processes that work in a data folder."""
    marked = f"SECONDSOURCE_DATA_DIR={data_dir}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if marked in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it ended meanwhile, or is another user's
    return found
