"""The feeds behind a typed address are found where the page says, or where they usually are."""

import asyncio
from datetime import timedelta

import pytest

from ingest.discovering import Discovery, discover
from ingest.fetching import Fetcher
from ingest.outcome import Outcome
from ingest.parser import Parser
from tests.integration.commands.site import ATOM, HTML, Page, Site, page, rss, serving

FEED = rss("Ledger Post", "Corvane halts")
NO_PAUSE = timedelta(0)


def found(pages: dict[str, Page], path: str = "/") -> tuple[Discovery, Site]:
    async def look(site: Site) -> Discovery:
        fetcher, parser = Fetcher([f"127.0.0.1:{site.server_port}"]), Parser()
        try:
            return await discover(site.address + path, fetcher, parser, NO_PAUSE)
        finally:
            await fetcher.aclose()
            await parser.aclose()

    with serving(pages) as site:
        return asyncio.run(look(site)), site


def paths(discovery: Discovery, site: Site) -> list[str]:
    return [one.url.removeprefix(site.address) for one in discovery.feeds]


def test_a_feeds_own_address_is_asked_once() -> None:
    discovery, site = found({"/feed": FEED}, "/feed")

    assert (discovery.outcome, discovery.page) == (Outcome.OK, None)
    assert (paths(discovery, site), site.asked) == (["/feed"], ["/feed"])
    assert (discovery.feeds[0].feed.title, discovery.feeds[0].feed.language) == ("Ledger Post", "en")


def test_a_page_tells_its_feeds_but_not_its_comments() -> None:
    discovery, site = found({"/": page("/news.xml", "/comments/feed/", "/gone.xml"), "/news.xml": FEED})

    assert discovery.page == site.address + "/"
    assert paths(discovery, site) == ["/news.xml"]
    assert site.asked == ["/", "/news.xml", "/gone.xml"]


def test_a_page_may_declare_several_in_any_form() -> None:
    links = (
        b'<link type="application/atom+xml" href="b.xml" rel="ALTERNATE home">'
        b'<link rel="alternate" hreflang="de" href="/de">'
        b'<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"><base href="/deep/">'
        b'<link rel="alternate" type="application/rss+xml" href="a.xml">'
    )

    discovery, site = found({"/": (HTML, b"<html><head>" + links), "/deep/a.xml": FEED, "/deep/b.xml": FEED})

    assert paths(discovery, site) == ["/deep/b.xml", "/deep/a.xml"]


def test_where_nothing_is_declared_the_usual_paths_are_tried_until_one_answers() -> None:
    discovery, site = found({"/news/": page(), "/feed.xml": FEED, "/atom.xml": (ATOM, FEED[1])}, "/news/")

    assert (paths(discovery, site), discovery.page) == (["/feed.xml"], None)
    assert site.asked == ["/news/", "/news/feed", "/feed", "/rss", "/feed.xml"]


@pytest.mark.parametrize("body", [b"", b"<p>Nothing", b"\x00\xff" * 100, b'{"a": 1}'])
def test_where_there_is_no_feed_none_is_found(body: bytes) -> None:
    discovery, site = found({"/": (HTML, body)})

    assert (discovery.outcome, discovery.feeds) == (Outcome.NOT_A_FEED, ())
    assert len(site.asked) == 8


def test_an_address_that_fails_is_not_guessed_around() -> None:
    discovery, site = found({})

    assert discovery == Discovery(Outcome.HTTP_CLIENT_ERROR)
    assert site.asked == ["/"]
