"""The queries of ingest on hosts' turns."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, or_, select, update

from ingest.tables import hosts, site_rules
from storage.engine import writing
from storage.instants import has_come
from storage.upserting import insert_missing

HOSTS_KEPT_FOR = timedelta(days=2)  # rules last a day, and the last ones hold while no others can be had
HELD_FOR = timedelta(seconds=30)  # longer than any fetch may take; a killed worker's turn then runs out
# All feeds of a host wait for it, so what a stranger's link provokes must not cost their news for long. The feed that
# was answered so waits for as long as it was asked to.
LONGEST_REST = timedelta(minutes=10)
HOST_RESTS = timedelta(seconds=1)  # from the end of a request: a server's clock counts one a second at most


class HostStore:
    """Who may ask a host now: one request at a time, and a rest after each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> datetime | None:
        """Takes a host's turn, to be held until an instant at most; None when taken, otherwise when to try again."""
        is_let_go = or_(hosts.c.held_until.is_(None), has_come(hosts.c.held_until, now, HELD_FOR))
        free = (has_come(hosts.c.free_at, now, LONGEST_REST), is_let_go)
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
        """Ends a turn that is still the holder's; the host rests from now on, as long as its robots.txt asks for."""
        this = (hosts.c.name == name, hosts.c.holder == holder)
        with writing(self._engine) as connection:
            asked = connection.scalar(select(site_rules.c.crawl_delay_seconds).where(site_rules.c.site == name))
            rests = max(HOST_RESTS, timedelta(seconds=asked or 0))
            rest = {"holder": None, "held_until": None, "free_at": now + rests}
            connection.execute(update(hosts).where(*this).values(**rest))

    def rest(self, name: str, until: datetime) -> None:
        """Lets a host that was asked rest until an instant, unless it rests for longer."""
        this = (hosts.c.name == name, hosts.c.free_at < until)
        with writing(self._engine) as connection:
            connection.execute(update(hosts).where(*this).values(free_at=until))

    def forget(self, before: datetime) -> None:
        """Drops hosts that nobody asked since an instant, with their rules; pages link to any number of them."""
        unheld = or_(hosts.c.held_until.is_(None), hosts.c.held_until <= before)
        with writing(self._engine) as connection:
            connection.execute(delete(hosts).where(hosts.c.free_at <= before, unheld))
            connection.execute(delete(site_rules).where(site_rules.c.asked_at <= before))
