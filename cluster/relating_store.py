"""What relating needs to know of the events of some days, without their articles: most of them are only looked at."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, select

from cluster.reading import ENGINE
from cluster.relating import Candidate
from cluster.store import LISTED, description_of
from cluster.tables import events, members, readings
from ingest.tables import articles
from storage.engine import Database, reading


class RelatingStore:
    """Described events as candidates for each other's context."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def spans(self, event_ids: Collection[str]) -> dict[str, tuple[datetime, datetime]]:
        """When the first and the last report of each of these events was published, of those that are described."""
        query = select(events.c.id, events.c.first_published_at, events.c.last_published_at)
        with reading(self._database) as connection:
            rows = connection.execute(query.where(events.c.id.in_(event_ids), events.c.signal_rank > 0))
            return {event_id: (first, last) for event_id, first, last in rows}

    def candidates(self, since: datetime, until: datetime) -> list[Candidate]:
        """Live described events with a member published between two instants, where one of those can be compared."""
        query = select(events).where(
            events.c.signal_rank > 0,
            events.c.status.in_(LISTED),
            events.c.first_published_at <= until,
            events.c.last_published_at >= since,
        )
        with reading(self._database) as connection:
            rows = connection.execute(query).all()
        centroids = self._centroids(since, until)
        found = [_candidate(row, centroids[row.id]) for row in rows if row.id in centroids]
        return [one for one in found if one]

    def _centroids(self, since: datetime, until: datetime) -> dict[str, NDArray[np.float32]]:
        """Of each event the unit vector of the mean of its members' leads."""
        query = (
            select(members.c.event_id, readings.c.lead_vector)
            .join(readings, readings.c.article_id == members.c.article_id)
            .join(articles, articles.c.id == members.c.article_id)
            .where(articles.c.published_at.between(since, until), readings.c.engine == ENGINE)
            .order_by(articles.c.published_at, articles.c.url)
        )
        leads: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
        with reading(self._database) as connection:
            for row in connection.execute(query):
                leads[row.event_id].append(row.lead_vector)
        means = {event_id: np.mean(own, axis=0) for event_id, own in leads.items()}
        return {event_id: mean / np.linalg.norm(mean) for event_id, mean in means.items()}


def _candidate(row: Row[Any], centroid: NDArray[np.float32]) -> Candidate | None:
    description = description_of(row)
    if description is None:
        return None
    return Candidate(
        event_id=row.id,
        title=description.title,
        centroid=centroid,
        assets=frozenset(asset.symbol for asset in description.assets),
        themes=frozenset(found.theme for found in description.themes),
        independent_sources=row.independent_sources,
        first_published_at=row.first_published_at,
        lead_article_id=description.lead_article_id,
        actors=frozenset(description.actors),
    )
