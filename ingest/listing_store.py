"""Brings a listed publisher and its feeds to their tables."""

from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from ingest.article import Publisher
from ingest.move_store import feed_formerly_at
from ingest.publishers import Listed, ListedFeed
from ingest.rows import publisher_row
from ingest.sites import publisher_site
from ingest.tables import feeds, publishers
from ingest.touch_store import touch
from storage.upserting import insert_missing


def add_listed(connection: Connection, listed: Listed, now: datetime, updates: bool) -> int:
    """Adds what is new and, with `updates`, brings a known publisher up to date but for its standing.

    One that is called after its site is renamed in any case. How many feeds were added; they are due at once.
    """
    if insert_missing(connection, publishers, [publisher_row(listed.publisher)]) == 0:
        _change(connection, listed.publisher, updates)
    return sum(_add_feed(connection, feed, listed.publisher.id, now) for feed in listed.feeds)


def _change(connection: Connection, publisher: Publisher, updates: bool) -> None:
    """Brings a known publisher up to date; without `updates`, its name alone, where it had none of its own."""
    this = publishers.c.id == publisher.id
    was_called = connection.scalar(select(publishers.c.name).where(this))
    changed = publisher_row(publisher) if updates else {"name": publisher.name}
    changed.pop("standing", None)
    is_renamed = was_called != publisher.name and (updates or was_called == publisher_site(publisher.home))
    if is_renamed:
        changed |= {"was_called": was_called, "retold_to": None}
    if updates or is_renamed:
        connection.execute(update(publishers).where(this).values(**changed))
    if is_renamed:
        touch(connection, [publisher.id])


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
