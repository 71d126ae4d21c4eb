"""What is odd about feeds, as their last bodies had it."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select, update

from ingest.oddity import Oddity
from ingest.tables import feed_oddities
from storage.engine import Database, reading
from storage.upserting import insert_missing


class OddityStore:
    """The oddities of feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def oddities(self) -> dict[int, dict[Oddity, int]]:
        """In how many entries of each feed's last body each oddity was, by feed; feeds without any left out."""
        query = select(feed_oddities).where(feed_oddities.c.entries > 0).order_by(feed_oddities.c.oddity)
        found: dict[int, dict[Oddity, int]] = {}
        with reading(self._database) as connection:
            for row in connection.execute(query):
                found.setdefault(row.feed_id, {})[Oddity(row.oddity)] = row.entries
        return found

    def odd_polls(self) -> dict[Oddity, int]:
        """In how many bodies of all feeds each oddity was, since they are polled."""
        query = select(feed_oddities.c.oddity, func.sum(feed_oddities.c.polls)).group_by(feed_oddities.c.oddity)
        with reading(self._database) as connection:
            return {Oddity(oddity): polls for oddity, polls in connection.execute(query)}


def note_oddities(connection: Connection, feed_id: int, found: Mapping[Oddity, int]) -> None:
    """Puts the oddities of the body that was read now in the place of the last one's."""
    of_feed = feed_oddities.c.feed_id == feed_id
    connection.execute(update(feed_oddities).where(of_feed).values(entries=0))
    for oddity, count in found.items():
        row = {"feed_id": feed_id, "oddity": oddity, "entries": 0, "polls": 0}
        insert_missing(connection, feed_oddities, [row])
        counted = {"entries": count, "polls": feed_oddities.c.polls + 1}
        connection.execute(update(feed_oddities).where(of_feed, feed_oddities.c.oddity == oddity).values(**counted))
