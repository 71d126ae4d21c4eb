"""Brings the list of publishers to the database, so that what they published is found by the names they have now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select, update

from cluster import records
from cluster.changes import change_events
from cluster.tables import members, readings
from cluster.words_store import tell_facts
from ingest.publishers import Listed
from ingest.search_store import tell_titles
from ingest.store import ArticleStore, PublisherStore
from ingest.tables import articles, publishers
from storage.engine import reading, writing


def sync_publishers(engine: Engine, listed: Sequence[Listed], now: datetime) -> int:
    """What `PublisherStore.sync` does, and then the words of whatever renamed publishers have published.

    These are told one by one beside whoever is at work, and from the beginning when the last process that did so died.
    """
    added = PublisherStore(engine).sync(listed, now)
    with reading(engine) as connection:
        renamed = select(publishers.c.id, publishers.c.name).where(publishers.c.was_called.is_not(None))
        found = connection.execute(renamed).all()
    for publisher_id, name in found:
        _retell(engine, publisher_id, name, now)
    return added


def _retell(engine: Engine, publisher_id: str, name: str, now: datetime) -> None:
    article_ids, event_ids = _published(engine, publisher_id)
    for article_id in article_ids:
        _retell_article(engine, article_id)
    for event_id in event_ids:
        # Whoever describes it meanwhile waits here, or has said something else by now.
        with change_events(engine, by="rename", at=now) as ledger:
            ledger.say_again(event_id)
    with writing(engine) as connection:
        told = (publishers.c.id == publisher_id, publishers.c.name == name)  # and not renamed once more meanwhile
        connection.execute(update(publishers).where(*told).values(was_called=None))


def _published(engine: Engine, publisher_id: str) -> tuple[Sequence[str], Sequence[str]]:
    """Ids of a publisher's articles and of the events that they stand in."""
    theirs = select(articles.c.id).where(articles.c.publisher_id == publisher_id, articles.c.removed_at.is_(None))
    told = select(members.c.event_id).join(articles, articles.c.id == members.c.article_id)
    with writing(engine) as connection:
        # Whoever is about to store one may have read the former name: they refer to this row until they are done.
        connection.execute(select(publishers.c.id).where(publishers.c.id == publisher_id).with_for_update())
        article_ids = connection.scalars(theirs).all()
        events = connection.scalars(told.where(articles.c.publisher_id == publisher_id).distinct()).all()
    return article_ids, events


def _retell_article(engine: Engine, article_id: str) -> None:
    read = select(readings.c.facts).join(articles, articles.c.id == readings.c.article_id)
    as_read = (readings.c.facts.is_not(None), readings.c.revision == articles.c.revision)
    this = articles.c.id == article_id
    with writing(engine) as connection:
        # Before its facts are looked for: whoever stores them holds this row until they are there.
        connection.execute(select(articles.c.id).where(this).with_for_update(key_share=True))
        facts = connection.scalar(read.where(this, *as_read))
        if facts is not None:
            tell_facts(connection, [records.load_facts(facts)])
        else:
            tell_titles(connection, ArticleStore(connection).get_many([article_id])[article_id])
