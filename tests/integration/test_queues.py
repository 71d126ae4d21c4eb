"""What the queues come to hold, and how long a task may take, on a Redis of the tests' own."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.store import EventStore
from ingest.outcome import Outcome
from ingest.publishers import Listed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from tests.builders import make_article
from tests.integration.cluster.pipeline import place
from tests.integration.commands.redis_server import redis_server
from tests.integration.ingest.newsroom import listed, newsroom

UNREAD = 600
EMBED, CLUSTER, DESCRIBE, UPKEEP = "embed", "cluster", "describe", "upkeep"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[redis.Redis]:
    with redis_server(tmp_path) as url:
        yield redis.Redis.from_url(url)


def run_worker(code: str, engine: Engine, broker: redis.Redis, tmp_path: Path, **settings: str) -> str:
    """Runs code that knows `worker`; what it printed."""
    own = {
        "SECONDSOURCE_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SECONDSOURCE_BROKER_URL": f"redis://127.0.0.1:{broker.connection_pool.connection_kwargs['port']}/0",
        "SECONDSOURCE_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-c", f"from datetime import timedelta\nimport worker\n{code}"]
    environment = os.environ | own | settings
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout


def messages(broker: redis.Redis, queue: str) -> list[dict[str, Any]]:
    found: list[bytes] = broker.lrange(queue, 0, -1)  # type: ignore[assignment]
    return [json.loads(message) for message in found]


def ids(message: dict[str, Any]) -> list[str]:
    """The ids that a task is to be called with."""
    found: list[str]
    (found, *_), *_ = json.loads(base64.b64decode(message["body"]))
    return found


def test_a_sweep_queues_what_is_stale_once_while_nobody_takes_it(
    engine: Engine, broker: redis.Redis, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    hour_ago = now - timedelta(hours=1)
    stale = [make_article(f"art_{number}", published_at=hour_ago, seen_at=hour_ago) for number in range(UNREAD)]
    young = make_article("art_young", published_at=hour_ago - timedelta(hours=1), seen_at=now)
    ArticleStore(engine).add_many([young, *stale])

    run_worker("for _ in range(10): worker.sweep()", engine, broker, tmp_path)

    queued = messages(broker, EMBED)
    assert len(queued) == UNREAD / 30
    assert {article_id for message in queued for article_id in ids(message)} == {one.id for one in stale}

    broker.flushall()
    run_worker("worker.sweep()", engine, broker, tmp_path)

    assert len(messages(broker, EMBED)) == UNREAD / 30


def test_a_nudge_that_nobody_takes_expires(engine: Engine, broker: redis.Redis, tmp_path: Path) -> None:
    code = "worker.nudge(worker.place_articles); print(worker.app.conf.beat_schedule)"
    said = run_worker(code, engine, broker, tmp_path)

    (nudge,) = messages(broker, CLUSTER)
    lasts = datetime.fromisoformat(nudge["headers"]["expires"]) - datetime.now(UTC)
    assert timedelta(seconds=30) < lasts <= timedelta(minutes=1)
    assert said.count("'expires': 60.0") == said.count("'task':") > 0


def test_each_task_on_the_schedule_exists_and_goes_to_a_queue_that_is_read(
    engine: Engine, broker: redis.Redis, tmp_path: Path
) -> None:
    code = """
import json
planned = {one["task"]: one["schedule"] for one in worker.app.conf.beat_schedule.values()}
for task in planned:
    worker.app.tasks[task].delay()
print(json.dumps(planned))
"""
    planned = json.loads(run_worker(code, engine, broker, tmp_path))

    queued = {
        queue: [one["headers"]["task"] for one in messages(broker, queue)]
        for queue in ("ingest", "deliver", CLUSTER, UPKEEP)
    }
    assert sorted(planned) == sorted(task for tasks in queued.values() for task in tasks)
    assert planned["upkeep.regrade"] == 60


def test_polling_ends_with_its_worker_and_when_it_takes_too_long_and_leaves_nothing_behind(
    engine: Engine, broker: redis.Redis, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    with newsroom([now, now]) as room:
        room.hold.clear()
        listed(engine, [room], now)
        code = """
import sys, time
sys.stderr = sys.stdout  # what is logged, among what is printed
worker.tell_of_the_end()
worker.poll_due_feeds()
print("ended with the worker")
worker._is_ending[0] = 0
worker.LONGEST_POLLING = timedelta(seconds=1)
started = time.monotonic()
worker.poll_due_feeds()
print(time.monotonic() - started)
"""
        said = run_worker(code, engine, broker, tmp_path, SECONDSOURCE_ALLOW_ADDRESSES=room.address)

    with_the_worker, alone = said.split("ended with the worker")
    assert "polling took too long" not in with_the_worker
    assert "polling took too long" in alone
    assert float(alone.split()[-1]) < 15  # a page alone would be waited for that long
    assert ArticleStore(engine).count() == 0
    assert PublisherStore(engine).outcomes()["feed", Outcome.BROKE] == 1
    assert FeedStore(engine).due(now + timedelta(minutes=4), limit=1) == []  # its host's other feeds come first
    assert FeedStore(engine).due(now + timedelta(hours=1), limit=1)


def test_a_poll_whose_articles_nobody_can_be_told_of_is_no_failed_poll(
    engine: Engine, broker: redis.Redis, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    broker.shutdown(nosave=True)
    with newsroom([now, now]) as room:
        listed(engine, [room], now)
        run_worker("worker.poll_due_feeds()", engine, broker, tmp_path, SECONDSOURCE_ALLOW_ADDRESSES=room.address)

    assert ArticleStore(engine).count() == 2
    assert PublisherStore(engine).outcomes()["feed", Outcome.OK] == 1


def test_repair_asks_for_new_descriptions_of_what_it_changed(
    engine: Engine, broker: redis.Redis, tmp_path: Path
) -> None:
    placed = place(engine, make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald"))
    with change_events(engine, by="recluster", at=datetime.now(UTC)) as ledger:
        ledger.regroup([replace(EventStore(engine).placed(["art_2"])["art_2"], event_id="evt_other")])

    run_worker("worker.repair()", engine, broker, tmp_path)

    assert [sorted(ids(message)) for message in messages(broker, DESCRIBE)] == [sorted({placed["art_1"], "evt_other"})]


@pytest.mark.parametrize(
    ("seconds", "ends", "again"), [(0, "", ["upkeep.repair"]), (60, "", []), (0, "worker.tell_of_the_end()", [])]
)
def test_repair_lets_others_have_its_worker_and_goes_on_later_unless_that_ends(
    engine: Engine, broker: redis.Redis, tmp_path: Path, seconds: int, ends: str, again: list[str]
) -> None:
    place(engine, make_article("art_1", "ledgerpost"))

    run_worker(f"worker.REPAIRS_FOR_SECONDS = {seconds}; {ends or 'pass'}; worker.repair()", engine, broker, tmp_path)

    assert [message["headers"]["task"] for message in messages(broker, UPKEEP)] == again


def test_a_sweep_has_what_a_renamed_publisher_published_told_a_batch_a_task(
    engine: Engine, broker: redis.Redis, tmp_path: Path
) -> None:
    article = make_article("art_1", "ledgerpost")
    ArticleStore(engine).add(article)
    renamed = replace(article.publisher, name="Morning Gazette")
    PublisherStore(engine).sync([Listed(renamed, ())], datetime.now(UTC))

    run_worker("worker.sweep()", engine, broker, tmp_path)
    assert messages(broker, UPKEEP)[0]["headers"]["task"] == "upkeep.retell"

    broker.flushall()
    run_worker("worker.retell(); worker.retell()", engine, broker, tmp_path)

    assert len(messages(broker, UPKEEP)) == 1  # the second one found nothing to tell


def test_a_feed_is_not_blamed_for_a_broker_that_is_away(engine: Engine, broker: redis.Redis, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with newsroom([now, now]) as room:
        listed(engine, [room], now)
        broker.shutdown()
        code = "import sys; sys.stderr = sys.stdout; worker.poll_due_feeds()"
        said = run_worker(code, engine, broker, tmp_path, SECONDSOURCE_ALLOW_ADDRESSES=room.address)

    assert "message not sent, the sweep asks again" in said
    assert ArticleStore(engine).count() == 2
    assert ("feed", Outcome.BROKE) not in PublisherStore(engine).outcomes()
