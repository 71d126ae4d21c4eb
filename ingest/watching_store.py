"""The queries of ingest for whoever watches: how polls and entries ended, and when anything last came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from ingest.tables import articles, feed_outcomes, feeds
from storage.engine import Database, reading

Ended = tuple[str, str, str]  # publisher's id, unit (feed, entry or page), outcome


@dataclass(frozen=True, slots=True)
class Polling:
    """How the feeds stand. Instants are None before the first."""

    feeds: Mapping[str, int]  # by state: well, failing, off
    answered_at: Mapping[str, datetime | None]  # by publisher that has a feed on: when any feed of it last answered
    last_poll_at: datetime | None
    newest_article_at: datetime | None  # when it was seen


class IngestWatch:
    """What ingest did and how it stands, in a few cheap queries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def polling(self) -> Polling:
        """How the feeds stand."""
        state = case((~feeds.c.enabled, "off"), (feeds.c.failures > 0, "failing"), else_="well")
        by_state = select(state, func.count(), func.max(feeds.c.last_poll_at)).group_by(state)
        by_publisher = select(feeds.c.publisher_id, func.max(feeds.c.last_success_at)).where(feeds.c.enabled)
        with reading(self._database) as connection:
            states = connection.execute(by_state).all()
            answered = connection.execute(by_publisher.group_by(feeds.c.publisher_id)).all()
            newest = connection.scalar(select(func.max(articles.c.seen_at)))
        polled = [last_poll_at for _, _, last_poll_at in states if last_poll_at is not None]
        return Polling(
            feeds=dict.fromkeys(("well", "failing", "off"), 0) | {name: count for name, count, _ in states},
            answered_at=dict(answered),
            last_poll_at=max(polled, default=None),
            newest_article_at=newest,
        )

    def outcomes(self) -> dict[Ended, int]:
        """How often what ended how, since there is this database. A feed that is taken away takes its counts along."""
        names = (feeds.c.publisher_id, feed_outcomes.c.unit, feed_outcomes.c.outcome)
        query = select(*names, func.sum(feed_outcomes.c.count)).join_from(feed_outcomes, feeds).group_by(*names)
        with reading(self._database) as connection:
            return {
                (publisher_id, unit, outcome): int(count)
                for publisher_id, unit, outcome, count in connection.execute(query.order_by(*names))
            }
