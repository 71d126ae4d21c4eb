"""An article that its publisher gives under several addresses is stored once, and is that of every feed that has it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, select, update

from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from ingest.tables import articles, entries
from tests.builders import NOON, make_article, make_publisher

FEED_URL = "https://ledgerpost.example/feed"
MINUTE = timedelta(minutes=1)


def two_feeds(engine: Engine) -> tuple[int, int]:
    urls = (FEED_URL, "https://ledgerpost.example/markets")
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), tuple(map(ListedFeed, urls)))], NOON)
    one, other = (status.id for status in PublisherStore(engine).list())
    return one, other


def is_new(engine: Engine, feed: int, guid: str, **changed: Any) -> bool:
    """Whether an entry of a feed makes an article."""
    feeds = FeedStore(engine)
    feeds.begin_entry(feed, guid)
    return feeds.end_entry(feed, guid, Outcome.STORED, make_article(f"art_{feed}_{guid}", **changed))


def test_one_article_in_two_feeds_of_its_publisher_is_stored_once_whatever_its_urls(engine: Engine) -> None:
    one, other = two_feeds(engine)
    short = "Notice"

    assert is_new(engine, one, "1")
    assert not is_new(engine, other, "1", published_at=NOON + 59 * MINUTE)
    assert is_new(engine, one, "2", published_at=NOON + MINUTE)
    assert is_new(engine, other, "3", published_at=NOON + timedelta(days=1))
    assert is_new(engine, other, "4", title="Corvane opens withdrawals after a breach")
    assert is_new(engine, other, "5", publisher="coinherald")
    assert is_new(engine, one, "6", title=short)
    assert is_new(engine, other, "7", title=short)
    assert PublisherStore(engine).outcomes() == {("entry", Outcome.STORED): 7, ("entry", Outcome.KNOWN): 1}


def test_an_article_that_an_editor_added_is_any_others_once_a_feed_has_it_at_whatever_address(engine: Engine) -> None:
    one, _ = two_feeds(engine)
    by_hand = make_article("art_hand", text="Corvane halts. " * 20)
    ArticleStore(engine).add(by_hand)
    with engine.begin() as connection:
        connection.execute(update(articles).values(by_hand=True))

    assert not is_new(engine, one, "1", text=by_hand.text)

    with engine.connect() as connection:
        assert connection.execute(select(articles.c.id, articles.c.by_hand)).all() == [("art_hand", False)]
        assert connection.scalar(select(entries.c.article_id)) == "art_hand"


def test_an_article_that_another_feed_knew_is_still_this_feeds(engine: Engine) -> None:
    one, other = two_feeds(engine)

    assert is_new(engine, one, "1")
    assert not is_new(engine, other, "1")
    assert is_new(engine, one, "2", published_at=NOON + MINUTE)  # a live page of the same title, as before
