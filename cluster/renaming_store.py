"""Has what renamed publishers have published found by the names they have now, a batch at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, select, update

from cluster import records
from cluster.changes import change_events
from cluster.tables import members, readings
from cluster.words_store import tell_facts
from ingest.search_store import tell_titles
from ingest.store import ArticleStore
from ingest.tables import articles, publishers
from storage.engine import reading, writing

ARTICLES_AT_ONCE = 50  # for as long the door is shut, a fifth of a second


def retell(engine: Engine, now: datetime) -> bool:
    """Tells anew of some articles and their events; False when everybody is found by today's name.

    How far it came stands with the publisher, so whoever dies over it costs one batch, and two at once only repeat it.
    """
    renamed = select(publishers).where(publishers.c.was_called.is_not(None)).order_by(publishers.c.id).limit(1)
    with reading(engine) as connection:
        found = connection.execute(renamed).one_or_none()
    if found is None:
        return False
    article_ids = _next(engine, found.id, found.retold_to or "")
    _retell_articles(engine, article_ids)
    _retell_events(engine, article_ids, now)
    done = {"retold_to": article_ids[-1]} if article_ids else {"retold_to": None, "was_called": None}
    with writing(engine) as connection:
        told = (publishers.c.id == found.id, publishers.c.name == found.name)  # and not renamed once more meanwhile
        connection.execute(update(publishers).where(*told).values(**done))
    return True


def _next(engine: Engine, publisher_id: str, after: str) -> Sequence[str]:
    theirs = (articles.c.publisher_id == publisher_id, articles.c.removed_at.is_(None), articles.c.id > after)
    with writing(engine) as connection:
        # Whoever is about to store one may have read the former name: they refer to this row until they are done.
        connection.execute(select(publishers.c.id).where(publishers.c.id == publisher_id).with_for_update())
        query = select(articles.c.id).where(*theirs).order_by(articles.c.id).limit(ARTICLES_AT_ONCE)
        return connection.scalars(query).all()


def _retell_articles(engine: Engine, article_ids: Sequence[str]) -> None:
    these = select(articles.c.id).where(articles.c.id.in_(article_ids)).order_by(articles.c.id)
    as_read = (readings.c.facts.is_not(None), readings.c.revision == articles.c.revision)
    read = select(readings.c.article_id, readings.c.facts).join(articles, articles.c.id == readings.c.article_id)
    with writing(engine) as connection:
        # Before their facts are looked for: whoever stores them holds these rows until they are there.
        connection.execute(these.with_for_update(key_share=True))
        kept = connection.execute(read.where(articles.c.id.in_(article_ids), *as_read)).all()
        tell_facts(connection, [records.load_facts(one.facts) for one in kept])
        unread = set(article_ids) - {one.article_id for one in kept}
        for article in ArticleStore(connection).get_many(sorted(unread)).values():
            tell_titles(connection, article)


def _retell_events(engine: Engine, article_ids: Sequence[str], now: datetime) -> None:
    told = select(members.c.event_id).where(members.c.article_id.in_(article_ids)).distinct()
    # Whoever describes one meanwhile waits here, or has said something else by now.
    with change_events(engine, by="rename", at=now) as ledger:
        for event_id in ledger.connection.scalars(told).all():
            ledger.say_again(event_id)
