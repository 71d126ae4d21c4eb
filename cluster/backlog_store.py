"""The queries on what waits in each stage, and since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, func, select

from cluster.reading_store import TO_PLACE, TO_READ
from cluster.store import TO_DESCRIBE
from cluster.tables import events, readings
from ingest.tables import articles
from storage.engine import reading


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits, and since when the longest does; None when nothing waits."""

    count: int
    since: datetime | None


class BacklogStore:
    """What the stages have yet to do. Nothing that was given up counts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def to_read(self) -> Backlog:
        """Articles, each since it was seen."""
        query = select(func.count(), func.min(articles.c.seen_at)).select_from(articles.outerjoin(readings))
        return self._counted(query.where(TO_READ))

    def to_place(self) -> Backlog:
        """Articles, each since it was read."""
        query = select(func.count(), func.min(readings.c.read_at)).select_from(readings.join(articles))
        return self._counted(query.where(TO_PLACE))

    def to_describe(self) -> Backlog:
        """Events, each since its last change."""
        return self._counted(select(func.count(), func.min(events.c.updated_at)).where(TO_DESCRIBE))

    def _counted(self, query: Select[int, Any]) -> Backlog:
        with reading(self._engine) as connection:
            count, since = connection.execute(query).one()
        return Backlog(count, since)
