"""Counts what is done to events, in the transaction that does it, for whoever watches."""

from collections import Counter
from enum import StrEnum

from sqlalchemy import Connection, select

from cluster.event import Placement
from cluster.tables import counts
from storage.engine import Database, reading
from storage.upserting import add_up

OPENED, JOINED = "opened", "joined"  # where nothing in particular spoke for it


class What(StrEnum):
    """What is counted, each by how it was done."""

    PLACED = "placed"  # by `reason_of`
    CHANGED = "changed"  # by the type of the change


Done = tuple[What, str]


def reason_of(placement: Placement, opens: bool) -> str:
    """What spoke for an article's place before all else: the code of a piece of evidence, `opened` or `joined`."""
    if placement.because:
        return placement.because[0].code
    return OPENED if opens else JOINED


def count_done(connection: Connection, done: Counter[Done]) -> None:
    """Adds what one transaction did."""
    if done:
        rows = [{"what": what, "how": how, "count": count} for (what, how), count in sorted(done.items())]
        add_up(connection, counts, rows, "count")


class CountStore:
    """What was counted so far."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, what: What) -> dict[str, int]:
        """How often, by how."""
        query = select(counts.c.how, counts.c.count).where(counts.c.what == what).order_by(counts.c.how)
        with reading(self._database) as connection:
            return dict(connection.execute(query).all())
