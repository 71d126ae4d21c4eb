"""The right to place articles: one holder at a time, as a database row with a fencing number."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select, update

from cluster.tables import placing
from storage.engine import writing

# Longer than a batch takes (`placing.DECIDES_FOR_SECONDS`, and as long again to write it), short enough that a killed
# holder is replaced soon.
LEASE_LASTS = timedelta(seconds=8)


def placing_lease(engine: Engine, holder: str, now: datetime) -> int | None:
    """Takes or renews the lease until `now` + LEASE_LASTS; the fencing number, or None while another holder has it."""
    with writing(engine) as connection:
        row = lock_placing(connection)
        if row.holder != holder and row.expires_at > now:
            return None
        fence: int = row.fence if row.holder == holder else row.fence + 1
        since = row.held_since if row.holder == holder else now
        lasts = {"expires_at": now + LEASE_LASTS, "held_since": since}
        connection.execute(update(placing).values(holder=holder, fence=fence, **lasts))
        return fence


def let_go(engine: Engine, fence: int, now: datetime) -> None:
    """Ends a lease whose holder has nothing more to place, so that no other worker waits for it."""
    with writing(engine) as connection:
        if lock_placing(connection).fence == fence:
            connection.execute(update(placing).values(expires_at=now))


def lock_placing(connection: Connection):  # type: ignore[no-untyped-def]  # a Row, whose columns mypy cannot see
    """Locks the one row that every change of an event passes, and returns it."""
    # SQLite has no FOR UPDATE and needs none: its write transactions are exclusive from their BEGIN.
    return connection.execute(select(placing).with_for_update()).one()
