"""What a page says to whoever is sent its address: title, description, canonical address, previews, linked data."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from cluster.event import Role
from ingest.article import Flag
from storage.settings import Settings
from tests.hostile import hostile_event
from tests.integration.api.seeding import client_of, seed_event
from tests.integration.api.test_pages import EVENT
from tests.unit.api.builders import make_article, make_event, make_full_event, make_member

HOST = "http://127.0.0.1:8000"
PAGES = ("/", EVENT, "/articles/art_4", "/publishers/harbour-ledger", "/api", "/status")


def head_of(page: str) -> dict[str, str]:
    """A page's title and metas by name, and where its canonical address leads."""
    metas = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"(?! media)', page)
    (title,) = re.findall(r"<title>([^<]*)</title>.*</head>", page, re.DOTALL)
    canonical = re.findall(r'<link rel="canonical" href="([^"]*)">', page)
    found = {name: unescape(content) for name, content in metas}
    return found | {"title": unescape(title), "canonical": unescape(canonical[0]) if canonical else ""}


def data_of(page: str) -> Any:
    """A page's linked data, as a machine finds it."""
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(written)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_it_is_where_it_is_and_how_it_looks_when_shared(
    engine: Engine, client: TestClient, path: str
) -> None:
    seed_event(engine, make_full_event())

    page = client.get(f"{path}?utm_source=letter").text
    head = head_of(page)

    assert head["title"].endswith(" · SecondSource")
    assert head["og:title"] in head["title"]
    assert head["canonical"] == head["og:url"] == f"{HOST}{path}"
    assert head["description"] == head["og:description"]
    assert 20 < len(head["description"]) < 320
    assert head["twitter:card"] == "summary"
    assert client.get(head["og:image"]).headers["content-type"] == "image/png"
    assert "robots" not in head
    assert "/feeds/events.rss" in page
    assert page.count("<h1") == 1


def test_a_shared_event_says_how_many_sources_it_has_and_quotes_nothing_more(
    engine: Engine, client: TestClient
) -> None:
    seed_event(engine, make_full_event())

    page = client.get(EVENT).text
    head = head_of(page)
    excerpt = re.search(r'<blockquote class="lead"[^>]*>\s*<p>([^<]+)</p>', page)

    assert excerpt
    assert head["description"] == f"2 sources, high signal. {unescape(excerpt[1])}"
    assert (head["og:type"], head["article:published_time"]) == ("article", "2026-11-24T12:00:00Z")
    data = data_of(page)
    assert (data["@type"], data["url"], data["dateModified"]) == (
        "CollectionPage",
        f"{HOST}{EVENT}",
        "2026-11-24T12:30:00Z",
    )


def test_addresses_are_those_that_readers_have(engine: Engine, settings: Settings) -> None:
    seed_event(engine, make_full_event())
    with client_of(settings.model_copy(update={"public_url": "https://news.example"})) as client:
        head = head_of(client.get("/").text)

    assert head["canonical"] == "https://news.example/"
    assert head["og:image"].startswith("https://news.example/static/mark.png?v=")


def test_invented_news_and_reserved_articles_are_not_to_be_indexed(engine: Engine, settings: Settings) -> None:
    reserved = make_article("art_r", flags=frozenset({Flag.RESERVED}))
    seed_event(engine, make_event(make_member(reserved, Role.ORIGINAL), event_id="evt_r"))
    with client_of(settings) as client:
        assert head_of(client.get("/").text).get("robots") is None
        assert head_of(client.get("/articles/art_r").text)["robots"] == "noindex"
    with client_of(settings, demo_banner="This is an invented day of news.") as client:
        assert {head_of(client.get(path).text)["robots"] for path in ("/", "/status")} == {"noindex"}


def test_hostile_words_leave_the_head_and_the_data_what_they_are(engine: Engine, client: TestClient) -> None:
    event = hostile_event()
    lead, first, *rest = event.members
    seed_event(engine, replace(event, members=(lead, first, *rest)))
    seed_event(
        engine,
        make_event(
            make_member(replace(make_article("art_h", title=rest[0].article.title), url="https://x.example/h")),
            event_id="evt_h",
        ),
    )

    paths = ["/events/evt_1", "/events/evt_h", "/articles/art_h", f"/articles/{first.article.id}"]
    for path in (*paths, "/", f"/publishers/{first.article.publisher.id}", "/?q=evil"):
        page = client.get(path, follow_redirects=True).text
        scripts = re.findall(r"<script[^>]*>", page)
        assert all('src="/static/' in one or "ld+json" in one for one in scripts), path
        assert not re.search(r"<(?:img(?! src=\"/static)|iframe|style|base|object|same-story|math|template)\b", page)
        assert head_of(page)["title"]
        assert "@context" in data_of(page)
