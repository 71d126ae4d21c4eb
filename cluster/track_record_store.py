"""Counts what became of the events that a publisher reported: from columns alone, without a description."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, distinct, func, select

from cluster.filter_store import IS_SHOWN
from cluster.tables import events, members
from ingest.tables import articles
from storage.engine import Database, reading


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """Of the events that a publisher reported: all, those of several sources, and those of these it reported first."""

    events: int
    confirmed: int
    first: int  # earliest, that is, among the publishers that are read


class TrackRecordStore:
    """How publishers' reports fared."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, publisher_id: str, since: datetime) -> TrackRecord:
        """What became of the events with an article that the publisher published at an instant or later."""
        has_others = events.c.independent_sources > 1
        is_first = and_(has_others, articles.c.published_at == events.c.first_published_at)
        counted = func.count(distinct(events.c.id))
        query = (
            select(counted, counted.filter(has_others), counted.filter(is_first))
            .select_from(articles)
            .join(members, members.c.article_id == articles.c.id)
            .join(events, events.c.id == members.c.event_id)
            .where(articles.c.publisher_id == publisher_id, articles.c.published_at >= since)
            .where(IS_SHOWN)
        )
        with reading(self._database) as connection:
            reported, confirmed, first = connection.execute(query).one()
            return TrackRecord(reported, confirmed, first)
