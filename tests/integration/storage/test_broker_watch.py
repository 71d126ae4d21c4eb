"""The broker tells what waits in it and which workers were there, and is waited for no longer than a second."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from storage.broker_watch import WORKERS, look_at_broker, note_worker
from storage.presence import SAID_EVERY, Presence
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import free_port

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    with redis_server(tmp_path) as url:
        yield url


@pytest.mark.redis
def test_workers_are_told_apart_by_when_they_were_seen(broker: str) -> None:
    for name, ago in (("embed@a", timedelta(minutes=1)), ("embed@b", HOUR / 2), ("embed@c", 2 * HOUR)):
        note_worker(broker, name, ["embed"], NOW - ago)

    found = look_at_broker(broker, NOW)

    assert found is not None
    assert [(one.name, one.is_there(NOW)) for one in found.workers] == [("embed@a", True), ("embed@b", False)]
    assert (found.workers_of("embed", NOW), found.workers_of("cluster", NOW)) == (1, 0)
    assert (set(found.waiting.values()), found.taken, found.has_schedule) == ({0}, 0, False)


@pytest.mark.redis
def test_what_no_worker_said_is_passed_over(broker: str) -> None:
    note_worker(broker, "embed@a", ["embed"], NOW)
    with Redis.from_url(broker) as redis:
        for said in (b"", b"{}", b"[]", b'{"queues": null, "seen_at": 1}', b'{"queues": [], "seen_at": 1e300}'):
            redis.hset(WORKERS, b"odd" + said, said)
        redis.hset(WORKERS, b"\xff", b'{"queues": ["embed"], "seen_at": 1772625600}')

    found = look_at_broker(broker, NOW)

    assert found is not None
    assert [one.name for one in found.workers] == ["embed@a"]


@pytest.mark.redis
def test_workers_that_are_long_gone_are_forgotten_while_others_are_there(broker: str) -> None:
    for name, ago in (("embed@a", 2 * HOUR), ("embed@b", HOUR / 2), ("embed@c", 0 * HOUR)):
        note_worker(broker, name, ["embed"], NOW - ago)

    with Redis.from_url(broker) as redis:
        assert redis.hkeys(WORKERS) == [b"embed@b", b"embed@c"]


@pytest.mark.redis
def test_a_worker_says_that_it_is_there_a_few_times_a_minute(broker: str) -> None:
    one = Presence(broker)
    for seconds in range(0, 40, 2):
        one.say({"upkeep", "describe"}, "describe@a", NOW + timedelta(seconds=seconds))

    found = look_at_broker(broker, NOW)
    assert found is not None
    (seen,) = found.workers
    assert seen.queues == ("describe", "upkeep")
    assert seen.seen_at == NOW + 2 * SAID_EVERY + timedelta(seconds=2)
    with Redis.from_url(broker) as redis:
        assert 0 < redis.ttl(WORKERS) <= HOUR.total_seconds()


def test_a_broker_that_does_not_answer_is_waited_for_no_longer_than_a_second() -> None:
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert look_at_broker(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", NOW) is None
    assert look_at_broker(f"redis://127.0.0.1:{free_port()}/0", NOW) is None
    assert look_at_broker("amqp://elsewhere", NOW) is None
    note_worker(f"redis://127.0.0.1:{free_port()}/0", "embed@a", ["embed"], NOW)
    Presence(None).say(["embed"], "embed@a", NOW)
    assert time.monotonic() - began < 10
