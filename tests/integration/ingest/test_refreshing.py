"""Feeds of real HTTP publishers are polled: every article once, nothing asked twice, nobody's trouble another's."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from commands.demo_publishers import DemoPublishers
from ingest.fetching import Fetcher
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.publishers import Listed
from ingest.refreshing import refresh_feeds
from ingest.schedule import BACKOFF_STEP, LONGEST
from ingest.store import ArticleStore, FeedStore, PublisherStore
from tests.builders import NOON, make_publisher
from tests.integration.commands.service import free_port

ARTICLES = 24


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
    assert all(len(article.text) > 300 and not article.flags for article in stored.values())
    assert not any("Subscribe" in article.text or "<" in article.text for article in stored.values())


def test_the_second_poll_is_answered_with_304_and_stores_nothing(engine: Engine, publishers: DemoPublishers) -> None:
    PublisherStore(engine).sync(publishers.listed, NOON)
    _poll(engine, publishers)

    assert _poll(engine, publishers, NOON + LONGEST) == []

    counted = PublisherStore(engine).outcomes()
    assert counted["feed", Outcome.OK] == counted["feed", Outcome.NOT_MODIFIED] == len(publishers.listed)
    assert counted["entry", Outcome.STORED] == counted["page", Outcome.OK] == ARTICLES


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
    down = Listed(make_publisher("down"), (f"http://{address}/feed",))
    PublisherStore(engine).sync([*publishers.listed, down], NOON)

    new = _poll(engine, publishers, allow=(*publishers.addresses, address))

    status = next(feed for feed in PublisherStore(engine).list() if feed.publisher.id == "down")
    assert len(new) == ARTICLES
    assert status.failures == 1
    assert status.last_outcome is Outcome.CONNECTION_FAILED
    assert status.next_poll_at == NOON + BACKOFF_STEP


def test_an_address_that_is_not_allowed_is_not_asked(engine: Engine, publishers: DemoPublishers) -> None:
    inside = Listed(make_publisher("inside"), (f"{publishers.listed[0].publisher.home}/feed?private",))
    PublisherStore(engine).sync([inside], NOON)

    _poll(engine, publishers, allow=())

    assert PublisherStore(engine).list()[0].last_outcome is Outcome.REFUSED_ADDRESS


def test_a_mistake_in_one_feed_costs_the_others_nothing(engine: Engine, publishers: DemoPublishers) -> None:
    PublisherStore(engine).sync(publishers.listed, NOON)
    broken = PublisherStore(engine).list()[0].id

    class Broken(FeedStore):
        def begin_entry(self, feed_id: int, guid_hash: str) -> Outcome | None:
            if feed_id == broken:
                raise ZeroDivisionError
            return super().begin_entry(feed_id, guid_hash)

    new = _poll(engine, publishers, feeds=Broken(engine))

    assert 0 < len(new) < ARTICLES
