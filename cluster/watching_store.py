"""The queries of cluster for whoever watches: who places, by what rules, what there is and when it last changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from cluster.event import Level, Status
from cluster.filter_store import ENDED
from cluster.reading_store import MAX_ATTEMPTS as READ_AT_MOST
from cluster.saying_changes import LEVEL_OF
from cluster.store import HAS_CHANGED, MAX_ATTEMPTS
from cluster.tables import changes, events, members, placing, readings
from storage.engine import Database, reading


@dataclass(frozen=True, slots=True)
class Lease:
    """Who may place, or was the last that might."""

    holder: str  # HOST:PROCESS; empty before the first
    fence: int
    expires_at: datetime
    held_since: datetime | None  # None: it is not known, or nobody has had it

    def is_held(self, now: datetime) -> bool:
        """Whether it has not run out; while there is nothing to place, nobody renews it."""
        return bool(self.holder) and self.expires_at > now


class ClusterWatch:
    """How cluster stands, in a few cheap queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lease(self) -> Lease:
        """Who may place."""
        with reading(self._database) as connection:
            row = connection.execute(select(placing)).one()
        return Lease(row.holder, row.fence, row.expires_at, row.held_since)

    def active_events(self) -> Mapping[Level | None, int]:
        """Active events by the level that lists show; None: not described yet."""
        rank = events.c.signal_rank
        query = select(rank, func.count()).where(events.c.status == Status.ACTIVE).group_by(rank)
        with reading(self._database) as connection:
            found = {LEVEL_OF.get(number): count for number, count in connection.execute(query)}
        return {level: found.get(level, 0) for level in (*Level, None)}

    def rulesets(self) -> Mapping[str, int]:
        """Articles of active events, by the ruleset that placed them."""
        query = select(members.c.ruleset, func.count()).join(events, events.c.id == members.c.event_id)
        query = query.where(events.c.status == Status.ACTIVE).group_by(members.c.ruleset)
        with reading(self._database) as connection:
            return dict(connection.execute(query).all())

    def engines(self, since: datetime) -> Mapping[str, int]:
        """Articles read since an instant, by the engine that made their vectors."""
        query = select(readings.c.engine, func.count()).where(readings.c.read_at >= since).group_by(readings.c.engine)
        with reading(self._database) as connection:
            return {str(engine): count for engine, count in connection.execute(query)}

    def given_up(self) -> Mapping[str, int]:
        """What broke its stage too often: articles to read, events to describe."""
        unread = select(func.count()).where(readings.c.read_at.is_(None), readings.c.attempts >= READ_AT_MOST)
        undescribed = select(func.count()).where(
            HAS_CHANGED, events.c.status.not_in(ENDED), events.c.attempts >= MAX_ATTEMPTS
        )
        with reading(self._database) as connection:
            return {"read": connection.scalar(unread) or 0, "describe": connection.scalar(undescribed) or 0}

    def last_change_at(self) -> datetime | None:
        """When any event last changed; None before the first change."""
        with reading(self._database) as connection:
            return connection.scalar(select(changes.c.at).order_by(changes.c.seq.desc()).limit(1))
