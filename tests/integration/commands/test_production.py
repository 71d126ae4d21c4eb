"""Production as docs/operations.md starts it: PostgreSQL, Redis and a process for each kind of work, and no torch."""

import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from commands.demo_publishers import DemoPublishers
from ingest.store import PublisherStore
from storage.engine import open_engine
from tests.ending import process, wait_until
from tests.integration.commands.operations import commands, redis_options, statements
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import (
    DEADLINE_SECONDS,
    LOOKS_EVERY_SECONDS,
    ROOT,
    environment,
    free_port,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]

MIGRATE, *STARTED = [line for line in commands("By hand") if line.startswith("secondsource ")]
PASSWORD = "geheim"
STOPS_WITHIN_SECONDS = 30.0  # what units and compose.yaml give a process before it is killed
# The image has none of them. Found before anything else by the name that Python looks for at each start.
MISSING = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {"onnx", "scipy", "sentence_transformers", "sklearn", "torch", "transformers"}:
            raise ModuleNotFoundError(f"No module named {name!r}, as in the image", name=name)

sys.meta_path.insert(0, Missing())
"""


def _program(command: str) -> list[str]:
    """What a documented command line runs here."""
    program, *arguments = shlex.split(command)
    assert program == "secondsource"
    return [sys.executable, "-m", "cli", *arguments]


@contextmanager
def _database(server_url: str) -> Iterator[str]:
    """One of a user of its own, who may do no more than the page gives them."""
    server = open_engine(server_url)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements("By hand"):
            connection.exec_driver_sql(statement)
        yield server_url.replace("tests@/postgres?", "secondsource@/secondsource?")
        connection.exec_driver_sql("DROP DATABASE secondsource WITH (FORCE)")
        connection.exec_driver_sql("DROP ROLE secondsource")
    server.dispose()


@contextmanager
def _processes(started: Sequence[str], settings: dict[str, str], logs: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    with ExitStack() as running:
        found = []
        for command in started:
            log = running.enter_context((logs / f"{command}.log").open("wb"))
            found.append(
                running.enter_context(process(_program(command), cwd=ROOT, env=settings, stdout=log, stderr=log))
            )
        yield found


def _only_the_demos(url: str, publishers: DemoPublishers) -> None:
    """Turns off every publisher that `migrate` has brought: no test asks anybody outside."""
    engine = open_engine(url)
    store, now = PublisherStore(engine), datetime.now(UTC)
    brought = [feed.id for feed in store.list()]
    assert len(brought) > 100
    store.switch(brought, False, now)
    store.sync(publishers.listed, now)
    engine.dispose()


@dataclass(frozen=True, slots=True)
class Production:
    """What the documented commands are started with, on a migrated database with the demo's publishers."""

    settings: dict[str, str]
    broker_url: str
    address: str

    def confirmed(self) -> Any:
        """The events of several sources at the API; None while it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.address}/v1/events?min_sources=2", timeout=5) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None


@pytest.fixture
def production(tmp_path: Path, data_dir: Path, server_url: str) -> Iterator[Production]:
    (tmp_path / "sitecustomize.py").write_text(MISSING)
    with (
        DemoPublishers(datetime.now(UTC)) as publishers,
        redis_server(tmp_path, *redis_options(), "--requirepass", PASSWORD) as redis,
        _database(server_url) as url,
    ):
        broker_url = redis.replace("redis://", f"redis://:{PASSWORD}@")
        (tmp_path / "database_url").write_text(f"{url}\n")
        (tmp_path / "broker_url").write_text(broker_url)
        port = free_port()
        settings = environment(
            data_dir,
            port,
            SECONDSOURCE_DATABASE_URL_FILE=str(tmp_path / "database_url"),
            SECONDSOURCE_BROKER_URL_FILE=str(tmp_path / "broker_url"),
            SECONDSOURCE_CONTACT="https://news.example/about",
            SECONDSOURCE_ALLOW_ADDRESSES=",".join(publishers.addresses),
            PYTHONPATH=str(tmp_path),
        )
        subprocess.run(_program(MIGRATE), cwd=ROOT, env=settings, check=True, timeout=120)
        _only_the_demos(url, publishers)
        yield Production(settings, broker_url, f"http://127.0.0.1:{port}")


def test_the_documented_commands_bring_an_event_of_several_sources_and_stop(
    production: Production, tmp_path: Path
) -> None:
    redis: Any = Redis.from_url(production.broker_url)  # half of it is untyped
    with redis.pubsub(ignore_subscribe_messages=True) as flower:
        flower.psubscribe("*.celeryev/task.*")
        with _processes(STARTED, production.settings, tmp_path) as running:
            confirmed = wait_until(production.confirmed, DEADLINE_SECONDS, LOOKS_EVERY_SECONDS)

            assert confirmed[0]["counts"]["independent_sources"] >= 2
            assert [one.poll() for one in running] == [None] * len(STARTED)
            assert wait_until(flower.get_message)

            for one in running:
                os.kill(one.pid, signal.SIGTERM)
            for command, one in zip(STARTED, running, strict=True):
                assert one.wait(STOPS_WITHIN_SECONDS) in (0, -signal.SIGTERM), command
