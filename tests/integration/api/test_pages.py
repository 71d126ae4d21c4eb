"""The readers' pages on a real database."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from cluster.event import PrimaryRecord, Quote, Role, Status
from ingest.feed_status import OffBecause, Poll
from ingest.oddity import Oddity
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from storage.engine import writing
from storage.settings import Settings
from tests.integration.api.seeding import (
    client_of,
    end_event,
    migrated,
    seed_event,
    seed_many,
    seed_ranked,
    settings_in,
)
from tests.unit.api.builders import (
    NOON,
    RECORD_WORDS,
    make_article,
    make_event,
    make_full_event,
    make_member,
    make_publisher,
)

EVENT = "/events/evt_1/bitcoin-slips-under-60-000-as-forced-closings-pass-1-billion"


def list_feeds(engine: Engine, *names: str) -> None:
    PublisherStore(engine).sync(
        [Listed(make_publisher(name), (ListedFeed(f"https://{name}.example/rss"),)) for name in names], NOON
    )


def poll_feed(engine: Engine, feed_id: int, outcome: Outcome, at: datetime = NOON) -> None:
    FeedStore(engine).record(feed_id, Poll(at, outcome, at + timedelta(minutes=12)))


def test_the_first_page_of_an_empty_house_says_who_was_reached_and_what_comes_next(
    engine: Engine, client: TestClient
) -> None:
    list_feeds(engine, "alpha", "beta", "gamma")
    assert "The first articles come in about half a minute" in client.get("/").text
    poll_feed(engine, 1, Outcome.OK)
    poll_feed(engine, 2, Outcome.TIMEOUT)
    poll_feed(engine, 3, Outcome.TIMEOUT)

    page = client.get("/").text

    assert "1 of 3 publishers reached in the last hour" in page
    assert 'Next try: <time datetime="2026-11-24T12:12:00Z">24 Nov 2026, 12:12 UTC</time>' in page
    assert "Nothing read yet" in page
    assert "half a minute" not in page


def test_the_envelope_says_when_too_few_publishers_answered(engine: Engine, client: TestClient) -> None:
    list_feeds(engine, "alpha", "beta", "gamma")
    poll_feed(engine, 1, Outcome.OK)

    assert client.get("/v1/events").json()["coverage"] == {"publishers_reached": 1, "publishers": 3}
    poll_feed(engine, 2, Outcome.OK)
    assert "coverage" not in client.get("/v1/events").json()


def row_of(page: str, name: str) -> str:
    """The words of one feed's row on the status page."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f">{name}</a>" in row)
    return " ".join(re.sub(r"<[^>]+>", " ", row).split())


def test_the_status_page_says_how_each_feed_is_doing(engine: Engine, client: TestClient) -> None:
    list_feeds(engine, "alpha", "beta", "gamma")
    soon, ago = NOON + timedelta(minutes=12), NOON - timedelta(minutes=3)
    read = Poll(ago, Outcome.OK, soon, body_hash="h", interval=timedelta(minutes=7), http_status=200, has_new=True)
    odd = {Oddity.NO_LINK: 3, Oddity.NOT_WELL_FORMED: 1}
    FeedStore(engine).record(1, replace(read, oddities=odd))
    FeedStore(engine).record(2, Poll(ago, Outcome.HTTP_CLIENT_ERROR, soon, http_status=404))

    page = client.get("/status").text

    rows = [row_of(page, name) for name in ("alpha", "beta", "gamma")]
    assert rows == [
        "alpha https://alpha.example/rss well 200: a feed 3 min ago "
        "Odd: not well-formed, read all the same; 3 entries without a link 3 min ago 3 min ago "
        "in 12 min then about every 7 min",
        "beta https://beta.example/rss failing 404: no such page 3 min ago "
        "soft: somebody has to mend it; tried again within 6 h never none yet in 12 min",
        "gamma https://gamma.example/rss not polled yet not asked yet never none yet now",
    ]
    assert re.search(r"beta.*gamma.*alpha", page, re.DOTALL)  # what needs a look comes first
    assert 'title="24 Nov 2026, 12:12 UTC"' in page
    assert re.search(r"Polls.*?read.*?1.*?refused \(4xx\).*?1", page, re.DOTALL)
    assert re.search(r"Polls in which a feed was odd.*?entries without a link.*?>1<", page, re.DOTALL)


def test_the_status_page_says_that_a_feed_is_gone_and_off(engine: Engine, client: TestClient) -> None:
    list_feeds(engine, "alpha")
    gone = Poll(NOON, Outcome.HTTP_CLIENT_ERROR, NOON, http_status=410, off_because=OffBecause.GONE)
    FeedStore(engine).record(1, gone)

    assert row_of(client.get("/status").text, "alpha") == (
        "alpha https://alpha.example/rss gone 410: gone for good now its publisher says that it is gone for good "
        "(410), so it was turned off never none yet off"
    )


def test_the_status_page_shows_the_feeds_of_one_state(engine: Engine, client: TestClient) -> None:
    list_feeds(engine, "alpha", "beta")
    poll_feed(engine, 2, Outcome.NAME_NOT_FOUND)

    everything = client.get("/status").text
    assert '<a class="chip chip-medium" href="/status?state=failing"' in everything
    assert 'href="/status?state=not%20polled%20yet"' in everything

    failing = client.get("/status?state=failing").text
    assert "beta.example" in failing
    assert "alpha.example" not in failing
    assert "2 feeds" in failing
    assert client.get("/status?state=<b>").text == everything


def test_the_banner_stands_on_every_page(engine: Engine, settings: Settings) -> None:
    said = "No publisher can be reached from this machine. This is an invented day of news."
    seed_event(engine, make_full_event())
    with client_of(settings) as client:
        assert "invented" not in client.get("/").text
        (settings.data_dir / "banner.txt").write_text(said)

        assert all(said in client.get(path).text for path in ("/", EVENT, "/articles/art_1", "/status"))
        assert client.get("/v1/events").json()["demo"] is True


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/?sort=best", 422), ("/desk", 401), ("/events/evt_1/x", 410), ("/", 500)]
)
def test_the_banner_stands_on_error_pages_too(tmp_path: Path, path: str, status: int) -> None:
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    seed_event(engine, make_full_event())
    end_event(engine, "evt_1", Status.REMOVED)
    if status == 500:
        with writing(engine) as connection:
            connection.execute(text("ALTER TABLE events RENAME TO lost"))

    with client_of(settings, demo_banner="This is an invented day of news.") as client:
        reply = client.get(path, headers={"accept": "text/html"})

    assert reply.status_code == status
    assert "This is an invented day of news." in reply.text


def test_browsers_find_an_icon_and_crawlers_what_they_may_ask_for(client: TestClient) -> None:
    icon, robots = client.get("/favicon.ico"), client.get("/robots.txt")

    assert icon.headers["content-type"] == "image/svg+xml"
    assert icon.text.startswith("<svg")
    rules = RobotFileParser()
    rules.parse(robots.text.splitlines())
    assert all(rules.can_fetch("Anybot", path) for path in ("/", EVENT, "/articles/art_1", "/widget.js"))
    assert not any(rules.can_fetch("Anybot", path) for path in ("/desk", "/desk/sign-in", "/v1/events"))


@pytest.mark.parametrize(
    ("path", "sort"), [("/", "signal"), ("/?sort=recency", "recency"), ("/?sort=sources", "sources")]
)
def test_the_front_page_shows_events_best_first(engine: Engine, client: TestClient, path: str, sort: str) -> None:
    expected = seed_ranked(engine)[sort]

    assert re.findall(r'<h\d[^>]*><a href="/events/(evt_\w)/', client.get(path).text) == expected


def test_the_front_page_says_what_each_event_is_and_leads_on(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    seed_many(engine, 22)

    page = client.get("/").text

    assert "High signal" in page
    assert "2 sources" in page
    assert f'<a href="{EVENT}">' in page
    assert re.search(r'<a class="button" href="/\?cursor=[\w-]+" rel="next">More events</a>', page)
    assert "Nothing matches" in client.get("/?min_sources=4&theme=").text


def test_the_event_page_has_every_section(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    page = client.get(EVENT).text

    for heading in (
        "High signal", "TL;DR", "Summary", "Why this matters", "Original source", "Same story, other sources",
        "each row is another", "2 sources", "Figures", "Related market context", "Read on Harbour Ledger",
    ):  # fmt: skip
        assert heading in page
    assert page.count('<li class="row"') == 1
    assert 'data-code="confirmed" data-value="2.0" data-threshold="2.0" data-passed="true" data-points="3"' in page
    assert "Both give $1 billion in forced closings." in page
    assert "(date from the page)" in page
    assert "Disputed" in page


def test_the_timeline_on_an_event_page_repeats_no_words_of_the_figures(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    page = client.get(EVENT).text
    table, milestones = (page.split(start)[1] for start in ('<table class="figures">', '<ol class="timeline">'))

    assert "$967 million" in table.split("</table>")[0]
    assert "Another figure for forced closings</a>" in milestones.split("</ol>")[0]
    assert "$967 million" not in milestones.split("</ol>")[0]


def test_the_event_page_lists_what_a_reason_counted(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    page = client.get(EVENT).text

    assert "3 derivatives events on Bitcoin within a week, this one included" in page
    assert '<a href="/events/evt_6/longs-give-up-at-61-000">Longs give up at $61,000</a>' in page
    assert "0 derivatives events on Bitcoin in the three weeks before" in page


def test_an_event_that_says_nothing_yet_shows_its_articles_and_looks_again(engine: Engine, client: TestClient) -> None:
    seed_event(engine, replace(make_event(make_member(make_article(title="Harbour reopens"))), description=None))

    reply = client.get("/events/evt_1")

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert "A moment old" in reply.text
    assert "Harbour reopens" in reply.text
    assert 'data-refresh-seconds="5"' in reply.text


def test_what_the_tags_rest_on_is_shown_on_demand(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    page = client.get(EVENT).text

    tags = page[page.index("What the tags rest on") :][:600]
    assert "Bitcoin, the primary asset: “" in tags
    assert "Derivatives, the primary theme: “" in tags


def test_the_event_page_shows_the_primary_record_under_the_original_source(engine: Engine, client: TestClient) -> None:
    link = "https://www.courtlistener.com/docket/31"
    linked = PrimaryRecord("court", "Harbour Ledger links to a court record", Quote("art_b", "courtlistener.com"), link)
    seed_event(engine, make_full_event())
    seed_event(engine, make_event(make_member(make_article("art_b")), event_id="evt_b", record=linked))

    page = client.get(EVENT).text
    assert f"Primary record: Coin Courier cites a court record: “{RECORD_WORDS}”." in page
    assert page.index("Original source") < page.index("Primary record") < page.index("Same story, other sources")
    other = client.get("/events/evt_b", follow_redirects=True).text
    assert f'Primary record: <a href="{link}" rel="noopener">Harbour Ledger links to a court record</a>.' in other


def test_the_event_page_names_who_reported_before_the_report_that_leads(engine: Engine, client: TestClient) -> None:
    first = make_member(make_article("art_0", "Northgate Wire", minutes=-8), Role.ORIGINAL, "org_2")
    lead = make_member(make_article("art_1", "Coin Courier"))
    seed_event(engine, make_event(first, lead, lead_article_id="art_1"))

    page = " ".join(client.get(EVENT).text.split())

    original = page.split('id="original"')[1].split("</section>")[0]
    assert "Read on Coin Courier" in original
    assert (
        'Reported earlier by <a href="https://northgate-wire.example/art_0" rel="noopener">Northgate Wire</a>, <time'
        in original
    )

    seed_event(engine, make_event(make_member(make_article("art_b"), Role.ORIGINAL), event_id="evt_b"))
    assert "Reported earlier" not in client.get("/events/evt_b", follow_redirects=True).text


def test_an_event_of_one_source_says_so(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_event())

    page = client.get(EVENT).text

    assert "No independent source yet." in page
    assert "Nothing in the record says why yet" in page


@pytest.mark.parametrize("path", ["/events/evt_1", "/events/evt_1/another-title"])
def test_any_slug_leads_to_the_canonical_address(engine: Engine, client: TestClient, path: str) -> None:
    seed_event(engine, make_full_event())

    reply = client.get(path)

    assert (reply.status_code, reply.headers["location"]) == (307, EVENT)
    assert reply.headers["cache-control"] == "no-cache"


def test_the_page_of_a_merged_event_leads_on_and_that_of_a_removed_one_says_so(
    engine: Engine, client: TestClient
) -> None:
    first, second, third = seed_many(engine, 3)
    end_event(engine, second, Status.MERGED, first)
    end_event(engine, third, Status.REMOVED)

    moved, gone = client.get(f"/events/{second}/x"), client.get(f"/events/{third}/x")

    assert (moved.status_code, moved.headers["location"]) == (307, f"/events/{first}")
    assert gone.status_code == 410
    assert "was removed" in gone.text


def test_hostile_words_stay_words(engine: Engine, client: TestClient) -> None:
    hostile = make_article(title='<script>alert(1)</script> & "friends"', text="<img src=x onerror=alert(1)> and more")
    seed_event(engine, make_event(make_member(hostile, Role.ORIGINAL)))

    page = client.get("/events/evt_1/script-alert-1-script-friends").text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_no_page_has_inline_scripts_or_styles(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    for path in ("/", EVENT, "/articles/art_1", "/status"):
        page = client.get(path).text

        assert not re.search(r"<script(?![^>]*\b(?:src=|ld\+json))|<style|\sstyle=|\son\w+=", page)


def test_the_article_page_leads_to_its_event(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    page = client.get("/articles/art_4").text

    assert "Read on Blockline Daily" in page
    assert EVENT in page


@pytest.mark.parametrize(("place", "path"), [(0, EVENT), (2, EVENT), (4, EVENT), (2, "/articles/art_3")])
def test_a_changed_headline_stands_on_the_pages_with_what_it_said_at_first(
    engine: Engine, client: TestClient, place: int, path: str
) -> None:
    event = make_full_event()
    seed_event(engine, event)
    article = event.members[place].article
    assert "Headline changed" not in client.get(path).text
    ArticleStore(engine).revise(replace(article, title="What it says now"), NOON)

    page = unescape(client.get(path).text)

    assert page.count(f"Headline changed; at first: “{article.title}”") == 1


def test_the_status_page_shows_what_is_set_aside(engine: Engine, client: TestClient) -> None:
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), (ListedFeed("https://a.example/feed"),))], NOON)
    assert "set aside" not in client.get("/status").text
    feeds, article = FeedStore(engine), make_article("art_aside")
    for guid in ("kept", "lost"):
        feeds.begin_entry(1, guid)
        feeds.set_aside(1, guid, article.url, article if guid == "kept" else None, NOON)

    page = client.get("/status").text

    assert "2 set aside" in page
    assert f'<a href="/articles/art_aside">{article.title}</a>' in page
    assert "An entry of which nothing was kept" in page
