"""Brings the list of publishers to the database, so that what they published is found by the names they have now."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from cluster import records
from cluster.store import EventStore
from cluster.tables import event_words, members, readings
from cluster.words_store import tell_event, tell_facts
from ingest.publishers import Listed
from ingest.search_store import tell_titles
from ingest.store import ArticleStore, PublisherStore
from ingest.tables import articles
from storage.engine import writing

AT_ONCE = 500  # articles or events in memory


def sync_publishers(engine: Engine, listed: Sequence[Listed], now: datetime) -> int:
    """What `PublisherStore.sync` does, together with the words of whatever a renamed publisher has published."""
    with writing(engine) as connection:
        publishers = PublisherStore(connection)
        called = {one.id: one.name for one in publishers.all()}
        added = publishers.sync(listed, now)
        for one in (one.publisher for one in listed):
            if called.get(one.id, one.name) != one.name:
                _retell(connection, one.id)
    return added


def _retell(connection: Connection, publisher_id: str) -> None:
    theirs = select(articles.c.id).where(articles.c.publisher_id == publisher_id)
    for ids in _batches(connection.scalars(theirs.where(articles.c.removed_at.is_(None))).all()):
        _retell_articles(connection, ids)
    told = select(event_words.c.event_id).join(members, members.c.event_id == event_words.c.event_id)
    for ids in _batches(connection.scalars(told.where(members.c.article_id.in_(theirs)).distinct()).all()):
        for event in EventStore(connection).get_many(ids).values():
            if event.description is not None:
                tell_event(connection, event.id, event.description)


def _retell_articles(connection: Connection, article_ids: Sequence[str]) -> None:
    for article in ArticleStore(connection).get_many(article_ids).values():
        tell_titles(connection, article)
    read = select(readings.c.facts).join(articles, articles.c.id == readings.c.article_id)
    as_read = (readings.c.facts.is_not(None), readings.c.revision == articles.c.revision)
    found = connection.scalars(read.where(articles.c.id.in_(article_ids), *as_read))
    tell_facts(connection, [records.load_facts(facts) for facts in found])


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))
