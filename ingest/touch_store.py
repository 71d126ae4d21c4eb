"""What is shown otherwise without a new version of any event: a short log for those who keep replies ready."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select

from ingest.tables import touches
from storage.engine import Database, reading, wait_for_turn

TOUCHING = 0x5EC07  # beside the turn of CLAIMING
KEPT = 10_000  # whoever lags behind by more forgets all they know
PRUNED_EVERY = 1_000
_ADD = insert(touches)


def touch(connection: Connection, ids: Iterable[str]) -> None:
    """Notes that articles, publishers or events are shown otherwise from the end of this transaction on."""
    for about in ids:
        # Held to the end of the transaction: else a row could appear behind one with a higher number.
        wait_for_turn(connection, TOUCHING)
        key = connection.execute(_ADD, {"about": about}).inserted_primary_key
        assert key is not None, "the database numbers the rows"
        if key[0] % PRUNED_EVERY == 0:
            connection.execute(delete(touches).where(touches.c.seq <= key[0] - KEPT))


class TouchStore:
    """The touches, for their readers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> int:
        """The number of the last one; 0 before the first."""
        with reading(self._database) as connection:
            return connection.scalar(select(func.max(touches.c.seq))) or 0

    def after(self, seq: int, limit: int) -> list[tuple[int, str]]:
        """Number and id of those behind a number, in order."""
        query = select(touches.c.seq, touches.c.about).where(touches.c.seq > seq).order_by(touches.c.seq).limit(limit)
        with reading(self._database) as connection:
            return [(row.seq, row.about) for row in connection.execute(query)]
