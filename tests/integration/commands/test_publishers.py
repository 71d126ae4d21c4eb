"""`secondsource publishers` against real sites and a real database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from ingest.article import Standing
from ingest.discovering import POLITE_PAUSE
from ingest.feed_status import FeedStatus, OffBecause, Poll
from ingest.outcome import Outcome
from ingest.store import ArticleStore, FeedStore, PublisherStore
from ingest.subscriptions import Directory
from storage.engine import open_engine
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.commands.site import Site, page, rss, serving

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return runner(tmp_path)


def runner(folder: Path) -> Run:
    """Runs a command of the group in a data folder of its own, the loopback open."""
    env = {"SECONDSOURCE_DATA_DIR": str(folder), "SECONDSOURCE_DATABASE_URL": None}

    def invoke(*words: str, answer: str | None = None, ports: str = "") -> Result:
        return CliRunner().invoke(
            main, ["publishers", *words], env=env | {"SECONDSOURCE_ALLOW_ADDRESSES": ports}, input=answer
        )

    return invoke


def stored(folder: Path) -> list[FeedStatus]:
    """Every feed that is there beside the bundled ones."""
    engine = open_engine(Settings(data_dir=folder).database)
    try:
        return [feed for feed in PublisherStore(engine).list() if "127.0.0.1" in feed.url]
    finally:
        engine.dispose()


@pytest.fixture
def site() -> Iterator[Site]:
    pages = {
        "/": page("/feed"),
        "/feed": rss("Ledger Post", "Corvane halts", "Corvane \x9b2Jresumes", language="en-GB"),
        "/several": page("/feed", "/policy"),
        "/policy": rss("Ledger Post: policy", "A bill passes"),
    }
    with serving(pages) as opened:
        yield opened


def ports(site: Site) -> str:
    return f"127.0.0.1:{site.server_port}"


def test_a_page_leads_to_its_feed_which_is_shown_and_added(run: Run, site: Site, tmp_path: Path) -> None:
    done = run("add", site.address, answer="y\n", ports=ports(site))

    assert done.exit_code == 0
    assert f"address    {site.address}/feed" in done.output
    assert "language   en-GB" in done.output
    assert f"a new publisher: Ledger Post ({site.id}), unrated" in done.output
    assert done.output.index("2026-03-02 12:00  Corvane") < done.output.index("2026-03-01 12:00  Corvane halts")
    assert "\x9b" not in done.output
    (feed,) = stored(tmp_path)
    assert (feed.url, feed.publisher.home, feed.publisher.standing) == (f"{site.address}/feed", site.address, "unrated")
    assert feed.enabled


def test_who_says_no_adds_nothing(run: Run, site: Site, tmp_path: Path) -> None:
    assert run("add", f"{site.address}/feed", answer="n\n", ports=ports(site)).exit_code == 1

    assert stored(tmp_path) == []


def test_a_second_feed_of_a_site_joins_its_publisher_and_a_known_one_is_named(
    run: Run, site: Site, tmp_path: Path
) -> None:
    run("add", f"{site.address}/feed", "--established", "--yes", ports=ports(site))

    again = run("add", f"{site.address}/feed/", "--yes", ports=ports(site))
    further = run("add", f"{site.address}/policy", "--yes", ports=ports(site))

    assert "already there" in again.output
    assert f"a further feed of Ledger Post ({site.id}), established" in further.output
    assert [feed.publisher.id for feed in stored(tmp_path)] == [site.id] * 2
    assert {feed.publisher.standing for feed in stored(tmp_path)} == {Standing.ESTABLISHED}


def test_of_several_feeds_one_has_to_be_chosen(run: Run, site: Site, tmp_path: Path) -> None:
    done = run("add", f"{site.address}/several", "--yes", ports=ports(site))

    assert done.exit_code == 2
    assert f"{site.address}/policy  Ledger Post: policy, 1 entry" in done.output
    assert "by its own address" in done.output
    assert stored(tmp_path) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("{site}/gone", "give the feed's own address (http_4xx)"),
        ("http://127.0.0.1:1/feed", "SECONDSOURCE_ALLOW_ADDRESSES"),
        ("https://nobody.invalid/feed", "check the spelling"),
        ("ftp://ledgerpost.example/feed", "not an http(s) address"),
        ("javascript:alert(1)", "not an http(s) address"),
        ("notaurl", "notaurl: no address; it has to look like https://news.example/feed"),
        ("", "no address"),
    ],
)
def test_an_address_that_leads_nowhere_is_answered_with_the_way_out(
    run: Run, site: Site, address: str, said: str
) -> None:
    done = run("add", address.format(site=site.address), "--yes", ports=ports(site))

    assert done.exit_code == 2
    assert said in done.output


def test_a_check_says_what_each_feed_answers_and_stores_nothing(run: Run, site: Site, tmp_path: Path) -> None:
    for path in ("/feed", "/policy"):
        run("add", site.address + path, "--yes", ports=ports(site))
    del site.pages["/policy"]
    before = stored(tmp_path)

    done = run("check", site.id, ports=ports(site))

    assert done.exit_code == 0
    answered, dead = (line for line in done.output.splitlines() if line.startswith(site.id))
    assert answered.split()[1:4] == ["on", "ok", "2"]
    assert dead.split()[1:4] == ["on", "http_4xx,", "soft"]
    assert "1 of 2 feeds answered; the others: 1 http_4xx" in done.output
    assert f"odd: {site.address}/feed: 2 entries without a guid" in done.output
    assert stored(tmp_path) == before


def test_a_check_asks_a_host_one_thing_at_a_time_however_its_name_is_written(run: Run, site: Site) -> None:
    feeds = [
        f"http://{name}:{site.server_port}/{path}" for name, path in (("localhost", "feed"), ("LocalHost", "policy"))
    ]
    allowed = f"localhost:{site.server_port}"
    for feed in feeds:
        assert run("add", feed, "--yes", ports=allowed).exit_code == 0

    run("check", *feeds, ports=allowed)

    first, second = site.asked_at[-2:]
    assert set(site.asked[-2:]) == {"/feed", "/policy"}
    assert second - first >= POLITE_PAUSE.total_seconds()


def test_a_list_says_how_bad_a_failure_is_and_why_a_feed_is_off(run: Run, site: Site, tmp_path: Path) -> None:
    for path in ("/feed", "/policy"):
        run("add", site.address + path, "--yes", ports=ports(site))
    failing, gone = (feed.id for feed in stored(tmp_path))
    engine, now = open_engine(Settings(data_dir=tmp_path).database), datetime.now(UTC)
    refused = Poll(now, Outcome.HTTP_CLIENT_ERROR, now, http_status=410)
    FeedStore(engine).record(failing, replace(refused, http_status=500, outcome=Outcome.HTTP_SERVER_ERROR))
    FeedStore(engine).record(gone, replace(refused, off_because=OffBecause.GONE))
    engine.dispose()

    first, second = (line for line in run("list", "--all").output.splitlines() if line.startswith(site.id))

    assert " on " in first
    assert "http_5xx, temporary" in first
    assert "off: gone" in second
    assert "http_4xx, hard" in second
    assert "off: gone; `secondsource publishers on" in run("status", f"{site.address}/policy").output


@pytest.mark.parametrize(("called", "then"), [("", "Ledger Post"), ("The Ledger", "The Ledger")])
def test_a_publisher_that_is_called_after_its_site_takes_the_name_of_its_feed(
    run: Run, site: Site, tmp_path: Path, called: str, then: str
) -> None:
    run("list")  # makes the database
    engine = open_engine(Settings(data_dir=tmp_path).database)
    by_host = Directory([], []).publisher_of(f"{site.address}/article", called, None, Standing.UNRATED, "en")
    ArticleStore(engine).add(make_article(publisher=by_host))

    done = run("add", site.address, "--yes", ports=ports(site))

    assert f"a further feed of {then} ({site.id})" in done.output
    assert [feed.publisher.name for feed in stored(tmp_path)] == [then]
    engine.dispose()


def test_feeds_are_turned_off_and_on_and_made_due(run: Run, tmp_path: Path) -> None:
    assert "https://www.newsbtc.com/feed/: off" in run("off", "newsbtc").output
    assert "newsbtc " not in run("list").output
    assert "NewsBTC" in run("list", "--all").output
    refused = run("refresh", "newsbtc")
    assert refused.exit_code == 2
    assert "`secondsource publishers on newsbtc`" in refused.output

    assert "https://www.newsbtc.com/feed/: on" in run("on", "newsbtc").output
    assert "already on" in run("on", "https://www.newsbtc.com/feed/").output
    assert "due now" in run("refresh", "newsbtc").output


def test_the_list_names_what_is_polled_and_counts_what_is_not(run: Run) -> None:
    said = run("list").output

    assert "101 feeds of 97 publishers; 22 more are off, --all shows them" in said
    assert "criptonoticias" not in said


def test_the_status_of_a_publisher_says_on_what_its_owner_rests(run: Run) -> None:
    said = run("status", "bitcoinist").output

    assert "NewsBTC group, by " in said
    assert "not verified" in said
    assert "last success never" in said
    assert len(run("status").output.splitlines()) == 102


@pytest.mark.parametrize("command", ["on", "off", "refresh", "status", "check"])
def test_an_unknown_id_is_answered_with_where_the_ids_are(run: Run, command: str) -> None:
    done = run(command, "nobody")

    assert done.exit_code == 2
    assert "nobody: no such publisher or feed; `secondsource publishers list --all` shows the ids" in done.output
