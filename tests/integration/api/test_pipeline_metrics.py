"""One address says what the pipeline does, whichever process is asked, and a scrape harms nobody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from api import pipeline
from api.app import create_app
from cluster.describe_stage import describe_events
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from storage.broker_watch import QUEUES, note_worker
from storage.settings import Settings
from tests.builders import NOON, make_article, make_publisher
from tests.integration.api.scraping import sample, scraped
from tests.integration.api.seeding import BASE_URL
from tests.integration.cluster.pipeline import place
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import free_port

MINUTE = timedelta(minutes=1)
NOW = NOON + 10 * MINUTE
PIPELINE = "/metrics/pipeline"


class Clock:
    """A clock that a test sets."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def here(engine: Engine, settings: Settings, clock: Clock) -> Iterator[TestClient]:
    with TestClient(create_app(settings, clock=clock), base_url=BASE_URL, client=("127.0.0.1", 4711)) as client:
        yield client


def _at_work(engine: Engine) -> None:
    """A feed that was polled, one that is due, an event that is described, and an article that waits to be read."""
    feeds = tuple(ListedFeed(f"https://ledgerpost.example/{n}") for n in range(2))
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), feeds)], NOON)
    FeedStore(engine).record(1, Poll(NOON, Outcome.OK, NOW + MINUTE))
    placed = place(engine, make_article("art_1"), now=NOON + 2 * MINUTE)
    describe_events(list(placed.values()), engine=engine, now=NOON + 3 * MINUTE)
    ArticleStore(engine).add(make_article("art_2", "coinherald", seen_at=NOON + 4 * MINUTE))


def test_every_stage_says_what_it_did_and_what_waits(engine: Engine, here: TestClient) -> None:
    _at_work(engine)

    seen = scraped(here, PIPELINE)

    assert seen[sample("outcomes_total", publisher="ledgerpost", unit="feed", outcome="ok")] == 1
    assert seen[sample("seen_to_visible_seconds_bucket", publisher="ledgerpost", le="60.0")] == 0
    assert seen[sample("seen_to_visible_seconds_bucket", publisher="ledgerpost", le="120.0")] == 1
    assert seen[sample("seen_to_visible_seconds_count", publisher="ledgerpost")] == 1
    assert seen[sample("seen_to_visible_seconds_sum", publisher="ledgerpost")] == 120
    assert seen[sample("published_to_seen_seconds_count", publisher="ledgerpost")] == 0
    waits = {stage: seen[sample("backlog", stage=stage)] for stage in ("poll", "read", "place", "describe", "deliver")}
    assert waits == {"poll": 1, "read": 1, "place": 0, "describe": 1, "deliver": 0}  # its context is still to be found
    assert seen[sample("backlog_oldest_seconds", stage="poll")] == 600
    assert seen[sample("backlog_oldest_seconds", stage="read")] == 360
    assert seen[sample("placements_total", reason="opened")] == 1
    assert seen[sample("changes_total", type="described")] == 1
    assert seen[sample("placing_lease_info", holder="worker")] == 1
    assert seen[sample("last_change_timestamp_seconds")] == (NOON + 3 * MINUTE).timestamp()
    assert seen[sample("publisher_answered_timestamp_seconds", publisher="ledgerpost")] == NOON.timestamp()
    assert seen[sample("publishers_reached")] == seen[sample("publishers_polled")] == 1
    assert not any(name == "secondsource_broker_up" for name, _ in seen)


def test_an_empty_database_is_nothing_unusual(engine: Engine, here: TestClient) -> None:
    seen = scraped(here, PIPELINE)

    assert seen[sample("backlog", stage="place")] == seen[sample("last_change_timestamp_seconds")] == 0


def test_what_was_looked_up_is_kept_for_five_seconds(engine: Engine, here: TestClient, clock: Clock) -> None:
    before = scraped(here, PIPELINE)
    _at_work(engine)

    clock.now += timedelta(seconds=4)
    assert scraped(here, PIPELINE) == before
    clock.now += timedelta(seconds=1)
    assert scraped(here, PIPELINE)[sample("placements_total", reason="opened")] == 1


def test_it_is_for_whom_the_other_metrics_are(engine: Engine, settings: Settings) -> None:
    with TestClient(create_app(settings), base_url=BASE_URL, client=("198.51.100.7", 4711)) as away:
        assert away.get(PIPELINE).status_code == 401


def test_a_look_reads_and_never_writes(engine: Engine, settings: Settings, clock: Clock) -> None:
    _at_work(engine)
    app, said = create_app(settings, clock=clock), list[str]()
    event.listen(app.state.service.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    with TestClient(app, base_url=BASE_URL, client=("127.0.0.1", 4711)) as client:
        scraped(client, PIPELINE)

    assert len(said) < 40
    assert {one.split()[0] for one in said} <= {"BEGIN", "SELECT", "WITH", "SET", "PRAGMA"}


@pytest.mark.redis
def test_the_broker_says_what_waits_in_it_and_who_works(
    engine: Engine, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    with redis_server(tmp_path) as url:
        with Redis.from_url(url) as redis:
            redis.rpush("embed", "one", "two")
            redis.hset("unacked", "tag", "three")
            redis.set("redbeat::lock", "beat")
        note_worker(url, "embed@a", ["embed"], NOW - timedelta(minutes=1))
        note_worker(url, "embed@b", ["embed"], NOW - timedelta(minutes=5))
        app = create_app(settings.model_copy(update={"broker_url": url}), clock=clock)
        with TestClient(app, base_url=BASE_URL, client=("127.0.0.1", 4711)) as client:
            seen = scraped(client, PIPELINE)

    assert {queue: seen[sample("queue_messages", queue=queue)] for queue in QUEUES} == dict.fromkeys(QUEUES, 0) | {
        "embed": 2
    }
    assert seen[sample("queue_workers", queue="embed")] == 1
    assert seen[sample("queue_workers", queue="cluster")] == 0
    assert (seen[sample("broker_up")], seen[sample("taken_messages")], seen[sample("beat_up")]) == (1, 1, 1)


def test_a_broker_out_of_reach_is_a_metric_too(engine: Engine, settings: Settings, clock: Clock) -> None:
    away = settings.model_copy(update={"broker_url": f"redis://:geheim@127.0.0.1:{free_port()}/0"})
    with TestClient(create_app(away, clock=clock), base_url=BASE_URL, client=("127.0.0.1", 4711)) as client:
        seen = scraped(client, PIPELINE)

    assert seen[sample("broker_up")] == 0
    assert not any("queue" in name for name, _ in seen)


def test_where_the_database_does_not_answer_a_scrape_is_told_so(settings: Settings, clock: Clock) -> None:
    gone = settings.model_copy(update={"database_url": f"postgresql://tests:geheim@127.0.0.1:{free_port()}/news"})
    with TestClient(create_app(gone, clock=clock), base_url=BASE_URL, client=("127.0.0.1", 4711)) as client:
        answer = client.get(PIPELINE)

    assert answer.status_code == 503
    assert answer.json()["request_id"].startswith("req_")
    assert "geheim" not in answer.text


def test_a_look_of_which_every_query_takes_long_is_given_up(
    engine: Engine, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "LOOKS_FOR_SECONDS", 1)
    app, begun = create_app(settings, clock=clock), list[str]()

    def take_long(*given: Any) -> None:
        begun.append(given[2])
        sleep(0.3)

    event.listen(app.state.service.engine, "before_cursor_execute", take_long)
    with TestClient(app, base_url=BASE_URL, client=("127.0.0.1", 4711)) as client:
        assert client.get(PIPELINE).status_code == 503

    assert len(begun) < 10


def test_who_comes_while_a_look_takes_long_is_sent_away(
    engine: Engine, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BUSY_SECONDS", 0.1)
    app, began, goes_on = create_app(settings, clock=clock), Event(), Event()

    def hang(*_: object) -> None:
        began.set()
        goes_on.wait(30)

    event.listen(app.state.service.engine, "before_cursor_execute", hang)
    with TestClient(app, base_url=BASE_URL, client=("127.0.0.1", 4711)) as client, ThreadPoolExecutor(1) as first:
        looking = first.submit(client.get, PIPELINE)
        assert began.wait(30)
        refused = client.get(PIPELINE)
        goes_on.set()
        assert looking.result().status_code == 200

    assert refused.status_code == 503
    assert refused.json()["detail"] == "The database does not answer in time. Try again in a few seconds."
