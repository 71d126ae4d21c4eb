"""Child processes: started in a group of their own, restarted when they die, stopped with all they started."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# The pause doubles from death to death, so that a child that cannot live neither busies the machine nor stays away
# for long once its trouble is over. One that lived for a minute has got over the last one.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
SETTLED_AFTER_SECONDS = 60.0
STOPS_WITHIN_SECONDS = 7.0  # all but the broker together; with the broker's it makes less than ten
BROKER_STOPS_WITHIN_SECONDS = 2.0
LOG_LIMIT_BYTES = 10_000_000  # at a start; one older log is kept
TAIL_BYTES, LAST_LINE_LIMIT = 4000, 300  # bytes, characters
BROKER = "broker"
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)  # before any fork: a child forked beside a thread may not load it any more


@dataclass(slots=True)
class Child:
    """One process that ought to run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    inherits: Sequence[int] = ()  # file descriptors
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0  # seconds of the monotonic clock, as all instants here
    starts_again_at: float | None = None  # None while it runs
    pause_seconds: float = 0.0  # after its last death

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self, now: float) -> None:
        """Starts it; what it prints goes to its log file."""
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        with self.log_path.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=self.inherits,
                start_new_session=True,  # Ctrl-C is for the supervisor alone, which stops the others in order
                preexec_fn=dies_with(os.getpid()),
            )
        self.started_at, self.starts_again_at = now, None

    def ask_to_stop(self) -> None:
        """Asks it to end, once: a second time would make a worker drop what it is doing."""
        if self.process is not None:
            self.process.terminate()

    def wait_until_stopped(self, until: float) -> str | None:
        """Returns when it has ended; at that instant it is ended, with all its own children, which is told."""
        if self.process is None:
            return None
        told = None
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            told = f"{self.name} was still at work and was ended; the next start goes on with it"
        self._kill_group()
        self.process.wait()
        self.process = None
        return told

    def keep_alive(self, now: float) -> str | None:
        """Starts it again a while after it died; what to tell the operator, when there is something to tell."""
        if self.process is None or self.process.poll() is None:
            return None
        if self.starts_again_at is None:
            self._kill_group()  # what it left behind would work beside its successor
            self.pause_seconds = self._next_pause(now)
            self.starts_again_at = now + self.pause_seconds
            return (
                f"{self.name} ended by itself ({_ending(self.process.returncode)}) and starts again "
                f"in {self.pause_seconds:.0f} s; {self.log_says()}"
            )
        if now >= self.starts_again_at:
            self.start(now)
        return None

    def log_says(self) -> str:
        """Where its log is, and how that ends."""
        try:
            with self.log_path.open("rb") as written:
                written.seek(max(0, os.fstat(written.fileno()).st_size - TAIL_BYTES))
                tail = written.read().decode(errors="replace").split("\n")
        except OSError:
            tail = []
        last = next((line.strip() for line in reversed(tail) if line.strip()), None)
        return f"{self.log_path} ends: {last[:LAST_LINE_LIMIT]}" if last else f"{self.log_path} is empty"

    def _next_pause(self, now: float) -> float:
        if now - self.started_at >= SETTLED_AFTER_SECONDS or not self.pause_seconds:
            return FIRST_PAUSE_SECONDS
        return min(2 * self.pause_seconds, LONGEST_PAUSE_SECONDS)

    def _kill_group(self) -> None:
        try:
            if self.process is not None:
                os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nobody is left in it


@dataclass(slots=True)
class Children:
    """The processes of one run, in the order in which they were started; `say` tells the operator of deaths."""

    say: Callable[[str], None]
    started: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> Child:
        """Starts one and takes care of it from now on."""
        child.start(time.monotonic())
        self.started.append(child)
        return child

    def keep_alive(self) -> None:
        """Starts again whatever died."""
        for child in self.started:
            if told := child.keep_alive(time.monotonic()):
                self.say(told)

    def stop(self) -> None:
        """Stops all of them side by side, the broker, which the others still write to, after them."""
        stopping, self.started = self.started, []
        for wave, within in (
            ([child for child in stopping if child.name != BROKER], STOPS_WITHIN_SECONDS),
            ([child for child in stopping if child.name == BROKER], BROKER_STOPS_WITHIN_SECONDS),
        ):
            until = time.monotonic() + within
            for child in wave:
                child.ask_to_stop()
            for child in wave:
                if told := child.wait_until_stopped(until):
                    self.say(told)


def _ending(status: int) -> str:
    return f"exit status {status}" if status >= 0 else signal.Signals(-status).name


def dies_with(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: it asks to be killed when its parent is.

    Linux only; elsewhere a killed supervisor leaves its children to be stopped by hand. Killed, not asked to stop:
    the next run may start at once, and must not find them at work. What they were doing, the sweep finds.
    """

    def ask() -> None:
        if sys.platform == "linux":
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # it died just before
                os._exit(1)

    return ask
