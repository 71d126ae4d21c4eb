"""What holds on SQLite holds on PostgreSQL: one schema, the same events, one writer at the door."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from cluster.changes import StaleFence, change_events
from cluster.event import ChangeType
from cluster.lease import LEASE_LASTS, placing_lease
from cluster.store import EventFilter, EventStore
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from storage.engine import open_engine, reading, writing
from storage.migrating import is_current, migrate
from storage.schema import metadata
from tests.builders import NOON, make_article, make_publisher
from tests.integration.cluster.pipeline import NOW, publish
from tests.integration.storage.server import postgresql, programs


@pytest.fixture(scope="module")
def server() -> Iterator[Engine]:
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    with postgresql(found) as url:
        opened = open_engine(url)
        yield opened
        opened.dispose()


@pytest.fixture
def engine(server: Engine) -> Iterator[Engine]:
    """An empty database with today's schema."""
    migrate(server)
    yield server
    with writing(server) as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def test_the_migrations_make_the_declared_tables(engine: Engine) -> None:
    assert is_current(engine)
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_articles_become_described_events(engine: Engine) -> None:
    one = make_article("art_1", "ledgerpost")
    same = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))

    placed = publish(engine, one, same)

    assert placed["art_1"] == placed["art_2"]
    page = EventStore(engine).page(EventFilter(min_sources=2), "signal", limit=10, after=None)
    assert [event.id for event in page] == [placed["art_1"]]
    log = [change.type for change in EventStore(engine).changes_after(0, limit=10)]
    assert log == [ChangeType.CREATED, ChangeType.GREW, ChangeType.DESCRIBED]


def test_instants_and_texts_come_back_as_they_went(engine: Engine) -> None:
    article = make_article(text="“Quoted”, naïve, 東京")

    assert ArticleStore(engine).add(article)
    assert not ArticleStore(engine).add(article)

    assert ArticleStore(engine).get_many([article.id]) == {article.id: article}


def test_a_feed_is_claimed_once_and_an_entry_ends_once(engine: Engine) -> None:
    PublisherStore(engine).sync([Listed(make_publisher(), (ListedFeed("https://ledgerpost.example/feed"),))], NOON)
    feeds = FeedStore(engine)

    claimed = feeds.due(NOON, limit=10)

    assert len(claimed) == 1
    assert feeds.due(NOON, limit=10) == []
    assert feeds.begin_entry(claimed[0], "a-guid") is None
    assert feeds.end_entry(claimed[0], "a-guid", Outcome.STORED, make_article())
    assert feeds.begin_entry(claimed[0], "a-guid") is Outcome.KNOWN


def test_a_holder_that_lost_the_lease_writes_nothing(engine: Engine) -> None:
    first = placing_lease(engine, "first", NOW)
    assert placing_lease(engine, "second", NOW) is None
    assert placing_lease(engine, "second", NOW + LEASE_LASTS) != first

    with pytest.raises(StaleFence), change_events(engine, by="placing", at=NOW, fence=first):
        pass


def test_a_second_change_waits_at_the_door(engine: Engine) -> None:
    passed = threading.Event()

    def pass_the_door() -> None:
        with change_events(engine, by="another", at=NOW):
            passed.set()

    with change_events(engine, by="first", at=NOW):
        another = threading.Thread(target=pass_the_door)
        another.start()
        assert not passed.wait(0.2)
    another.join()

    assert passed.is_set()
