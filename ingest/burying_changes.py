"""Removes articles for good, in a transaction of whoever takes them out of their events."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from ingest.article_changes import take_back
from ingest.tables import additions, article_revisions, articles, entries
from ingest.tombstone_store import tombstone
from ingest.touch_store import touch

_TITLE = "An article that was removed"
_NOTHING = {"text": "", "authors": "[]", "links": "[]", "flags": "[]", "first_title": None, "published_raw": None}


def titles_of(connection: Connection, article_ids: Collection[str]) -> set[str]:
    """All that some articles were ever called."""
    now = select(articles.c.title, articles.c.first_title).where(articles.c.id.in_(article_ids))
    before = select(article_revisions.c.title).where(article_revisions.c.article_id.in_(article_ids))
    found = {title for row in connection.execute(now) for title in row}
    return {title for title in (*found, *connection.scalars(before)) if title}


def bury(connection: Connection, article_ids: Sequence[str], now: datetime) -> list[str]:
    """Leaves of some articles their id, their publisher, when they were published, and by what they are known again.

    The addresses that they had; entries, and requests of editors, that led to them do so no more. What the feeds list
    of them stays known, so that it does not come back.
    """
    these = articles.c.id.in_(article_ids)
    addresses = {row.id: row.url for row in connection.execute(select(articles.c.id, articles.c.url).where(these))}
    take_back(connection, article_ids, now)
    connection.execute(delete(article_revisions).where(article_revisions.c.article_id.in_(article_ids)))
    for article_id, url in addresses.items():
        gone = {"url": tombstone(url), "title": _TITLE, "forgotten": True, **_NOTHING}
        connection.execute(update(articles).where(articles.c.id == article_id).values(**gone))
    connection.execute(update(entries).where(entries.c.article_id.in_(article_ids)).values(url=None))
    led_there = or_(additions.c.article_id.in_(article_ids), additions.c.url.in_(addresses.values()))
    connection.execute(update(additions).where(led_there).values(url=""))
    touch(connection, article_ids)
    return list(addresses.values())
