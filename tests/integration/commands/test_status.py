"""`secondsource status` says what is there and what waits, and fails where there is no database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis
from sqlalchemy import Engine

from cli import main
from cluster.changes import change_events
from cluster.describe_stage import describe_events
from cluster.event import Placement
from cluster.reading_store import MAX_ATTEMPTS, ReadingStore
from cluster.store import EventStore
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from storage.broker_watch import QUEUES, note_worker
from storage.migrating import revisions
from tests.builders import make_article, make_publisher, make_reading
from tests.integration.cluster.pipeline import place
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import free_port

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def _status(folder: Path, database_url: str | None = None, broker_url: str | None = None, *options: str) -> Result:
    settings = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "BROKER_URL": broker_url}
    env = {f"SECONDSOURCE_{name}": value for name, value in settings.items()}
    return CliRunner().invoke(main, ["status", *options], env=env)


def _said(result: Result) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    start = len(lines[0]) - len(lines[0].partition(" ")[2].lstrip())
    return {line[:start].strip(): line[start:] for line in lines}


def _wait_in_every_stage(engine: Engine) -> None:
    """Of each two an article to be read and an event to be described, and one that is given up; one to be placed."""
    articles = [make_article(f"art_{n}", title=f"Report {n}", published_at=NOW - 4.5 * HOUR) for n in range(6)]
    ArticleStore(engine).add_many(articles)
    readings = ReadingStore(engine)
    readings.begin([one.id for one in articles[2:5]])
    readings.save([make_reading(one) for one in articles[2:5]], NOW - 3 * HOUR)
    for _ in range(MAX_ATTEMPTS):
        readings.begin(["art_5"])
    with change_events(engine, by="placing", at=NOW - 2 * HOUR) as ledger:
        for n in (3, 4):
            ledger.create(Placement(f"art_{n}", f"evt_{n}", 1.0, (), None, None, "test"))


def test_what_is_there_and_what_waits_is_said_in_a_few_lines(engine: Engine, database_url: str, tmp_path: Path) -> None:
    feeds = [ListedFeed(f"https://ledgerpost.example/{n}") for n in range(3)]
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), tuple(feeds))], NOW - 4 * HOUR)
    FeedStore(engine).record(1, Poll(NOW, Outcome.OK, NOW + HOUR))
    _wait_in_every_stage(engine)

    said = _said(_status(tmp_path, database_url))

    database = said.pop("database")
    assert database.startswith(("SQLite, /", "PostgreSQL, shared at /"))
    assert database.endswith(f", schema {revisions(engine)[0]}")
    assert said.pop("publishers").startswith("1 of 1 answered in the last hour; polled ")
    assert said == {
        "broker": "embedded, not running: nothing is polled or placed",
        "articles": "6, the newest seen 4 h ago",
        "events": "2, the last change 2 h ago",
        "to poll": "2, the oldest for 4 h",
        "to add": "nothing waits",
        "to read": "2, the oldest for 4 h",
        "to place": "1, the oldest for 3 h",
        "to describe": "2, the oldest for 2 h",
        "to deliver": "nothing waits",
        "placing": "nobody has placed anything yet",
    }


def test_where_nothing_waits_it_says_so(database_url: str, engine: Engine, tmp_path: Path) -> None:
    said = _said(_status(tmp_path, database_url))

    assert {said[f"to {stage}"] for stage in ("poll", "read", "place", "describe")} == {"nothing waits"}


def test_a_broker_out_of_reach_is_named_and_its_password_is_not(
    database_url: str, engine: Engine, tmp_path: Path
) -> None:
    port = free_port()

    said = _said(_status(tmp_path, database_url, f"redis://:geheim@127.0.0.1:{port}/0"))["broker"]

    assert said.startswith(f"no Redis answers at 127.0.0.1:{port}")
    assert "geheim" not in said


@pytest.mark.parametrize("url", [None, "postgresql://tests:geheim@127.0.0.1:1/news", "sqlite:////proc/none/news.db"])
def test_without_a_database_it_fails_and_makes_none(tmp_path: Path, url: str | None) -> None:
    done = _status(tmp_path / "data", url)

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert done.stdout == ""
    assert "database" in done.stderr
    assert "geheim" not in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.redis
def test_who_works_and_how_long_articles_took_is_said(engine: Engine, database_url: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)  # that of collecting the tests may be minutes ago
    seen_at = now - timedelta(minutes=20)
    article = make_article("art_1", published_at=seen_at - timedelta(minutes=3), seen_at=seen_at)
    place(engine, article, now=seen_at + timedelta(seconds=30))
    describe_events(EventStore(engine).undescribed(9), engine=engine, now=seen_at + timedelta(seconds=40))
    with redis_server(tmp_path) as url:
        note_worker(url, "embed@a", ["embed"], now)
        note_worker(url, "embed@b", ["embed"], now - timedelta(minutes=30))
        with Redis.from_url(url) as redis:
            redis.rpush("embed", "one", "two")
        said = _said(_status(tmp_path, database_url, url))

    assert said["placing"].startswith("idle; last worker, ")
    assert said["placing"].endswith(" min ago, fence 1")
    assert (said["workers"], said["last seen"]) == ("embed@a", "embed@b 30 min ago")
    assert (said["schedule"], said["queues"]) == ("nobody keeps it: nothing is polled", "embed 2; 0 in hand")
    assert said["seen to visible"] == "40 s, 95 % within 40 s, 1 article of the last hour"


@pytest.mark.redis
def test_a_check_names_everything_that_is_wrong_and_fails(engine: Engine, database_url: str, tmp_path: Path) -> None:
    feed = ListedFeed("https://ledgerpost.example/feed")
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), (feed,))], NOW - 4 * HOUR)
    _wait_in_every_stage(engine)
    with redis_server(tmp_path) as url:
        done = _status(tmp_path, database_url, url, "--check")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.removeprefix("Error: ").splitlines() == [
        "a feed is due, the oldest for 4 h, 1 in all",
        "an article waits to be read, the oldest for 4 h, 2 in all",
        "an article waits for its place, the oldest for 3 h, 1 in all",
        "an event waits to be described, the oldest for 2 h, 2 in all",
        "nothing was polled yet",
        "0 of 1 publishers answered in the last hour",
        "nobody places articles, and 1 article waited for 3 h",
        "no beat keeps the schedule: start `secondsource beat`",
        *(f"no worker of the queue {queue} was seen lately" for queue in QUEUES),
    ]


@pytest.mark.redis
def test_a_check_of_what_is_well_says_so(engine: Engine, database_url: str, tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        note_worker(url, "all@a", QUEUES, datetime.now(UTC))
        with Redis.from_url(url) as redis:
            redis.set("redbeat::lock", "beat")
        well = _status(tmp_path, database_url, url, "--check")
        _wait_in_every_stage(engine)
        patient = _status(tmp_path, database_url, url, "--check", "--minutes", "300")

    assert (well.exit_code, well.stdout) == (0, "all is well\n")
    # Nothing has waited for so long, but that nobody places is wrong after two minutes.
    assert patient.stderr == "Error: nobody places articles, and 1 article waited for 3 h\n"


def test_a_check_without_a_broker_that_can_be_used_fails(engine: Engine, database_url: str, tmp_path: Path) -> None:
    none = _status(tmp_path, database_url, None, "--check")
    gone = _status(tmp_path, database_url, f"redis://:geheim@127.0.0.1:{free_port()}/0", "--check")

    assert (none.exit_code, gone.exit_code) == (1, 1)
    assert "embedded, not running" in none.stderr
    assert "no Redis answers" in gone.stderr
    assert "geheim" not in gone.stderr


@pytest.mark.parametrize("minutes", ["-1", "0", "nan", "inf", "1e300"])
def test_patience_is_a_number_of_minutes(tmp_path: Path, minutes: str) -> None:
    refused = _status(tmp_path, None, None, "--check", "--minutes", minutes)

    assert refused.exit_code == 2
    assert "Invalid value for '--minutes'" in refused.stderr
