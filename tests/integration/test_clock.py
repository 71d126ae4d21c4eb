"""A clock that went wrong and was put right keeps nothing waiting for the time that it had said."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from cluster.describe_stage import describe_events
from cluster.event import Level
from cluster.lease import placing_lease
from cluster.reading_store import ReadingStore
from cluster.regrading import regrade
from cluster.store import EventStore
from ingest.answer import broken_poll
from ingest.host_store import HELD_FOR, HostStore
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from tests.builders import NOON, make_article, make_publisher
from tests.integration.cluster.pipeline import place

WRONG = [timedelta(hours=1), timedelta(days=1)]  # ahead, before it was put right
MOMENT = timedelta(seconds=2)


@pytest.fixture(params=WRONG, ids=["an hour ahead", "a day ahead"])
def ahead(request: pytest.FixtureRequest) -> datetime:
    found: datetime = NOON + request.param
    return found


def test_placing_passes_on(engine: Engine, ahead: datetime) -> None:
    first = placing_lease(engine, "one", ahead)

    second = placing_lease(engine, "other", NOON)

    assert first is not None
    assert second == first + 1


def test_a_holder_whose_clock_is_a_little_ahead_keeps_its_lease(engine: Engine) -> None:
    placing_lease(engine, "one", NOON + timedelta(seconds=30))

    assert placing_lease(engine, "other", NOON) is None


def test_feeds_are_polled(engine: Engine, ahead: datetime) -> None:
    PublisherStore(engine).sync([Listed(make_publisher(), (ListedFeed("https://ledgerpost.example/feed"),))], NOON)
    feeds = FeedStore(engine)
    (feed_id,) = feeds.due(ahead, 10)

    assert feeds.due(NOON, 10) == [feed_id]  # its worker's claim counts no more

    feed = feeds.get(feed_id)
    assert feed is not None
    feeds.record(feed_id, broken_poll(feed, ahead))
    assert feeds.due(NOON + MOMENT, 10) == [feed_id]  # nor does the wait that was set then

    feeds.record(feed_id, broken_poll(feed, NOON))
    assert feeds.due(NOON + MOMENT, 10) == []


def test_hosts_are_asked(engine: Engine, ahead: datetime) -> None:
    hosts = HostStore(engine)
    hosts.take("https://held.example:443", "one", ahead, ahead + HELD_FOR)
    hosts.take("https://rests.example:443", "one", ahead, ahead + HELD_FOR)
    hosts.release("https://rests.example:443", "one", ahead)

    for name in ("https://held.example:443", "https://rests.example:443"):
        assert hosts.take(name, "other", NOON, NOON + HELD_FOR) is None


def test_what_was_left_undone_is_found(engine: Engine, ahead: datetime) -> None:
    ArticleStore(engine).add(make_article("art_unread", published_at=NOON, seen_at=ahead))
    placed = place(engine, make_article("art_1"), now=ahead)

    assert ReadingStore(engine).unread(10, before=NOON) == ["art_unread"]
    assert EventStore(engine).undescribed(10, before=NOON) == [placed["art_1"]]


def test_a_signal_lowered_ahead_of_time_is_raised_by_the_next_description_alone(engine: Engine) -> None:
    placed = place(engine, make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald"))
    event_id = placed["art_1"]

    def level() -> Level:
        said = EventStore(engine).get_many([event_id])[event_id].description
        assert said is not None
        return said.signal.level

    describe_events([event_id], engine=engine, now=NOON)
    assert level() is Level.HIGH
    regrade(engine, NOON + WRONG[-1])
    assert level() is Level.MEDIUM

    regrade(engine, NOON)
    assert level() is Level.MEDIUM

    describe_events([event_id], engine=engine, now=NOON)
    assert level() is Level.HIGH
