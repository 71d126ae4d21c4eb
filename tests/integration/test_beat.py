"""Of two beats side by side one ticks, and when it is killed the other goes on."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from commands.broker import Broker, embedded_broker
from commands.processes import BROKER, Child
from tests.ending import process, wait_until
from tests.integration.commands.service import ROOT, environment

TICKS_EVERY_SECONDS = 0.25
LOCK_SECONDS = 2
# The worker's own settings but for the pace, which would make the test a minute long.
PROGRAM = f"""
import worker
worker.app.conf.update(
    beat_schedule={{"tick": {{"task": "tick", "schedule": {TICKS_EVERY_SECONDS}}}}},
    redbeat_lock_timeout={LOCK_SECONDS},
    beat_max_loop_interval={TICKS_EVERY_SECONDS},
)
worker.app.Beat(loglevel="error").run()
"""
TICKS = "celery"  # the queue of a task that no route names
LOCK = "redbeat::lock"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with embedded_broker(tmp_path) as started:
        server = Child(BROKER, started.command, {}, tmp_path / "broker.log")
        server.start(now=0.0)
        started.wait_until_ready(server, threading.Event())
        yield started
        server.wait_until_stopped(until=0.0)


@contextmanager
def _beat(broker: Broker, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    settings = environment(folder, 0, SECONDSOURCE_BROKER_URL=broker.url)
    with process([sys.executable, "-c", PROGRAM], cwd=ROOT, env=settings) as beat:
        yield beat


def test_two_beats_tick_as_one_and_a_killed_one_is_replaced(broker: Broker, tmp_path: Path) -> None:
    redis = Redis(unix_socket_path=str(broker.socket_path))
    with _beat(broker, tmp_path) as first:
        wait_until(lambda: redis.llen(TICKS) >= 4)
        holder, connected = redis.get(LOCK), len(redis.client_list())
        with _beat(broker, tmp_path):
            wait_until(lambda: len(redis.client_list()) > connected)
            started, before = time.monotonic(), redis.llen(TICKS)
            wait_until(lambda: redis.llen(TICKS) >= before + 12)
            took = time.monotonic() - started

            assert took > 11 * TICKS_EVERY_SECONDS  # two that ticked would take half as long
            assert redis.get(LOCK) == holder

            first.kill()
            first.wait()
            redis.delete(TICKS)
            wait_until(lambda: redis.llen(TICKS) >= 4)
            assert redis.get(LOCK) not in (None, holder)
