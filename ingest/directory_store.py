"""The publishers as a list shows them: with their feeds, and how much each published lately."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func, select

from ingest.article import Publisher
from ingest.feed_status import FeedStatus
from ingest.rows import feed_of, publisher_of
from ingest.tables import articles, feeds, publishers
from storage.engine import reading


@dataclass(frozen=True, slots=True)
class Listing:
    """A publisher, its feeds by their URLs, and its articles published since two instants."""

    publisher: Publisher
    feeds: tuple[FeedStatus, ...]
    articles_of_day: int
    articles_of_week: int


class DirectoryStore:
    """Publishers page by page."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, limit: int, after: str | None, day: datetime, week: datetime) -> list[Listing]:
        """Publishers by id, behind the id given; `day` and `week` are the instants that articles count from."""
        query = select(publishers).order_by(publishers.c.id).limit(limit)
        if after is not None:
            query = query.where(publishers.c.id > after)
        with reading(self._engine) as connection:
            found = [publisher_of(row) for row in connection.execute(query)]
        ids = [one.id for one in found]
        feeds_of, counts = self._feeds(ids), self._articles(ids, day, week)
        return [Listing(one, tuple(feeds_of[one.id]), *counts.get(one.id, (0, 0))) for one in found]

    def _feeds(self, publisher_ids: Collection[str]) -> dict[str, list[FeedStatus]]:
        query = select(feeds, publishers).join(publishers, publishers.c.id == feeds.c.publisher_id)
        grouped: dict[str, list[FeedStatus]] = defaultdict(list)
        with reading(self._engine) as connection:
            for row in connection.execute(query.where(publishers.c.id.in_(publisher_ids)).order_by(feeds.c.url)):
                feed = feed_of(row)
                grouped[feed.publisher.id].append(feed)
        return grouped

    def _articles(self, publisher_ids: Collection[str], day: datetime, week: datetime) -> dict[str, tuple[int, int]]:
        of_day = func.count().filter(articles.c.published_at >= day)
        query = (
            select(articles.c.publisher_id, of_day, func.count())
            .where(articles.c.publisher_id.in_(publisher_ids), articles.c.published_at >= week)
            .where(articles.c.removed_at.is_(None))
            .group_by(articles.c.publisher_id)
        )
        with reading(self._engine) as connection:
            return {publisher_id: (of_day, of_week) for publisher_id, of_day, of_week in connection.execute(query)}
