"""The page of a publisher."""

from dataclasses import replace
from html import unescape

from sqlalchemy import Engine
from starlette.testclient import TestClient

from cluster.action import Field
from cluster.track_record_store import TrackRecord, TrackRecordStore
from ingest.article import Kind
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import PublisherStore
from tests.integration.api.seeding import seed_event, seed_many
from tests.integration.api.test_pages import EVENT, poll_feed
from tests.integration.cluster.standing import desk_of
from tests.unit.api.builders import NOON, make_full_event, make_publisher


def test_it_says_who_it_is_how_its_feeds_do_and_what_it_reported(engine: Engine, client: TestClient) -> None:
    owned = replace(make_publisher("Harbour Ledger"), owner="Tidewater Media", kind=Kind.PRESS_WIRE)
    feeds = tuple(ListedFeed(f"https://harbour-ledger.example/{name}") for name in ("rss", "atom"))
    PublisherStore(engine).sync([Listed(owned, feeds)], NOON)
    poll_feed(engine, 1, Outcome.OK)
    seed_event(engine, make_full_event())
    seed_many(engine, 3)

    page = " ".join(unescape(client.get("/publishers/harbour-ledger").text).split())

    assert "<h1>Harbour Ledger</h1>" in page
    assert "Established" in page
    assert "Press wire" in page
    assert "It belongs to Tidewater Media" in page
    assert '<a href="https://harbour-ledger.example" rel="noopener">harbour-ledger.example</a>' in page
    assert "1 well" in page
    assert "1 not polled yet" in page
    assert f'2 sources · <a href="{EVENT}">The event</a>' in page
    assert page.count("1 source · <a") == 3
    assert '<a href="/articles/art_1">' in page
    assert "/?publisher=harbour-ledger&sort=recency" in page
    assert "<dd>4</dd>" in page
    assert "<dd>1 <span" in page


def test_a_report_counts_as_first_only_where_others_have_it_too(engine: Engine) -> None:
    seed_event(engine, make_full_event())
    seed_many(engine, 2)
    of = TrackRecordStore(engine).of

    assert of("harbour-ledger", NOON) == TrackRecord(events=3, confirmed=1, first=1)
    assert of("coin-courier", NOON) == TrackRecord(events=1, confirmed=1, first=0)
    assert of("nobody", NOON) == TrackRecord(events=0, confirmed=0, first=0)
    desk_of(engine).set("evt_1", Field.HIDDEN, "true", {})
    assert of("coin-courier", NOON) == TrackRecord(events=0, confirmed=0, first=0)


def test_an_unknown_publisher_has_no_page(client: TestClient) -> None:
    reply = client.get("/publishers/nobody", headers={"accept": "text/html"})

    assert reply.status_code == 404
    assert "No publisher has this id." in reply.text
