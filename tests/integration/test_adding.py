"""Adding by address as Celery's task does it, in a process of its own that is killed, on a Redis of the tests' own."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import Engine

from ingest.addition import Addition, AdditionState
from ingest.addition_store import CLAIMED_FOR, AdditionStore
from ingest.host_store import HostStore
from ingest.store import ArticleStore
from tests.ending import process, wait_until
from tests.integration.commands.redis_server import redis_server
from tests.integration.ingest.newsroom import Newsroom, newsroom


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[redis.Redis]:
    with redis_server(tmp_path) as url:
        yield redis.Redis.from_url(url)


def environment(engine: Engine, broker: redis.Redis, room: Newsroom, tmp_path: Path) -> dict[str, str]:
    own = {
        "SECONDSOURCE_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SECONDSOURCE_BROKER_URL": f"redis://127.0.0.1:{broker.connection_pool.connection_kwargs['port']}/0",
        "SECONDSOURCE_DATA_DIR": str(tmp_path),
        "SECONDSOURCE_ALLOW_ADDRESSES": room.address,
    }
    return os.environ | own


def test_a_killed_worker_loses_no_request_and_the_next_tells_who_reads_and_who_places(
    engine: Engine, broker: redis.Redis, tmp_path: Path
) -> None:
    additions = AdditionStore(engine)
    with newsroom([]) as room:
        room.hold.clear()
        one = Addition("add_1", f"{room.home}/report", "evt_1", "Ada", datetime.now(UTC))
        assert additions.ask(one)
        command = [sys.executable, "-c", "import worker; worker.add_articles()"]
        env = environment(engine, broker, room, tmp_path)
        with process(command, env=env) as fetching:
            wait_until(lambda: room.pages_asked)
            fetching.send_signal(signal.SIGKILL)
            fetching.wait(10)
        room.hold.set()
        later = datetime.now(UTC) + CLAIMED_FOR
        assert [claimed.id for claimed in additions.claim(later, 8)] == ["add_1"]
        additions.let_go([one], later)
        HostStore(engine).forget(later)  # the dead worker's turn would run out half a minute later
        subprocess.run(command, env=env, check=True, timeout=60)

    found = additions.get("add_1")
    assert found
    assert (found.state, ArticleStore(engine).count()) == (AdditionState.FETCHED, 1)
    (to_read,) = messages(broker, "embed")
    assert (to_read["headers"]["task"], argument(to_read)) == ("embed.embed_articles", [found.article_id])
    assert [one["headers"]["task"] for one in messages(broker, "cluster")] == ["cluster.place_articles"]


def messages(broker: redis.Redis, queue: str) -> list[dict[str, Any]]:
    found: list[bytes] = broker.lrange(queue, 0, -1)  # type: ignore[assignment]
    return [json.loads(message) for message in found]


def argument(message: dict[str, Any]) -> Any:
    (found, *_), *_ = json.loads(base64.b64decode(message["body"]))
    return found
