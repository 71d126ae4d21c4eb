"""Brings a listed publisher and its feeds to their tables."""

from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from ingest.move_store import feed_formerly_at
from ingest.publishers import Listed, ListedFeed
from ingest.rows import publisher_row
from ingest.tables import feeds, publishers
from ingest.touch_store import touch
from storage.upserting import insert_missing


def add_listed(connection: Connection, listed: Listed, now: datetime, updates: bool) -> int:
    """Adds what is new and, with `updates`, brings a known publisher up to date but for its standing.

    How many feeds were added; they are due at once.
    """
    row = publisher_row(listed.publisher)
    if insert_missing(connection, publishers, [row]) == 0 and updates:
        this = publishers.c.id == listed.publisher.id
        was_called = connection.scalar(select(publishers.c.name).where(this))
        del row["standing"]
        is_renamed = was_called != listed.publisher.name
        renamed = {"was_called": was_called, "retold_to": None} if is_renamed else {}
        connection.execute(update(publishers).where(this).values(**row, **renamed))
        if is_renamed:
            touch(connection, [listed.publisher.id])
    return sum(_add_feed(connection, feed, listed.publisher.id, now) for feed in listed.feeds)


def _add_feed(connection: Connection, feed: ListedFeed, publisher_id: str, now: datetime) -> bool:
    row = {"publisher_id": publisher_id, "url": feed.url, "enabled": feed.enabled, "folder": feed.folder}
    row |= {"language": feed.language, "next_poll_at": now, "failures": 0}
    moved = feed_formerly_at(connection, feed.url)
    if moved is None and insert_missing(connection, feeds, [row]) == 1:
        return True
    if feed.folder:
        this = feeds.c.url == feed.url if moved is None else feeds.c.id == moved
        unfiled = and_(this, feeds.c.folder.is_(None))
        connection.execute(update(feeds).where(unfiled).values(folder=feed.folder))
    return False
