"""The embedded broker keeps its socket and its data through deaths, and leaves nothing behind."""

import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from redis import Redis

from commands.broker import SOCKET_PATH_BYTES, Broker, embedded_broker
from commands.errors import CannotStart
from commands.processes import BROKER, Child, dies_with
from tests.ending import beside, wait_until

NEVER = threading.Event()


def _started(broker: Broker, folder: Path) -> Child:
    child = Child(BROKER, broker.command, {}, folder / "broker.log")
    child.start(now=0.0)
    broker.wait_until_ready(child, NEVER)
    return child


def _ended(child: Child) -> None:
    child.ask_to_stop()
    child.wait_until_stopped(until=time.monotonic() + 5)


def test_a_killed_broker_comes_back_at_its_socket_with_what_it_held(tmp_path: Path) -> None:
    with embedded_broker(tmp_path) as broker:
        child = _started(broker, tmp_path)
        redis = Redis(unix_socket_path=str(broker.socket_path))
        redis.rpush("queue", "a task")
        assert child.process is not None
        child.process.kill()
        child.process.wait(5)

        child.keep_alive(now=1.0)
        child.keep_alive(now=1.0 + child.pause_seconds)
        broker.wait_until_ready(child, NEVER)

        assert redis.lrange("queue", 0, -1) == [b"a task"]
        _ended(child)


def test_its_socket_goes_at_the_end(tmp_path: Path) -> None:
    with embedded_broker(tmp_path) as broker:
        _ended(_started(broker, tmp_path))

    assert not broker.socket_path.parent.exists()
    assert not (tmp_path / "broker.path").exists()


@pytest.mark.parametrize("is_stuck", [False, True])
def test_a_broker_that_outlived_its_run_is_ended_before_the_next_one(tmp_path: Path, is_stuck: bool) -> None:
    killed_run = embedded_broker(tmp_path)
    left = killed_run.__enter__()
    leftover = subprocess.Popen(left.command, stdout=subprocess.DEVNULL, preexec_fn=dies_with(os.getpid()))
    wait_until(left.socket_path.exists)
    if is_stuck:
        leftover.send_signal(signal.SIGSTOP)

    # Its end is taken note of, as init would.
    with beside(leftover.wait, stop=leftover.kill), embedded_broker(tmp_path) as broker:
        assert leftover.poll() is not None
        assert not left.socket_path.parent.exists()
        _ended(_started(broker, tmp_path))


def test_a_socket_that_nobody_listens_at_is_no_hindrance(tmp_path: Path) -> None:
    power_cut = embedded_broker(tmp_path)
    left = power_cut.__enter__()
    left.socket_path.touch()

    with embedded_broker(tmp_path) as broker:
        assert not left.socket_path.exists()
        _ended(_started(broker, tmp_path))


def test_deep_folders_do_not_make_the_sockets_path_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path.joinpath(*["a-folder-with-a-rather-long-name"] * 9)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))  # as TMPDIR would

    with embedded_broker(deep) as broker:
        assert len(str(broker.socket_path)) <= SOCKET_PATH_BYTES
        _ended(_started(broker, deep))


def test_a_broker_that_cannot_read_its_data_is_named_with_the_way_out(tmp_path: Path) -> None:
    damaged = tmp_path / "broker" / "appendonlydir"
    damaged.mkdir(parents=True)
    (damaged / "appendonly.aof.manifest").write_text("this is none\n")

    with embedded_broker(tmp_path) as broker, pytest.raises(CannotStart) as refused:
        _started(broker, tmp_path)

    assert f"{tmp_path / 'broker'} may be deleted" in str(refused.value)
