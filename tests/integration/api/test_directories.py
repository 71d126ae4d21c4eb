"""What there is to ask for comes with its counts, and what rises with what it is held against."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import directory_replies
from api.replies import Envelope, Problem
from cluster.assets import listed_assets
from cluster.event import ArticleType, AssetMention, Theme, ThemeFound
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from tests.integration.api.paging import all_ids
from tests.integration.api.seeding import seed_event
from tests.unit.api.builders import NOON, make_article, make_event, make_member, make_publisher

HOUR = timedelta(hours=1)
WEEK_MINUTES = 7 * 24 * 60


def seed(engine: Engine, name: str, minutes: int, theme: Theme = Theme.ETF, symbol: str = "BTC", **said: Any) -> None:
    """An event with one report, that many minutes after noon."""
    article = make_article(f"art_{name}", title=f"What {name} tells", minutes=minutes)
    themes, assets = (ThemeFound(theme, True, ()),), (AssetMention(symbol, symbol.title(), True, ()),)
    event = make_event(make_member(article), event_id=f"evt_{name}", themes=themes, assets=assets, **said)
    seed_event(engine, event)


def watch(engine: Engine, name: str, since: datetime | None) -> None:
    """A publisher with a feed that answered ever since an instant, or never."""
    publishers, publisher = PublisherStore(engine), make_publisher(name)
    publishers.sync([Listed(publisher, (ListedFeed(f"{publisher.home}/feed"),))], NOON)
    (feed,) = [one for one in publishers.list() if one.publisher.id == publisher.id]
    at = since
    while at is not None and at <= NOON:
        FeedStore(engine).record(feed.id, Poll(at, Outcome.OK, NOON + HOUR))
        at += timedelta(days=1)


def data(client: TestClient, path: str) -> Any:
    reply = client.get(path)
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def test_all_themes_are_listed_with_their_events_of_lately(engine: Engine, client: TestClient) -> None:
    for name, minutes in (("now", -60), ("yesterday", -25 * 60), ("long_ago", -WEEK_MINUTES - 1)):
        seed(engine, name, minutes)

    listed = Envelope[list[directory_replies.ThemeCountReply]].model_validate(client.get("/v1/themes").json()).data

    assert [one.theme for one in listed] == [theme.value for theme in Theme]
    assert [(one.name, one.events_of_day, one.events_of_week) for one in listed if one.events_of_week] == [
        ("ETF", 1, 2)
    ]


def test_assets_come_by_rank_page_by_page(engine: Engine, client: TestClient) -> None:
    seed(engine, "now", -60)
    expected = [asset.symbol for asset in listed_assets()]

    first = client.get("/v1/assets", params={"limit": "100"})
    page = Envelope[list[directory_replies.AssetCountReply]].model_validate(first.json())
    rest = client.get("/v1/assets", params={"limit": "100", "cursor": first.json()["next_cursor"]})

    assert (page.data[0].symbol, page.data[0].rank, page.data[0].events_of_day) == ("BTC", 1, 1)
    assert [one["symbol"] for one in first.json()["data"] + rest.json()["data"]] == expected[:200]
    assert len(set(expected)) == len(expected)


def test_publishers_are_listed_with_their_feeds_and_articles(engine: Engine, client: TestClient) -> None:
    watch(engine, "Harbour Ledger", NOON - HOUR)
    watch(engine, "The Tally", None)
    seed(engine, "now", -60)
    seed(engine, "yesterday", -25 * 60)
    ArticleStore(engine).add(gone := make_article("art_gone", minutes=-30))
    ArticleStore(engine).remove([gone.id], NOON)

    reply = client.get("/v1/publishers").json()
    ledger, tally = Envelope[list[directory_replies.PublisherListingReply]].model_validate(reply).data

    assert (ledger.id, ledger.standing, ledger.articles_of_day, ledger.articles_of_week) == (
        "harbour-ledger", "established", 1, 2,
    )  # fmt: skip
    assert [(feed.url, feed.state) for feed in ledger.feeds] == [("https://harbour-ledger.example/feed", "well")]
    assert ([feed.state for feed in tally.feeds], tally.articles_of_week) == (["not polled yet"], 0)
    assert all_ids(client, "/v1/publishers", limit="1") == ["harbour-ledger", "the-tally"]


def test_what_rises_is_said_with_its_proof(engine: Engine, client: TestClient) -> None:
    seed(engine, "first", -6 * WEEK_MINUTES)  # no feed is polled: the first article is the beginning
    for number in range(4):
        seed(engine, f"now_{number}", -number, Theme.SECURITY, title_actors=("Corvane",))
    for week in (1, 2):
        seed(engine, f"before_{week}", -week * WEEK_MINUTES, Theme.SECURITY, "ETH")
    seed(engine, "opinion", -9, Theme.SECURITY, "ETH", type=ArticleType.OPINION)

    reply = Envelope[directory_replies.TrendsReply].model_validate(client.get("/v1/trends").json()).data

    assert reply.status == "measured"
    assert reply.trends is not None
    told = {(one.kind, one.name): (one.events, one.before, one.baseline, one.event_ids) for one in reply.trends}
    ids = [f"evt_now_{number}" for number in range(4)]
    assert told == {
        ("actor", "Corvane"): (4, [0, 0, 0, 0], 0.0, ids),
        ("asset", "Bitcoin"): (4, [0, 0, 0, 0], 0.0, ids),
        ("theme", "Security"): (4, [1, 1, 0, 0], 0.5, ids),
    }

    seed(engine, "now_4", -4, Theme.SECURITY)
    again = Envelope[directory_replies.TrendsReply].model_validate(client.get("/v1/trends").json()).data
    assert again == reply  # counted once a minute


def test_who_does_not_read_long_enough_measures_no_trend(engine: Engine, client: TestClient) -> None:
    for number in range(4):
        seed(engine, f"now_{number}", -number)
    watch(engine, "Harbour Ledger", NOON - timedelta(days=29))
    watch(engine, "The Tally", NOON - timedelta(days=28))
    watch(engine, "Coin Courier", NOON - timedelta(days=28))

    reply = data(client, "/v1/trends")

    assert (reply["status"], reply["trends"]) == ("not_enough_history", None)
    assert reply["observed_from"] == "2026-10-27T12:00:00Z"

    watch(engine, "Mirror Wire", NOON - timedelta(days=29))
    assert data(client, "/v1/trends")["status"] == "measured"


def test_nothing_stored_is_not_nothing_happening(client: TestClient) -> None:
    assert data(client, "/v1/trends")["status"] == "not_enough_history"
    assert data(client, "/v1/publishers") == []


@pytest.mark.parametrize("path", ["/v1/assets", "/v1/publishers"])
@pytest.mark.parametrize("query", ["limit=0", "cursor=abc", "cursor=WyJzaWduYWwiXQ"])
def test_a_page_that_does_not_parse_is_a_problem(client: TestClient, path: str, query: str) -> None:
    assert Problem.model_validate(client.get(f"{path}?{query}").json()).status == 422


def test_the_list_of_publishers_is_as_new_as_what_its_feeds_last_did_and_shows_no_query(
    engine: Engine, client: TestClient
) -> None:
    seed(engine, "now", -60)
    publisher, at = make_publisher("Harbour Ledger"), NOON + HOUR
    secret = Listed(publisher, (ListedFeed(f"{publisher.home}/feed?key=s3cret#top"),))
    PublisherStore(engine).sync([secret], NOON)
    (feed,) = PublisherStore(engine).list()
    FeedStore(engine).record(feed.id, Poll(at, Outcome.OK, at + HOUR, has_new=True))

    reply, page = client.get("/v1/publishers"), client.get("/status")

    assert reply.json()["as_of"] == at.isoformat().replace("+00:00", "Z")
    assert reply.json()["data"][0]["feeds"][0]["url"] == f"{publisher.home}/feed"
    assert f"{publisher.home}/feed" in page.text
    assert "s3cret" not in reply.text + page.text
