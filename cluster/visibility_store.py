"""Notes when readers can see an article for the first time, and counts how long that took."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from cluster.tables import members
from ingest.delay_store import count_delays, was_awaited
from ingest.delays import Step
from ingest.tables import articles

_NEW = (
    select(
        articles.c.id,
        articles.c.publisher_id,
        articles.c.published_at,
        articles.c.seen_at,
        was_awaited().label("was_awaited"),
    )
    .join(members, members.c.article_id == articles.c.id)
    .where(members.c.visible_at.is_(None))
)


def make_visible(connection: Connection, event_id: str, article_ids: Collection[str], at: datetime) -> None:
    """An event says that it has these articles; those that readers could see before stay as they are."""
    new = connection.execute(_NEW.where(members.c.event_id == event_id, articles.c.id.in_(article_ids))).all()
    if not new:
        return
    these = members.c.article_id.in_([row.id for row in new])
    connection.execute(update(members).where(these).values(visible_at=at))
    took = [(row.publisher_id, Step.VISIBLE, at - row.seen_at) for row in new]
    took += [(row.publisher_id, Step.WHOLE, at - row.published_at) for row in new if row.was_awaited]
    count_delays(connection, took)
