"""Whatever becomes of the broker, workers stay or come back, and the queues are filled again from the database."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from tests.ending import listens, process, wait_until
from tests.following import served
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.commands.service import free_port
from tests.integration.faults.going_on import goes_on
from tests.integration.faults.machine import machine
from tests.integration.test_following import ARTICLES, some_news

REBUILT_WITHIN_SECONDS = 60.0
AWAY_SECONDS = 4.0
STUCK_SECONDS = 12.0  # longer than a worker waits for an answer


@dataclass
class OwnRedis:
    """A server without a disk: what is not in its memory is lost."""

    folder: Path
    port: int
    running: ExitStack
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        program = shutil.which("redis-server")
        assert program, "no Redis: apt-get install redis-server"
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--save", ""]
        self.process = self.running.enter_context(process(command, stdout=subprocess.DEVNULL))
        wait_until(lambda: listens(self.port))

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def flush(self) -> None:
        """As an operator might."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def come_back_empty(self) -> None:
        """Dies, and is started again a while later."""
        self.send(signal.SIGKILL)
        time.sleep(AWAY_SECONDS)
        self.start()

    def be_out_of_memory(self) -> None:
        """Takes no more for a while, and loses nothing, as its policy says."""
        with redis.Redis.from_url(self.url) as client:
            client.config_set("maxmemory", 1)
            time.sleep(AWAY_SECONDS)
            client.config_set("maxmemory", 0)

    def be_stuck(self) -> None:
        """Answers nobody for a while, without closing a connection."""
        self.send(signal.SIGSTOP)
        time.sleep(STUCK_SECONDS)
        self.send(signal.SIGCONT)


@contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    with ExitStack() as running:
        server = OwnRedis(folder, free_port(), running)
        server.start()
        yield server


@pytest.mark.redis
def test_queues_are_filled_again_whatever_becomes_of_the_broker(tmp_path: Path, exported: Path) -> None:
    (tmp_path / "model").symlink_to(exported)
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    news = some_news(datetime.now(UTC))
    kinds = ("embed", "cluster", "describe", "beat")
    with (
        own_redis(tmp_path) as server,
        machine(tmp_path, kinds, server.url, settings.database) as workers,
    ):
        goes_on(engine, news[:2], lambda: None)
        assert goes_on(engine, news[2:5], server.flush) < REBUILT_WITHIN_SECONDS
        for first, fault in ((5, server.come_back_empty), (8, server.be_out_of_memory), (11, server.be_stuck)):
            goes_on(engine, news[first : first + 3], fault)

        assert {one.partition(" ")[0] for one in workers.deaths} == {"beat"}  # it holds a lock there: it begins anew
        assert not [kind for kind in kinds if kind != "beat" and "Traceback" in workers.log(kind)]
    assert sum(len(members) for _, _, members, _ in served(engine).values()) == ARTICLES
    engine.dispose()
