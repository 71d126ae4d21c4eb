"""Workers and the schedule as an operator starts them, on a Redis and a database of their own."""

from pathlib import Path

import pytest
from click import Choice

from cli import main, worker
from commands.working import KINDS
from storage.broker_watch import QUEUES
from storage.engine import sqlite_url
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import fails

pytestmark = pytest.mark.redis


def test_every_kind_of_worker_can_be_started_and_every_queue_has_one() -> None:
    (kind,) = worker.params
    assert isinstance(kind.type, Choice)
    assert list(kind.type.choices) == list(KINDS)
    assert set(KINDS) <= set(str(main.commands["worker"].help).split())

    assert sorted(queue for one in KINDS.values() for queue in one.queues) == sorted(QUEUES)


@pytest.mark.parametrize("command", [["worker", "embed"], ["beat"]], ids=" ".join)
def test_without_a_redis_of_the_operators_none_starts(tmp_path: Path, command: list[str]) -> None:
    assert "set SECONDSOURCE_BROKER_URL to a Redis that all workers share" in fails(command, tmp_path, 0)


@pytest.mark.parametrize("command", [["worker", "ingest"], ["beat"]], ids=" ".join)
def test_on_a_database_that_was_not_migrated_none_starts(tmp_path: Path, command: list[str]) -> None:
    with redis_server(tmp_path) as url:
        said = fails(command, tmp_path, 0, SECONDSOURCE_BROKER_URL=url)

    assert "run `secondsource migrate` first" in said


def test_on_a_redis_that_could_lose_the_queues_none_starts(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--maxmemory-policy", "allkeys-lru") as url:
        settings = {"SECONDSOURCE_DATABASE_URL": sqlite_url(tmp_path / "any.db"), "SECONDSOURCE_BROKER_URL": url}
        assert "maxmemory-policy noeviction" in fails(["worker", "cluster"], tmp_path, 0, **settings)


def test_none_polls_for_an_operator_whom_publishers_could_not_reach(tmp_path: Path) -> None:
    settings = {"SECONDSOURCE_DATABASE_URL": sqlite_url(tmp_path / "any.db"), "SECONDSOURCE_CONTACT": " "}

    assert "SECONDSOURCE_CONTACT" in fails(["worker", "ingest"], tmp_path, 0, **settings)
    assert "SECONDSOURCE_CONTACT" not in fails(["worker", "embed"], tmp_path, 0, **settings)
