"""The queries of ingest on feeds that moved to another address, under which lists do not name them yet."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import Connection, delete, select, update

from ingest.tables import feed_addresses, feeds
from storage.upserting import insert_missing

log = structlog.get_logger()


def move(connection: Connection, feed_id: int, url: str, now: datetime) -> None:
    """Gives a feed another address and keeps the one it had; nothing where that is another feed's already."""
    before = connection.scalar(select(feeds.c.url).where(feeds.c.id == feed_id))
    if before is None or connection.scalar(select(feeds.c.id).where(feeds.c.url == url)) is not None:
        return
    connection.execute(delete(feed_addresses).where(feed_addresses.c.url == url))
    insert_missing(connection, feed_addresses, [{"url": before, "feed_id": feed_id, "moved_at": now}])
    anew = {"url": url, "moved_to": None, "moved_since": None, "moves": 0}
    connection.execute(update(feeds).where(feeds.c.id == feed_id).values(**anew))
    log.info("feed moved", feed=feed_id)


def feed_formerly_at(connection: Connection, url: str) -> int | None:
    """The feed that had an address before it moved; None when there is none."""
    return connection.scalar(select(feed_addresses.c.feed_id).where(feed_addresses.c.url == url))


def former_addresses(connection: Connection) -> Mapping[int, tuple[str, ...]]:
    """The addresses that feeds had before, latest first, by the feeds' ids."""
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in connection.execute(select(feed_addresses).order_by(feed_addresses.c.moved_at.desc())):
        found[row.feed_id] += (row.url,)
    return found
