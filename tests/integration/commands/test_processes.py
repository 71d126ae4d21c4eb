"""A supervised process comes back when it dies, says why, and goes when it is told to or its supervisor is gone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.processes import BROKER, LOG_LIMIT_BYTES, SETTLED_AFTER_SECONDS, Child, Children
from tests.ending import process, wait_until

GONE_WITHIN_SECONDS = 5.0


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "worker.log"


@pytest.fixture
def parent(log_path: Path) -> Iterator[Child]:
    """A running process that ignores being asked to stop and has a child, whose id it prints."""
    program = 'trap "" TERM; sleep 1000 & echo $!; wait'
    child = Child("worker", ["sh", "-c", program], {}, log_path)
    child.start(now=0.0)
    wait_until(lambda: log_path.read_text().endswith("\n"))
    yield child
    child.wait_until_stopped(until=0.0)


def _dies(child: Child, now: float) -> str:
    assert child.process is not None
    child.process.wait(GONE_WITHIN_SECONDS)
    told = child.keep_alive(now)
    assert told is not None
    return told


def _is_gone(pid: int) -> bool:
    give_up_at = time.monotonic() + GONE_WITHIN_SECONDS
    while time.monotonic() < give_up_at:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True  # dead; who adopted it has yet to take note
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_a_death_is_told_with_its_cause_and_the_end_of_the_log(log_path: Path) -> None:
    child = Child("worker", ["sh", "-c", "echo cannot go on; exit 3"], {}, log_path)
    child.start(now=0.0)

    told = _dies(child, now=1.0)

    assert "worker" in told
    assert "exit status 3" in told
    assert f"{log_path} ends: cannot go on" in told


def test_one_that_dies_again_and_again_is_started_ever_more_slowly_but_at_least_every_minute(log_path: Path) -> None:
    child, now, pauses = Child("worker", ["false"], {}, log_path), 0.0, []
    child.start(now)
    for _ in range(8):
        _dies(child, now)
        assert child.keep_alive(now + child.pause_seconds - 0.1) is None
        assert not child.is_running
        now += child.pause_seconds
        pauses.append(child.pause_seconds)
        assert child.keep_alive(now) is None

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    _dies(child, now + SETTLED_AFTER_SECONDS)
    assert child.pause_seconds == 1


def test_what_a_dead_process_started_is_ended_before_its_successor_starts(parent: Child, log_path: Path) -> None:
    grandchild = int(log_path.read_text())
    assert parent.process is not None
    parent.process.kill()

    assert "SIGKILL" in _dies(parent, now=1.0)

    assert _is_gone(grandchild)


def test_one_that_does_not_stop_is_ended_with_all_it_started(parent: Child, log_path: Path) -> None:
    grandchild = int(log_path.read_text())
    parent.ask_to_stop()

    told = parent.wait_until_stopped(until=time.monotonic() + 0.2)

    assert told is not None
    assert told.startswith("worker was still at work and was ended")
    assert not parent.is_running
    assert _is_gone(grandchild)


def test_the_broker_stops_after_those_that_still_write_to_it(tmp_path: Path) -> None:
    ended, said = tmp_path / "ended", list[str]()
    children = Children(said.append)
    for name, takes in ((BROKER, "0"), ("worker", "0.3")):
        program = f"trap 'sleep {takes}; echo {name} >> {ended}; exit' TERM; touch {name}; while :; do sleep 0.01; done"
        children.start(Child(name, ["sh", "-c", f"cd {tmp_path}; {program}"], {}, tmp_path / f"{name}.log"))
    wait_until(lambda: all((tmp_path / name).exists() for name in (BROKER, "worker")))

    children.stop()

    assert ended.read_text().split() == ["worker", BROKER]
    assert said == []


def test_a_log_that_has_grown_long_is_put_aside_at_the_start(log_path: Path) -> None:
    log_path.parent.mkdir()
    with log_path.open("wb") as log:
        log.truncate(LOG_LIMIT_BYTES + 1)
    child = Child("worker", ["true"], {}, log_path)

    child.start(now=0.0)

    assert log_path.stat().st_size == 0
    assert log_path.with_name("worker.log.1").stat().st_size > LOG_LIMIT_BYTES
    child.wait_until_stopped(until=time.monotonic() + 5)


def test_a_killed_supervisor_takes_its_children_with_it(log_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from commands.processes import Child\n"
        "child = Child('worker', ['sleep', '1000'], {}, Path(sys.argv[1])); child.start(0.0)\n"
        "print(child.process.pid, flush=True); time.sleep(1000)"
    )
    command = [sys.executable, "-c", program, str(log_path)]
    with process(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        os.kill(supervisor.pid, signal.SIGKILL)

    assert _is_gone(child)
