"""The queries on what waits in each stage, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select

from cluster.reading_store import TO_PLACE, TO_READ
from cluster.store import TO_DESCRIBE
from cluster.tables import events, members, readings
from ingest.addition import AdditionState
from ingest.tables import additions, articles, feeds
from storage.engine import Database, reading

# What was seen or read longer ago is not looked for: somebody has heard of what waits for so long, and to find that no
# older article waits takes longer than all other questions together.
LOOKS_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits, and since when the longest does; None when nothing waits."""

    count: int
    since: datetime | None

    def oldest(self, now: datetime) -> timedelta:
        """How long the longest has waited; none at all when nothing waits."""
        return max(now - self.since, timedelta(0)) if self.since else timedelta(0)


class BacklogStore:
    """What the stages have yet to do at an instant. Nothing that was given up counts."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now

    def stages(self) -> dict[str, Backlog]:
        """By the stage that it waits for, in their order."""
        return {
            "poll": self.to_poll(),
            "add": self.to_add(),
            "read": self.to_read(),
            "place": self.to_place(),
            "describe": self.to_describe(),
        }

    def to_poll(self) -> Backlog:
        """Feeds, each since it is due."""
        is_due = (feeds.c.enabled, feeds.c.next_poll_at <= self._now)
        return self._counted(select(func.count(), func.min(feeds.c.next_poll_at)).where(*is_due))

    def to_add(self) -> Backlog:
        """Articles that editors gave the addresses of, each since then."""
        waits = additions.c.state.in_((AdditionState.WAITING, AdditionState.FETCHED))
        return self._counted(select(func.count(), func.min(additions.c.at)).where(waits))

    def to_read(self) -> Backlog:
        """Articles, each since it was seen."""
        query = select(func.count(), func.min(articles.c.seen_at)).select_from(articles.outerjoin(readings))
        return self._counted(query.where(articles.c.seen_at >= self._now - LOOKS_BACK, TO_READ))

    def to_place(self) -> Backlog:
        """Articles, each since it was read."""
        stands = exists().where(members.c.article_id == readings.c.article_id)
        since = readings.c.read_at >= self._now - LOOKS_BACK
        # Apart, since most are placed: what else has to be known of an article stands behind its text.
        found = select(readings.c.article_id).where(since, ~stands).cte().prefix_with("MATERIALIZED")
        query = select(func.count(), func.min(readings.c.read_at)).select_from(found)
        query = query.join(readings, readings.c.article_id == found.c.article_id)
        return self._counted(query.join(articles, articles.c.id == readings.c.article_id).where(TO_PLACE))

    def to_describe(self) -> Backlog:
        """Events, each since its last change."""
        return self._counted(select(func.count(), func.min(events.c.updated_at)).where(TO_DESCRIBE))

    def _counted(self, query: Select[int, Any]) -> Backlog:
        with reading(self._database) as connection:
            count, since = connection.execute(query).one()
        return Backlog(count, since)
