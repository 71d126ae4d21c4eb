"""A database of an early version is brought to today's schema while workers run, and everything goes on with it."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from celery import Celery
from sqlalchemy import Engine, select, text
from starlette.testclient import TestClient

from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore
from cluster.event import Status
from cluster.store import EventStore
from cluster.tables import events
from commands.working import KINDS
from ingest.store import ArticleStore
from storage.engine import open_engine, reading
from storage.migrating import is_current
from storage.settings import Settings
from tests.builders import make_article
from tests.ending import process, wait_until
from tests.following import Follower, Standing, served
from tests.integration.api.seeding import client_of
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import ROOT, environment
from tests.integration.old_databases import load_old
from tests.integration.storage.server import new_database

SCHEMA = "schema_0010"
AT_WORK_WITHIN_SECONDS = 90.0  # a worker that has yet to load its models, on a busy machine
MOVED, MERGED, UNDONE, LOCKED = 1, 2, 3, 5  # numbers of what its editor did
UNREAD, UNPLACED = "art_unread", "art_unplaced"
REMEDY = "run `secondsource migrate`"
MEMBERS = text("SELECT article_id, event_id FROM members")
FIRST_REPORT = "Corvane halts withdrawals after attacker drains $41 million hot wallet"
LATE = make_article(
    "art_late",
    "coinherald",
    title="Corvane freezes withdrawals after $41 million hot wallet theft",
    text="Crypto exchange Corvane froze withdrawals on Tuesday after an attacker took about $41 million in ether and "
    "stablecoins from a hot wallet. Chief executive Ines Halloran promised that customers would be refunded.",
    published_at=datetime(2026, 3, 4, 16, 30, tzinfo=UTC),
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of schema 0010 with two dozen articles in events."""
    url = f"sqlite:///{tmp_path}/old.db"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("server_url"), "old")
    load_old(url, SCHEMA)
    return url


@pytest.fixture
def old(old_url: str) -> Iterator[Engine]:
    engine = open_engine(old_url)
    yield engine
    engine.dispose()


@pytest.mark.redis
def test_a_database_of_an_early_version_is_migrated_under_running_workers_and_goes_on(
    old: Engine, old_url: str, tmp_path: Path, exported: Path
) -> None:
    (tmp_path / "model").symlink_to(exported)
    before = _standing(old)
    with redis_server(tmp_path) as broker:
        settings = environment(tmp_path, 0, SECONDSOURCE_DATABASE_URL=old_url, SECONDSOURCE_BROKER_URL=broker)
        with (tmp_path / "worker.log").open("wb") as log, process(_worker(), env=settings, cwd=ROOT, stderr=log):
            wait_until(
                lambda: _nudge(broker) and "secondsource migrate" in _said(tmp_path), AT_WORK_WITHIN_SECONDS, 0.5
            )
            assert _standing(old) == before
            assert not is_current(old)

            subprocess.run([sys.executable, "-m", "cli", "migrate"], env=settings, cwd=ROOT, check=True, timeout=60)

            assert _standing(old) == before
            ArticleStore(old).add(LATE)
            wait_until(lambda: _nudge(broker) and _placed(old, LATE.id, UNREAD, UNPLACED), AT_WORK_WITHIN_SECONDS, 0.5)
    assert "Traceback" not in _said(tmp_path)

    stands = _standing(old)
    assert {article_id: stands[article_id] for article_id in before} == before
    assert EventStore(old).get_many([stands[LATE.id]])[stands[LATE.id]].members[0].article.title == FIRST_REPORT
    ids = _of_status(old, Status.ACTIVE)
    describe_events(ids, engine=old, now=datetime.now(UTC))
    relate_events(ids, engine=old, now=datetime.now(UTC))
    assert not EventStore(old).undescribed(100)
    with client_of(Settings(data_dir=tmp_path, database_url=old_url)) as client:
        _is_served(client, old)
        _is_undone(old)
        assert _rebuilt(client) == served(old)


def _worker() -> list[str]:
    """All that is neither polling nor delivering."""
    queues = ",".join(queue for kind in ("embed", "cluster", "describe") for queue in KINDS[kind].queues)
    celery = [sys.executable, "-m", "celery", "-A", "worker", "worker", "--without-gossip", "--without-mingle"]
    return [*celery, "--loglevel", "warning", "-Q", queues, "--pool", "solo"]


def _nudge(broker: str) -> bool:
    """Sends what beat would, while nothing waits."""
    with redis.Redis.from_url(broker) as waiting, Celery(broker=broker) as app:
        for task in ("upkeep.sweep", "cluster.place_articles"):
            queue = task.partition(".")[0]
            if not waiting.llen(queue):
                app.send_task(task, queue=queue)
    return True


def _said(folder: Path) -> str:
    return (folder / "worker.log").read_text(errors="replace")


def _standing(engine: Engine) -> dict[str, str]:
    """The event id of each article, whatever the schema."""
    with reading(engine) as connection:
        return {row.article_id: row.event_id for row in connection.execute(MEMBERS)}


def _placed(engine: Engine, *article_ids: str) -> bool:
    return {*article_ids} <= EventStore(engine).event_of(article_ids).keys()


def _of_status(engine: Engine, status: Status) -> list[str]:
    with reading(engine) as connection:
        return list(connection.scalars(select(events.c.id).where(events.c.status == status)))


def _is_served(client: TestClient, engine: Engine) -> None:
    """Every event by its id and on its page, those that ended too, and lists, search and feeds with them."""
    ids = _of_status(engine, Status.ACTIVE)
    listed = client.get("/v1/events?limit=100").json()["data"]
    assert {one["id"] for one in listed} == set(ids)
    for event_id in ids:
        for path in ("", "/history", "/related", "/timeline"):
            assert client.get(f"/v1/events/{event_id}{path}").status_code == 200
        assert client.get(f"/events/{event_id}/x", follow_redirects=True).status_code == 200
    for status, answer in ((Status.MERGED, 307), (Status.REMOVED, 410)):
        assert [client.get(f"/v1/events/{one}").status_code for one in _of_status(engine, status)] == [answer]
    assert len(client.get("/v1/search?q=Corvane").json()["data"]) > 4
    for path in ("/", "/status", "/feeds/events.rss", "/v1/articles", "/v1/publishers", "/v1/trends"):
        assert client.get(path).status_code == 200, path


def _is_undone(engine: Engine) -> None:
    """What its editor did is taken back, each article to where it stood."""
    before = {action.seq: action.draft for action in EditingStore(engine).latest(10)}
    desk = Desk(engine, by="Ada", at=datetime.now(UTC))
    with pytest.raises(Refused, match="undone already"):
        desk.undo(UNDONE)
    for seq in (LOCKED, MERGED, MOVED):
        desk.undo(seq)
    stands = EventStore(engine).event_of([one.article_id for seq in (MERGED, MOVED) for one in before[seq].before])
    assert stands == {one.article_id: one.event_id for seq in (MERGED, MOVED) for one in before[seq].before}
    assert not any(one.locked for one in EventStore(engine).get_many(before[LOCKED].event_ids).values())
    assert not EditingStore(engine).pairs()


def _rebuilt(client: TestClient) -> dict[str, Standing]:
    """The events as a follower makes them of the log alone, from its first row on."""
    follower, after = Follower(), 0
    while rows := client.get(f"/v1/changes?limit=50&after={after}").json()["data"]:
        for row in rows:
            follower.take(row)
        after = rows[-1]["seq"]
    return follower.rebuilt
