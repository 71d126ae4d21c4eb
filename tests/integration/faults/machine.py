"""Workers and schedule as an operator's supervisor keeps them: started again when they end by themselves."""

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands.processes import Child, Children
from tests.ending import beside
from tests.integration.commands.service import environment

LOOKS_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Machine:
    """Its processes by what they do, and their logs."""

    folder: Path
    children: Children
    deaths: list[str]  # what a supervisor would tell of each

    def log(self, name: str) -> str:
        """What a process has said so far, also those that it replaced."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def pid(self, name: str) -> int:
        """Of the process that runs by now."""
        process = next(one.process for one in self.children.started if one.name == name)
        assert process is not None
        return process.pid


@contextmanager
def machine(folder: Path, names: Sequence[str], broker_url: str, database_url: str) -> Iterator[Machine]:
    """Runs `secondsource worker NAME` for each name, and `secondsource beat` for `beat`."""
    stop, deaths = threading.Event(), list[str]()
    children = Children(deaths.append)
    own = {
        "SECONDSOURCE_CONTACT": "tests@localhost",
        "SECONDSOURCE_BROKER_URL": broker_url,
        "SECONDSOURCE_DATABASE_URL": database_url,
    }
    env = {**environment(folder, 0, **own), "PYTHONPATH": os.pathsep.join(sys.path)}
    for name in names:
        command = [sys.executable, "-m", "cli", *([name] if name == "beat" else ["worker", name])]
        children.start(Child(name, command, env, folder / f"{name}.log"))

    def watch() -> None:
        while not stop.wait(LOOKS_EVERY_SECONDS):
            children.keep_alive()

    with beside(watch, stop=stop.set):
        try:
            yield Machine(folder, children, deaths)
        finally:
            stop.set()
            children.stop()
