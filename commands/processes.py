"""Child processes: started in a group of their own, restarted when they die, stopped with all they started."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

RESTARTED_AFTER_SECONDS = 3.0  # a child that dies at once must not keep the machine busy
STOPS_WITHIN_SECONDS = 8.0
BROKER = "broker"
_PR_SET_PDEATHSIG = 1

log = structlog.get_logger()


@dataclass(slots=True)
class Child:
    """One process that ought to run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    process: subprocess.Popen[bytes] | None = None
    died_at: float | None = None  # by the monotonic clock

    def start(self) -> None:
        """Starts it; what it prints goes to its log file."""
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the supervisor alone, which stops the others in order
                preexec_fn=_die_with_parent,
            )
        self.died_at = None

    def ask_to_stop(self) -> None:
        """Asks it to end, once: a second time would make a worker drop what it is doing."""
        if self.process is not None:
            self.process.terminate()

    def wait_until_stopped(self) -> None:
        """Returns when it has ended; after STOPS_WITHIN_SECONDS ends it with all its own children."""
        if self.process is None:
            return
        try:
            self.process.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("killed, it did not stop", process=self.name)
        self._kill_group()
        self.process.wait()
        self.process = None

    def keep_alive(self) -> None:
        """Restarts it a while after it died."""
        if self.process is None or self.process.poll() is None:
            return
        if self.died_at is None:
            self.died_at = time.monotonic()
            log.error(
                "process died, restarting it", process=self.name, status=self.process.returncode, log=str(self.log_path)
            )
            self._kill_group()  # what it left behind would work beside its successor
        elif time.monotonic() - self.died_at >= RESTARTED_AFTER_SECONDS:
            self.start()

    def _kill_group(self) -> None:
        try:
            if self.process is not None:
                os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nobody is left in it


@dataclass(slots=True)
class Children:
    """The processes of one run, in the order in which they were started."""

    started: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> Child:
        """Starts one and takes care of it from now on."""
        child.start()
        self.started.append(child)
        return child

    def keep_alive(self) -> None:
        """Restarts whatever died."""
        for child in self.started:
            child.keep_alive()

    def stop(self) -> None:
        """Stops all of them side by side, the broker, which the others still write to, after them."""
        stopping, self.started = self.started, []
        for wave in (
            [child for child in stopping if child.name != BROKER],
            [child for child in stopping if child.name == BROKER],
        ):
            for child in wave:
                child.ask_to_stop()
            for child in wave:
                child.wait_until_stopped()


def _die_with_parent() -> None:
    # Linux only; elsewhere a killed supervisor leaves its children to be stopped by hand.
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
