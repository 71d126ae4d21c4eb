"""The queries of ingest on hosts' turns."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select, update

from ingest.tables import hosts
from storage.engine import writing
from storage.upserting import insert_missing

HOST_RESTS = timedelta(seconds=1)  # from the end of a request: a server's clock counts one a second at most


class HostStore:
    """Who may ask a host now: one request at a time, and a rest after each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> datetime | None:
        """Takes a host's turn, to be held until an instant at most; None when taken, otherwise when to try again."""
        free = (hosts.c.free_at <= now, or_(hosts.c.held_until.is_(None), hosts.c.held_until <= now))
        with writing(self._engine) as connection:
            taking = update(hosts).where(hosts.c.name == name, *free).values(holder=holder, held_until=until)
            if connection.execute(taking).rowcount == 1:
                return None
            row = {"name": name, "free_at": now, "held_until": until, "holder": holder}
            if insert_missing(connection, hosts, [row]):
                return None
            found = connection.execute(select(hosts).where(hosts.c.name == name)).one()
        free_at: datetime = found.free_at
        # One that is held is free in a second at the earliest: if it is released at once.
        return max(free_at, min(found.held_until or now, now + HOST_RESTS))

    def release(self, name: str, holder: str, now: datetime) -> None:
        """Ends a turn that is still the holder's; the host rests from now on."""
        this = (hosts.c.name == name, hosts.c.holder == holder)
        with writing(self._engine) as connection:
            rest = {"holder": None, "held_until": None, "free_at": now + HOST_RESTS}
            connection.execute(update(hosts).where(*this).values(**rest))

    def forget(self, before: datetime) -> None:
        """Drops hosts that nobody asked since an instant; pages link to any number of them."""
        unheld = or_(hosts.c.held_until.is_(None), hosts.c.held_until <= before)
        with writing(self._engine) as connection:
            connection.execute(delete(hosts).where(hosts.c.free_at <= before, unheld))
