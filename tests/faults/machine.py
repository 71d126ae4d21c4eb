"""The processes of a service as an operator supervises them, and what happens to them at random."""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cluster.lease import LEASE_LASTS
from commands.processes import Child, Children
from tests.integration.commands.service import children_of

WORKERS = {"ingest": 2, "embed": 2, "cluster": 2, "describe": 1}
API = "api"
ENDS_WITHIN_SECONDS = 60.0  # once it was asked to
SAID_WHY = 2  # the exit status of who cannot start, for a database that somebody who was stopped keeps busy, say
SETTLES_WITHIN_SECONDS = 20.0  # whoever ends by itself for as long after a server was ended has a good reason
# Who places and was stopped finds the lease still its own, or another's.
PAUSES_SECONDS = ((1.0, LEASE_LASTS.total_seconds()), (LEASE_LASTS.total_seconds() + 2.0, 25.0))


@dataclass(slots=True)
class Machine:
    """What runs. All instants are seconds of the monotonic clock.

    Everything happens in one thread: on Linux a child is ended with the thread that started it.
    """

    environment: Mapping[str, str]
    logs: Path
    broker: Child
    children: Children = field(init=False)
    struck: dict[str, float] = field(default_factory=dict)  # names of those that were told to end, with when
    stopped: dict[int, float] = field(default_factory=dict)  # process ids, with when they are to go on
    excused_until: float = 0.0
    wrong: list[str] = field(default_factory=list)  # deaths that nobody caused, and processes that did not end

    def __post_init__(self) -> None:
        self.children = Children(self._told)

    def start(self) -> None:
        """Starts everything but the servers, and takes care of the broker from now on."""
        self.children.started.append(self.broker)
        for kind, count in WORKERS.items():
            for number in range(1, count + 1):
                self._start(f"{kind} {number}", "worker", kind)
        self._start("beat", "beat")
        self._start(API, "serve")

    def attend(self, now: float) -> None:
        """Starts again what died a second ago, lets go on what was stopped long enough, ends what does not end."""
        for pid in [pid for pid, until in self.stopped.items() if now >= until]:
            self._go_on(pid)
        for child in self.children.started:
            child.pause_seconds = 0.0  # always the first pause, a second
            since = self.struck.get(child.name)
            if since is not None and now > since + ENDS_WITHIN_SECONDS and child.is_running:
                self.wrong.append(f"{child.name} did not end within {ENDS_WITHIN_SECONDS:.0f} s of SIGTERM")
                self._signal(_pid(child), signal.SIGKILL)
        self.children.keep_alive()

    def strike(self, chance: random.Random, now: float) -> str:
        """Does something to some process; what it did."""
        ending = {self.broker.name, *self.struck}
        child = chance.choice([one for one in self.children.started if one.name not in ending and one.is_running])
        own = _pid(child)
        pid, command = chance.choice([(own, ""), *_descendants(own)])
        how = chance.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP))
        self._signal(pid, how)
        lasts = ""
        if how is signal.SIGSTOP:
            pause = chance.uniform(*chance.choice(PAUSES_SECONDS))
            self.stopped[pid] = now + pause
            lasts = f" for {pause:.0f} s"
        elif pid == own:
            # One that was stopped hears of it when it goes on.
            self.struck[child.name] = max(now, self.stopped.get(pid, now))
        part = "" if pid == own else f", its {'parser' if 'parsing_child' in command else 'child'}"
        return f"{how.name}{lasts} {child.name}{part}"

    def excuse(self, now: float) -> None:
        """A server goes away: whoever cannot do without may end by itself for a while."""
        self.excused_until = now + SETTLES_WITHIN_SECONDS

    def calm(self) -> None:
        """Lets everything go on."""
        for pid in list(self.stopped):
            self._go_on(pid)

    def stop_work(self) -> None:
        """Ends all but the broker and the API, as an operator would."""
        self.calm()
        # Nothing is wrong with one that is still at work, beat's last nudge, and is ended: it would change nothing.
        working = Children(lambda told: None)
        working.started = [one for one in self.children.started if one is not self.broker and one.name != API]
        self.children.started = [one for one in self.children.started if one not in working.started]
        working.stop()

    def stop(self) -> None:
        """Ends whatever still runs."""
        self.calm()
        self.children.stop()

    def _start(self, name: str, *command: str) -> None:
        path = self.logs / f"{name.replace(' ', '-')}.log"
        self.children.start(Child(name, [sys.executable, "-m", "cli", *command], self.environment, path))

    def _told(self, text: str) -> None:
        child = next(one for one in self.children.started if text.startswith(f"{one.name} "))
        was_struck = self.struck.pop(child.name, None) is not None
        said_why = child.process is not None and child.process.returncode == SAID_WHY
        if not (was_struck or said_why or time.monotonic() < self.excused_until):
            self.wrong.append(text)

    def _go_on(self, pid: int) -> None:
        del self.stopped[pid]
        self._signal(pid, signal.SIGCONT)

    def _signal(self, pid: int, how: signal.Signals) -> None:
        with suppress(ProcessLookupError):  # it ended meanwhile
            os.kill(pid, how)


def _pid(child: Child) -> int:
    assert child.process
    return child.process.pid


def _descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Ids and command lines of what a process has started, and what that has."""
    for child, command in children_of(pid).items():
        yield child, command
        yield from _descendants(child)
