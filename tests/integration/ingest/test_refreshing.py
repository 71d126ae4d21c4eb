"""Feeds of real HTTP publishers are polled: every article once, nothing asked twice, nobody's trouble another's."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from commands.demo_publishers import DAY, DemoPublishers
from ingest.failing import Grade, wait_after
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetcher
from ingest.outcome import Outcome
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.publishers import Listed, ListedFeed
from ingest.refreshing import refresh_feeds
from ingest.site_rule_store import SiteRuleStore
from ingest.store import ArticleStore, FeedStore, PublisherStore
from tests.builders import NOON, make_publisher
from tests.integration.commands.service import free_port
from tests.integration.ingest.test_fetching import Site, answer

ARTICLES = len((DAY / "articles.jsonl").read_text().splitlines())
TEASERS_ONLY, WHOLE_IN_FEED = "gatehouse-report", "copperline"  # of the demo day's outlets
FEED_WITHOUT_PAGE = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Ledgerpost</title><item><title>Corvane haelt an</title>'
    b"<link>http://127.0.0.1:1/corvane</link><description>Die Boerse steht still.</description></item></channel></rss>"
)


@pytest.fixture
def publishers() -> Iterator[DemoPublishers]:
    with DemoPublishers(NOON) as serving:
        yield serving


def _poll(
    engine: Engine,
    publishers: DemoPublishers,
    now: datetime = NOON,
    max_age: timedelta = timedelta(days=7),
    feeds: FeedStore | None = None,
    allow: Sequence[str] | None = None,
) -> list[str]:
    async def poll() -> list[str]:
        fetcher, parser = Fetcher(publishers.addresses if allow is None else allow), Parser()
        try:
            return await refresh_feeds(
                FeedStore(engine).due(now, limit=50),
                feeds=feeds or FeedStore(engine),
                rules=SiteRuleStore(engine),
                sites=Sites(PublisherStore(engine).all()),
                fetcher=fetcher,
                parser=parser,
                max_age=max_age,
                clock=lambda: now,
            )
        finally:
            await fetcher.aclose()
            await parser.aclose()

    return asyncio.run(poll())


def test_every_article_is_stored_once_with_its_text(engine: Engine, publishers: DemoPublishers) -> None:
    PublisherStore(engine).sync(publishers.listed, NOON)

    new = _poll(engine, publishers)

    stored = ArticleStore(engine).get_many(new)
    assert len(stored) == ArticleStore(engine).count() == ARTICLES
    by_outlet = {article.id: article.publisher.id for article in stored.values()}
    teasers = {article.id for article in stored.values() if article.flags}
    assert teasers == {one for one, outlet in by_outlet.items() if outlet == TEASERS_ONLY}
    assert all(len(article.text) > 300 for article in stored.values() if article.id not in teasers)
    assert not any("Subscribe" in article.text or "<" in article.text for article in stored.values())


def test_the_second_poll_is_answered_with_304_and_stores_nothing(engine: Engine, publishers: DemoPublishers) -> None:
    PublisherStore(engine).sync(publishers.listed, NOON)
    _poll(engine, publishers)

    assert _poll(engine, publishers, NOON + timedelta(hours=1)) == []

    counted = PublisherStore(engine).outcomes()
    assert counted["feed", Outcome.OK] == counted["feed", Outcome.NOT_MODIFIED] == len(publishers.listed)
    assert counted["entry", Outcome.STORED] == ARTICLES
    in_feed = [one for one in ArticleStore(engine).page(ARTICLES) if one.publisher.id == WHOLE_IN_FEED]
    assert counted["page", Outcome.OK] == ARTICLES - len(in_feed) < ARTICLES


def test_old_entries_of_a_new_feed_are_no_news(engine: Engine, publishers: DemoPublishers) -> None:
    PublisherStore(engine).sync(publishers.listed, NOON)

    new = _poll(engine, publishers, max_age=timedelta(hours=3))

    counted = PublisherStore(engine).outcomes()
    assert 0 < len(new) < ARTICLES
    assert counted["entry", Outcome.TOO_OLD] == ARTICLES - len(new)


def test_a_publisher_that_is_down_backs_off_and_costs_the_others_nothing(
    engine: Engine, publishers: DemoPublishers
) -> None:
    address = f"127.0.0.1:{free_port()}"
    down = Listed(make_publisher("down"), (ListedFeed(f"http://{address}/feed"),))
    PublisherStore(engine).sync([*publishers.listed, down], NOON)

    new = _poll(engine, publishers, allow=(*publishers.addresses, address))

    status = next(feed for feed in PublisherStore(engine).list() if feed.publisher.id == "down")
    assert len(new) == ARTICLES
    assert status.failures == 1
    assert status.last_outcome is Outcome.CONNECTION_FAILED
    assert status.next_poll_at == NOON + wait_after(Grade.TEMPORARY, 1)


def test_an_address_that_is_not_allowed_is_not_asked(engine: Engine, publishers: DemoPublishers) -> None:
    inside = Listed(make_publisher("inside"), (ListedFeed(f"{publishers.listed[0].publisher.home}/feed?private"),))
    PublisherStore(engine).sync([inside], NOON)

    _poll(engine, publishers, allow=())

    assert PublisherStore(engine).list()[0].last_outcome is Outcome.REFUSED_ADDRESS


def test_a_mistake_in_one_feed_costs_the_others_nothing(engine: Engine, publishers: DemoPublishers) -> None:
    PublisherStore(engine).sync(publishers.listed, NOON)
    broken = PublisherStore(engine).list()[0].id

    class Broken(FeedStore):
        def begin_entry(self, feed_id: int, guid_hash: str, *marks: Any) -> Outcome | None:
            if feed_id == broken:
                raise ZeroDivisionError
            return super().begin_entry(feed_id, guid_hash, *marks)

    new = _poll(engine, publishers, feeds=Broken(engine))

    assert 0 < len(new) < ARTICLES


def test_a_feed_turned_off_after_it_was_handed_out_is_not_polled(engine: Engine, publishers: DemoPublishers) -> None:
    store = PublisherStore(engine)
    store.sync(publishers.listed, NOON)

    class TurnedOff(FeedStore):
        def get(self, feed_id: int) -> FeedStatus | None:
            store.switch([feed_id], False, NOON)
            return super().get(feed_id)

    assert _poll(engine, publishers, feeds=TurnedOff(engine)) == []
    assert store.outcomes() == {}


def test_an_article_is_in_its_feeds_language_where_its_page_names_none(engine: Engine) -> None:
    site = Site({"/feed": answer("200 OK", FEED_WITHOUT_PAGE, content_type="application/rss+xml")})

    async def poll(server_feed: Callable[[int], Listed]) -> None:
        server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        PublisherStore(engine).sync([server_feed(port)], NOON)
        fetcher, parser = Fetcher([f"127.0.0.1:{port}"]), Parser()
        feeds = FeedStore(engine)
        await refresh_feeds(
            feeds.due(NOON, 1),
            feeds=feeds,
            rules=SiteRuleStore(engine),
            sites=Sites([]),
            fetcher=fetcher,
            parser=parser,
            max_age=timedelta(7),
            clock=lambda: NOON,
        )
        await fetcher.aclose()
        await parser.aclose()
        server.close()

    german = "de"
    asyncio.run(
        poll(lambda port: Listed(make_publisher(), (ListedFeed(f"http://127.0.0.1:{port}/feed", language=german),)))
    )

    (article,) = ArticleStore(engine).page(limit=2)
    assert (article.language, article.publisher.language) == (german, "en")
