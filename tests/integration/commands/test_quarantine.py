"""`secondsource publishers quarantine` shows what is set aside, and takes it up again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.entry_store import MAX_ATTEMPTS
from ingest.publishers import Listed, ListedFeed
from ingest.quarantine_store import QuarantineStore
from ingest.store import FeedStore, PublisherStore
from storage.engine import open_engine
from storage.settings import Settings
from tests.builders import make_article, make_publisher
from tests.integration.commands.test_publishers import Run, runner

FEED = "https://ledgerpost.example/feed"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The command, where one entry of a feed of five was set aside."""
    run = runner(tmp_path)
    assert run("quarantine").output == "0 set aside\n"
    engine = open_engine(Settings(data_dir=tmp_path).database)
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), (ListedFeed(FEED),))], datetime.now(UTC))
    (feed,) = (feed for feed in PublisherStore(engine).list() if feed.url == FEED)
    feeds = FeedStore(engine)
    for _ in range(MAX_ATTEMPTS + 1):
        feeds.begin_entry(feed.id, "guid")
    article = make_article(title="Corvane \x9b2Jhalts")
    feeds.set_aside(feed.id, "guid", f"{FEED}/a", article, datetime.now(UTC))
    engine.dispose()
    return run


def test_what_is_set_aside_is_listed_and_steers_no_terminal(run: Run) -> None:
    heading, row, last = run("quarantine").output.splitlines()

    assert heading.split()[:2] == ["ID", "PUBLISHER"]
    assert row.split()[1:5] == ["ledgerpost", "0", "min", "ago"]
    assert "feed's words" in row
    assert "Corvane  2Jhalts" in row
    assert last.startswith("1 set aside; `secondsource publishers quarantine --retry ID`")


@pytest.mark.parametrize("name", ["1", "all"])
def test_it_is_taken_up_again_by_its_id_or_with_all(run: Run, tmp_path: Path, name: str) -> None:
    assert run("quarantine", "--retry", name).output.startswith("1 taken up again with the next poll")

    engine = open_engine(Settings(data_dir=tmp_path).database)
    assert [one.is_due for one in QuarantineStore(engine).newest(10)] == [True]
    (feed,) = (feed for feed in PublisherStore(engine).list() if feed.url == FEED)
    assert feed.next_poll_at <= datetime.now(UTC)
    engine.dispose()
    assert "feed's words, to be tried" in run("quarantine").output


def test_nothing_is_taken_up_where_one_of_several_cannot_be(run: Run) -> None:
    done = run("quarantine", "--retry", "1", "--retry", "99")

    assert (done.exit_code, "99: not set aside" in done.output) == (2, True)
    shown = run("quarantine").output
    assert "1 set aside" in shown
    assert "to be tried" not in shown


@pytest.mark.parametrize("name", ["2", "everything", "²", "9" * 40])
def test_another_name_is_answered_with_where_the_ids_are(run: Run, name: str) -> None:
    done = run("quarantine", "--retry", name)

    assert done.exit_code == 2
    assert "without --retry the ids are shown" in done.output
    assert "1 set aside" in run("quarantine").output
