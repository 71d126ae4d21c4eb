"""Counts how feeds, entries and pages ended."""

from sqlalchemy import Connection, update

from ingest.outcome import Outcome
from ingest.tables import feed_outcomes
from storage.upserting import insert_missing


def count(connection: Connection, feed_id: int, unit: str, outcome: Outcome) -> None:
    """Counts one more of a feed's units (`feed`, `entry` or `page`) that ended so."""
    row = {"feed_id": feed_id, "unit": unit, "outcome": outcome}
    insert_missing(connection, feed_outcomes, [row | {"count": 0}])
    this = [feed_outcomes.c[name] == value for name, value in row.items()]
    connection.execute(update(feed_outcomes).where(*this).values(count=feed_outcomes.c.count + 1))
