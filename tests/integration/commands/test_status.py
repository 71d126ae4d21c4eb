"""`secondsource status` says what is there and what waits, and fails where there is no database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from cli import main
from cluster.changes import change_events
from cluster.event import Placement
from cluster.reading_store import MAX_ATTEMPTS, ReadingStore
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from tests.builders import make_article, make_publisher, make_reading
from tests.integration.commands.service import free_port

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def _status(folder: Path, database_url: str | None = None, broker_url: str | None = None) -> Result:
    settings = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "BROKER_URL": broker_url}
    return CliRunner().invoke(main, ["status"], env={f"SECONDSOURCE_{name}": value for name, value in settings.items()})


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
    assert database.endswith(", schema 0031")
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
