"""Feeds of events are valid in each format, keep their ids, and hold nothing but text."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from lxml import etree
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.feed_formats import ATOM, legal
from cluster.changes import change_events
from cluster.event import AssetMention, Level, Role, Status, Theme, ThemeFound
from cluster.lending import MAX_CHARACTERS, headline
from cluster.store import EventStore
from ingest.store import ArticleStore
from storage.settings import Settings
from tests.hostile import HEADLINES
from tests.integration.api.seeding import BASE_URL, client_of, end_event, seed_event, seed_many
from tests.unit.api.builders import NOON, TEXT, make_article, make_event, make_full_event, make_member, make_signal

SCHEMAS = Path(__file__).parents[2] / "schemas"
FORMATS = ("rss", "atom", "json")

# What RFC 4287 asks of a feed beside its grammar, as what must not be found.
_ATOM_RULES = (
    "/atom:feed[not(atom:author) and atom:entry[not(atom:author)]]",
    "//atom:entry[not(atom:link[@rel='alternate'] or atom:link[not(@rel)] or atom:content)]",
    "//atom:id[not(contains(., ':')) or . = preceding::atom:id]",
)


@cache
def _schema(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(SCHEMAS / f"{name}.rng"))


def _is_valid_xml(name: str, body: bytes) -> Any:
    root = etree.fromstring(body)
    _schema(name).assertValid(root)
    assert not [rule for rule in _ATOM_RULES if name == "atom" and root.xpath(rule, namespaces={"atom": ATOM})]
    read = feedparser.parse(body, sanitize_html=False)
    assert read.bozo == 0
    return read


def _entries(format: str, body: bytes) -> list[tuple[str, str, str, str]]:
    """Id, address, title and summary of each entry, after the format's own rules were checked."""
    if format == "json":
        feed = json.loads(body)
        jsonschema.validate(feed, json.loads((SCHEMAS / "json_feed.json").read_text()))
        return [(one["id"], one["url"], one["title"], one["content_text"]) for one in feed["items"]]
    read = _is_valid_xml(format, body)
    return [(one.id, one.link, one.title, one.summary) for one in read.entries]


def _titles_in_xml(body: bytes) -> list[str]:
    """What a reader finds that takes titles as they stand, without guessing at markup."""
    root = etree.fromstring(body)
    return [one.text or "" for one in root.iter("{*}title")][1:]


@pytest.mark.parametrize("format", FORMATS)
def test_a_feed_is_valid_and_says_how_many_sources_and_who(client: TestClient, engine: Engine, format: str) -> None:
    empty = client.get(f"/feeds/events.{format}")
    seed_event(engine, make_full_event())
    reply = client.get(f"/feeds/events.{format}")

    assert _entries(format, empty.content) == []
    ((id_, url, title, summary),) = _entries(format, reply.content)
    assert id_ == "urn:secondsource:evt_1"
    assert url.startswith(f"{BASE_URL}/events/evt_1/bitcoin-slips")
    assert client.get(url).status_code == 200
    assert title == "Bitcoin slips under $60,000 as forced closings pass $1 billion"
    assert summary.startswith("2 sources: Harbour Ledger, Coin Courier. High signal. Harbour Ledger: “")


_RSS = '<rss version="2.0"><channel><title>t</title><link>http://a.example/</link>{}</channel></rss>'
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><id>a:b</id><title>t</title>{}</feed>'
_UPDATED = "<updated>2026-03-04T12:00:00Z</updated>"


@pytest.mark.parametrize(
    ("name", "written", "is_valid"),
    [
        ("rss", _RSS.format("<description/><ttl>60</ttl><item><description>d</description></item>"), True),
        ("rss", _RSS.format('<description/><x:y xmlns:x="urn:x" z="1">w</x:y>'), True),
        ("rss", _RSS.format(""), False),
        ("rss", _RSS.format("<description/><item><link>http://a.example/1</link></item>"), False),
        ("rss", _RSS.format("<description/><item><title>t</title><guid>a:b c</guid></item>"), False),
        ("rss", _RSS.format("<description/><pubDate>2026-03-04</pubDate>"), False),
        ("rss", _RSS.format("<description/><story/>"), False),
        ("atom", _ATOM.format(f"{_UPDATED}<rights>r</rights><logo>http://a.example/l</logo>"), True),
        ("atom", _ATOM.format(""), False),
        ("atom", _ATOM.format(f"{_UPDATED}<story/>"), False),
        ("atom", _ATOM.format("<updated>4 March</updated>"), False),
    ],
)
def test_the_rules_that_feeds_are_held_against_are_the_formats_own(name: str, written: str, is_valid: bool) -> None:
    assert _schema(name).validate(etree.fromstring(written)) is is_valid


@pytest.mark.parametrize("format", FORMATS)
def test_a_feed_is_asked_for_again_for_nothing(client: TestClient, engine: Engine, format: str) -> None:
    seed_event(engine, make_full_event())
    reply = client.get(f"/feeds/events.{format}", headers={"origin": "https://reader.example"})
    again = client.get(f"/feeds/events.{format}", headers={"if-none-match": reply.headers["etag"]})

    assert reply.headers["cache-control"] == "public, max-age=60"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert (again.status_code, again.content) == (304, b"")


def test_each_feed_has_its_media_type_and_its_own_address(client: TestClient) -> None:
    rss = client.get("/feeds/events.rss?theme=security&asset=btc")
    atom = client.get("/feeds/events.atom")
    as_json = client.get("/feeds/events.json?signal=high")

    assert rss.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert f'href="{BASE_URL}/feeds/events.rss?asset=BTC&amp;theme=security"' in rss.text
    assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert f'href="{BASE_URL}/feeds/events.atom"' in atom.text
    assert as_json.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert as_json.json()["feed_url"] == f"{BASE_URL}/feeds/events.json?signal=high"
    assert as_json.json()["home_page_url"] == f"{BASE_URL}/?signal=high"
    for limit, own in ((5, "?signal=high&limit=5"), (30, "?signal=high")):
        asked = client.get(f"/feeds/events.json?limit={limit}&signal=high").json()
        assert asked["feed_url"] == f"{BASE_URL}/feeds/events.json{own}"


def test_links_carry_the_name_that_readers_know(engine: Engine, settings: Settings) -> None:
    seed_event(engine, make_full_event())
    with client_of(settings.model_copy(update={"public_url": "https://news.example"})) as client:
        feed = client.get("/feeds/events.json").json()

    assert feed["feed_url"] == "https://news.example/feeds/events.json"
    assert feed["items"][0]["url"].startswith("https://news.example/events/evt_1/")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["evt_c", "evt_b", "evt_a"]),
        ("?asset=sol", ["evt_b"]),
        ("?theme=etf", ["evt_c"]),
        ("?signal=high", ["evt_c", "evt_b"]),
        ("?signal=high&asset=SOL", ["evt_b"]),
        ("?publisher=harbour-ledger", ["evt_a"]),
        ("?limit=1", ["evt_c"]),
        ("?min_sources=2", []),
    ],
)
def test_a_feed_can_be_narrowed(client: TestClient, engine: Engine, asked: str, found: list[str]) -> None:
    for minutes, (letter, symbol, theme, level, publisher) in enumerate(
        (
            ("a", "BTC", Theme.SECURITY, Level.LOW, "Harbour Ledger"),
            ("b", "SOL", Theme.SECURITY, Level.HIGH, "Coin Courier"),
            ("c", "BTC", Theme.ETF, Level.HIGH, "The Tally"),
        )
    ):
        member = make_member(make_article(f"art_{letter}", publisher, minutes=minutes), Role.ORIGINAL)
        tags: dict[str, Any] = {"assets": (AssetMention(symbol, symbol, True, ()),)}
        tags["themes"] = (ThemeFound(theme, True, ()),)
        seed_event(engine, make_event(member, event_id=f"evt_{letter}", signal=make_signal(level), **tags))

    feed = client.get(f"/feeds/events.json{asked}").json()

    assert [one["id"].removeprefix("urn:secondsource:") for one in feed["items"]] == found


@pytest.mark.parametrize("hostile", ["%01", "%00", "%0Bx", "%EF%BF%BF", "%FF", "%ED%A0%80", "<b>]]>&amp;"])
@pytest.mark.parametrize("format", FORMATS)
def test_whatever_characters_are_sought_the_feed_is_valid(client: TestClient, format: str, hostile: str) -> None:
    reply = client.get(f"/feeds/events.{format}?q=bitcoin{hostile}")

    assert reply.status_code == 200
    assert _entries(format, reply.content) == []


@pytest.mark.parametrize("asked", ["asset=%00", "theme=gossip", "signal=loud", "limit=0", "limit=101", "from=x"])
def test_what_does_not_parse_is_a_problem(client: TestClient, asked: str) -> None:
    assert client.get(f"/feeds/events.atom?{asked}").status_code == 422


def test_an_event_that_gains_a_source_is_newer_and_the_same(client: TestClient, engine: Engine) -> None:
    event = make_full_event()
    seed_event(engine, event)
    before = client.get("/feeds/events.json").json()["items"][0]
    joining = make_member(make_article("art_9", "The Tally", minutes=60), origin="org_3")
    grown = make_event(*event.members, joining, title="Bitcoin slips under $60,000")
    ArticleStore(engine).add_many([joining.article])
    with change_events(engine, by="placing", at=NOON + timedelta(hours=2)) as ledger:
        ledger.grow(joining.placement)
        ledger.describe("evt_1", grown.description, 6, None)  # type: ignore[arg-type]

    after = client.get("/feeds/events.json").json()["items"][0]

    assert after["id"] == before["id"]
    assert after["url"] != before["url"]
    assert after["date_modified"] > before["date_modified"]
    assert after["date_published"] == before["date_published"]
    assert "3 sources" in after["content_text"]


@pytest.mark.parametrize("status", [Status.MERGED, Status.REMOVED])
def test_an_event_that_ended_drops_out(client: TestClient, engine: Engine, status: Status) -> None:
    seed_many(engine, 2)
    end_event(engine, "evt_01", status, "evt_00" if status is Status.MERGED else None)

    assert [one["id"] for one in client.get("/feeds/events.json").json()["items"]] == ["urn:secondsource:evt_00"]


def test_hostile_titles_stay_text_and_are_escaped_once(engine: Engine, client: TestClient) -> None:
    for number, title in enumerate(HEADLINES):
        member = make_member(make_article(f"art_{number}", title=title, text=f"{title}\n{TEXT}", minutes=-number))
        seed_event(engine, make_event(member, event_id=f"evt_{number}"))
    bodies = {format: client.get(f"/feeds/events.{format}?limit=100").content for format in FORMATS}
    found = {format: _entries(format, body) for format, body in bodies.items()}
    expected = [legal(headline(title)) for title in HEADLINES]

    for entries in found.values():
        assert [one[0] for one in entries] == [f"urn:secondsource:evt_{number}" for number in range(len(HEADLINES))]
    assert [one[2] for one in found["json"]] == expected
    assert _titles_in_xml(bodies["atom"]) == _titles_in_xml(bodies["rss"]) == expected
    # RSS descriptions are read as HTML: there, too, they are nothing but text.
    for description in etree.fromstring(bodies["rss"]).iter("description"):
        assert {one.tag for one in etree.HTML(description.text).iter()} <= {"html", "body", "p"}


def test_a_feed_shows_no_more_of_an_article_than_any_page(client: TestClient, engine: Engine) -> None:
    seed_event(engine, make_event(make_member(make_article(text="word " * 500, title="t " * 60))))

    (entry,) = client.get("/feeds/events.json").json()["items"]

    assert len(entry["title"]) + len(entry["content_text"].split(": “", 1)[1]) <= MAX_CHARACTERS


def test_an_event_that_says_nothing_yet_waits(client: TestClient, engine: Engine) -> None:
    seed_event(engine, replace(make_full_event(), description=None))

    assert EventStore(engine).get("evt_1") is not None
    assert client.get("/feeds/events.json").json()["items"] == []


def test_invented_news_says_so(settings: Settings, engine: Engine) -> None:
    seed_event(engine, make_full_event())
    with client_of(settings, demo_banner="This is an invented day of news.") as client:
        feed = feedparser.parse(client.get("/feeds/events.atom").content)

    assert feed.feed.title == "SecondSource (invented news): events"
    assert feed.feed.subtitle == "This is an invented day of news."


@pytest.mark.parametrize("asked", ["", "?asset=BTC&theme=security&sort=recency"])
def test_the_front_page_names_the_feeds_of_what_it_shows(client: TestClient, asked: str) -> None:
    page = etree.HTML(client.get(f"/{asked}", headers={"accept": "text/html"}).text)
    found = {one.get("type"): one.get("href") for one in page.iter("link") if one.get("rel") == "alternate"}

    narrowed = "?asset=BTC&theme=security" if asked else ""
    assert found == {
        "application/rss+xml": f"/feeds/events.rss{narrowed}",
        "application/atom+xml": f"/feeds/events.atom{narrowed}",
        "application/feed+json": f"/feeds/events.json{narrowed}",
    }
    assert all(client.get(address).status_code == 200 for address in found.values())


def test_a_host_of_any_name_breaks_no_feed(settings: Settings, engine: Engine) -> None:
    seed_event(engine, make_full_event())
    with client_of(settings.model_copy(update={"host": "0.0.0.0"})) as client:
        reply = client.get("/feeds/events.atom", headers={"host": 'a"b<c>&:80'})

    assert reply.status_code == 200
    assert etree.fromstring(reply.content) is not None


@pytest.mark.parametrize("path", FORMATS)
def test_words_of_any_kind_break_no_feed_that_they_narrow(client: TestClient, path: str) -> None:
    reply = client.get(f"/feeds/events.{path}", params={"q": "bit\x0e\x8bcoin \ufffe"})

    assert reply.status_code == 200
    assert "bit" in reply.text
