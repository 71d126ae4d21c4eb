"""What processes log when things fail: a JSON line each, with ids, and no secret of the settings or of anybody."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from sqlalchemy import Engine, insert
from sqlalchemy.exc import DBAPIError

from api.tables import webhooks
from ingest.publishers import Listed, ListedFeed
from ingest.store import PublisherStore
from storage.engine import writing
from tests.builders import make_publisher
from tests.ending import process, wait_until
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import environment, free_port
from tests.integration.ingest.newsroom import newsroom

SECRET = "geheimnis"
TASK = "describe.describe_events"
STARTS_WITHIN_SECONDS = 60.0  # a process, on a busy machine


@contextmanager
def _logged(command: Sequence[str], folder: Path, **settings: str) -> Iterator[Path]:
    """A process's stderr, as a file, while it runs."""
    path = folder / "stderr"
    with path.open("wb") as written:
        env = environment(folder, free_port(), **settings)
        with process([sys.executable, "-m", *command], env=env, stderr=written, stdout=subprocess.DEVNULL):
            yield path


def _lines(path: Path) -> list[dict[str, Any]]:
    """Every line is JSON."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def _failures(path: Path) -> list[dict[str, Any]]:
    written = path.read_text()
    whole = written[: written.rfind("\n") + 1]  # the last line may be on its way
    return [line for line in map(json.loads, whole.splitlines()) if line["level"] in ("error", "critical")]


def _celery(queues: str, *more: str) -> list[str]:
    plain = ["--without-gossip", "--without-mingle", "--loglevel", "warning", "--pool", "solo"]
    return ["celery", "-A", "worker", "worker", "-n", "test@here", "-Q", queues, *plain, *more]


@pytest.mark.redis
def test_a_task_that_fails_is_told_once_with_its_ids_and_without_a_secret(tmp_path: Path) -> None:
    migrated(settings_in(tmp_path)).dispose()
    with redis_server(tmp_path, "--requirepass", SECRET) as url:
        broker = url.replace("redis://", f"redis://:{SECRET}@")
        with _logged(_celery("describe,upkeep"), tmp_path, SECONDSOURCE_BROKER_URL=broker) as path:
            # One argument more than it takes: the database answers, and the mistake is ours.
            sent = Celery(broker=broker).send_task(TASK, [["evt_1", "evt_2"], 1], queue="describe")
            wait_until(lambda: _failures(path), STARTS_WITHIN_SECONDS)
            with redis.Redis.from_url(broker) as asked:
                workers = wait_until(lambda: asked.hgetall("secondsource.workers"))
                asked.shutdown(nosave=True)  # what is said of a broker that goes is said without its password
            wait_until(lambda: len(_failures(path)) > 1)

    failed, *others = _failures(path)
    assert (failed["event"], failed["task"]) == ("task failed", TASK)
    assert (failed["task_id"], failed["queue"], failed["worker"]) == (sent.id, "describe", "test@here")
    assert (failed["ids"], failed["count"], failed["error"]) == (["evt_1", "evt_2"], 2, "TypeError")
    assert "Traceback" in failed["exception"]
    assert "in __call__" in failed["exception"]
    assert all("task" not in one for one in others)
    assert SECRET not in path.read_text()
    assert list(workers) == [b"test@here"]
    assert json.loads(workers[b"test@here"])["queues"] == ["describe", "upkeep"]


def test_a_database_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    database = f"postgresql://news:{SECRET}@127.0.0.1:{free_port()}/news"
    env = environment(tmp_path, 0, SECONDSOURCE_DATABASE_URL=database)
    code = "import worker; worker.describe_events(['evt_1'])"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)

    (told,) = map(json.loads, done.stderr.splitlines())
    assert (told["event"], told["outage"]) == ("database cannot be used, work waits", "out of reach")
    assert SECRET not in done.stderr + done.stdout


def test_a_feed_with_a_password_is_named_without_it(tmp_path: Path) -> None:
    now, settings = datetime.now(UTC), settings_in(tmp_path)
    with newsroom([now]) as room:
        feed = f"http://me:{SECRET}@{room.address}/feed?token={SECRET}"
        PublisherStore(migrated(settings)).sync([Listed(make_publisher("ledgerpost"), (ListedFeed(feed),))], now)
        code = (
            "import worker\n"
            "def broken(*_, **__): raise RuntimeError(f'cannot read {url}')\n"
            f"url = {feed!r}\n"
            "import ingest.refreshing as refreshing\n"
            "refreshing.log.error('url', url=url, feed={'address': [url]})\n"
            "try: broken()\n"
            "except RuntimeError: refreshing.log.exception('poll broke')\n"
            "worker.poll_due_feeds()\n"
        )
        env = environment(tmp_path, free_port(), SECONDSOURCE_ALLOW_ADDRESSES=room.address)
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)

    first, broke, *_ = map(json.loads, done.stderr.splitlines())
    assert first["url"] == f"http://…@{room.address}/feed?token=…"
    assert f"cannot read http://…@{room.address}/feed?token=…" in broke["exception"]
    assert SECRET not in done.stderr + done.stdout


def test_a_request_that_fails_is_told_once_under_the_name_that_its_reply_has(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE event_tags")
        connection.exec_driver_sql("DROP TABLE feeds")
    port = free_port()
    command = ["uvicorn", "api.app:app", "--factory", "--port", str(port), "--log-level", "warning", "--no-access-log"]
    with _logged(command, tmp_path, SECONDSOURCE_PORT=str(port)) as path:
        asked = ["curl", "-s", "-H", f"Authorization: Bearer ssk_{SECRET}", f"http://127.0.0.1:{port}/v1/publishers"]
        plain = [part for part in asked if "Bearer" not in part and part != "-H"]
        wait_until(lambda: subprocess.run(plain, capture_output=True).stdout, STARTS_WITHIN_SECONDS)
        subprocess.run(asked, capture_output=True, check=True)
        reply = json.loads(subprocess.run(plain, capture_output=True, check=True).stdout)

    *_, failed = _failures(path)
    assert reply["status"] == 500
    assert reply["request_id"] in reply["detail"]
    assert (failed["event"], failed["request_id"]) == ("request failed", reply["request_id"])
    assert (failed["method"], failed["path"]) == ("GET", "/v1/publishers")
    assert "no such table" in failed["exception"]
    assert {line["event"] for line in _lines(path)} == {"request failed"}
    assert SECRET not in path.read_text()


def test_what_is_stored_is_in_no_error(engine: Engine) -> None:
    row: dict[str, object] = {"id": "hook", "key_id": "none", "url": "https://x.example", "wanted": "{}"}
    row |= {"secret": f"whsec_{SECRET}", "created_at": datetime.now(UTC), "seq": 0, "attempts": 0}

    with pytest.raises(DBAPIError) as raised, writing(engine) as connection:
        connection.execute(insert(webhooks), row)

    assert SECRET not in str(raised.value)
