"""The front page as readers narrow it, search it and page through it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from cluster.event import AssetMention, Theme, ThemeFound
from ingest.outcome import Outcome
from tests.integration.api.seeding import seed_event, seed_many
from tests.integration.api.test_pages import list_feeds, poll_feed
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member


def links(page: str) -> list[str]:
    """Where the page leads, as a browser reads it."""
    return [unescape(found) for found in re.findall(r'<a [^>]*href="([^"]+)"', page)]


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/events/[^"]+">([^<]+)<', page)


@pytest.fixture
def dozens(engine: Engine) -> None:
    """Two dozen events on one asset and one of several sources."""
    seed_event(engine, make_full_event())
    seed_many(engine, 24)


@pytest.mark.usefixtures("dozens")
def test_paging_keeps_what_was_asked_for_and_shows_nothing_twice(client: TestClient) -> None:
    asked = "/?asset=btc&sort=recency&theme=&utm_source=letter"
    first = client.get(asked).text
    more = next(one for one in links(first) if "cursor=" in one)
    second = client.get(more).text

    assert more.startswith("/?asset=btc&sort=recency&cursor=")
    assert len(titles(first)) == 20
    assert len(set(titles(first) + titles(second))) == 25
    assert '<option value="recency" selected>' in second
    assert 'name="asset" value="btc"' in second
    assert "/?asset=btc&sort=recency" in links(second)  # back to the first page
    assert "That was all" not in second


@pytest.mark.usefixtures("dozens")
def test_each_condition_can_be_removed_by_itself(client: TestClient) -> None:
    page = client.get("/?q=event&asset=BTC&min_sources=7&publisher=harbour-ledger&from=2026-11-01").text

    assert "Nothing matches" in page
    without = [one for one in links(page) if one.startswith("/?")]
    assert "/?q=event&asset=BTC&publisher=harbour-ledger&from=2026-11-01" in without
    assert "/?asset=BTC&min_sources=7&publisher=harbour-ledger&from=2026-11-01" in without
    assert "reported by Harbour Ledger" in page
    assert '<option value="harbour-ledger" selected>Harbour Ledger</option>' in page
    assert 'id="by-from" name="from" type="date" value="2026-11-01"' in page
    # The search box keeps the conditions, and the conditions keep what is looked for.
    search, narrow = re.findall(r"<form.*?</form>", page, re.DOTALL)
    assert '<input type="hidden" name="min_sources" value="7">' in search
    assert '<input type="hidden" name="q" value="event">' in narrow


@pytest.mark.usefixtures("dozens")
def test_a_search_shows_what_has_the_words_and_keeps_the_conditions(client: TestClient) -> None:
    assert titles(client.get("/?q=forced+closings").text) == [
        "Bitcoin slips under $60,000 as forced closings pass $1 billion"
    ]
    page = client.get("/?q=event&signal=high").text
    more = next(one for one in links(page) if "cursor=" in one)
    assert more.startswith("/?q=event&signal=high&cursor=")
    assert len(titles(page)) == 20
    assert len(titles(client.get(more).text)) == 4
    assert "By relevance" in page
    assert 'value="event"' in page


def test_a_type_a_day_and_the_name_of_a_coin_narrow_the_list(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    late = make_event(make_member(make_article("art_z", title="Of the day after", minutes=24 * 60)), event_id="evt_z")
    seed_event(engine, late)

    assert len(titles(client.get("/?asset=bitcoin").text)) == 2
    assert len(titles(client.get("/?type=news").text)) == 2
    assert len(titles(client.get("/?to=2026-11-24").text)) == 1
    assert titles(client.get("/?from=2026-11-25").text) == ["Of the day after"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("asset=no+such+coin", "a ticker such as BTC"),
        ("q=%3F", "no word in it"),
        ("cursor=x", "cursor"),
        ("from=x", ""),
    ],
)
def test_what_makes_no_sense_is_said_on_a_page(client: TestClient, asked: str, said: str) -> None:
    reply = client.get(f"/?{asked}", headers={"accept": "text/html"})

    assert reply.status_code == 422
    assert said in unescape(reply.text)


def test_one_view_may_be_indexed_and_all_others_only_read(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    assert "noindex" not in client.get("/").text
    for asked in ("asset=BTC", "q=bitcoin", "sort=recency", "min_sources=9"):
        page = client.get(f"/?{asked}").text
        assert '<meta name="robots" content="noindex">' in page
        assert f'<link rel="canonical" href="http://127.0.0.1:8000/?{asked}">' in page
    assert "/feeds/events.rss?asset=BTC" in client.get("/?asset=BTC").text


def test_what_rises_is_said_only_where_it_can_be_told(engine: Engine, client: TestClient) -> None:
    for number in range(6):
        minutes = -20 * number
        event = make_event(
            make_member(make_article(f"art_t{number}", title=f"Vault {number} drained", minutes=minutes)),
            event_id=f"evt_t{number}",
            themes=(ThemeFound(Theme.SECURITY, True, ()),),
            assets=(AssetMention("ETH", "Ether", True, ()),),
        )
        seed_event(engine, event)
    assert "Not enough history to say what is unusual" in client.get("/").text

    list_feeds(engine, "alpha")
    poll_feed(engine, 1, Outcome.OK, at=NOON - timedelta(days=60))
    page = client.get("/").text
    assert "Not enough history" not in page
    assert '<a href="/?theme=security">Security</a>' in page
    assert '<a href="/?asset=ETH">' in page
    assert "6 events in 24 hours, usually 0" in page
    assert "Trending" not in client.get("/?asset=ETH").text

    seed_event(engine, make_event(make_member(make_article("art_u", title="Another")), event_id="evt_u"))
    assert "6 events in 24 hours" in client.get("/").text  # found once a minute


def test_the_front_page_says_when_it_last_changed_and_from_where_changes_go_on(
    engine: Engine, client: TestClient
) -> None:
    seed_event(engine, make_full_event())

    page = unescape(client.get("/").text)

    assert 'Updated <time datetime="2026-11-24T12:30:00Z">' in page
    assert 'data-live="/v1/stream?type=described&type=merged&type=removed" data-after="' in page
    assert "data-live" not in client.get("/?q=bitcoin").text


def test_a_card_of_an_event_whose_reports_give_different_figures_leads_to_them(
    engine: Engine, client: TestClient
) -> None:
    seed_event(engine, make_full_event())
    seed_event(engine, make_event(make_member(make_article("art_p", title="Plain")), event_id="evt_p"))

    for path in ("/", "/articles/art_4"):
        ((chip, said),) = re.findall(r'<a class="chip chip-medium" href="([^"]+)">(.*?)</a>', client.get(path).text)
        assert re.sub("<[^>]+>", "", said) == "figures differ between the reports: see which"
        page, _, place = chip.partition("#")
        assert f'<h2 id="{place}">Figures</h2>' in client.get(page).text
    assert "figures differ" not in client.get("/?publisher=harbour-ledger&q=plain").text
