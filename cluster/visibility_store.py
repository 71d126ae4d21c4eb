"""Notes when readers can see an article for the first time, and counts how long that took."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from cluster.tables import members
from ingest.delay_store import count_delays, was_awaited
from ingest.delays import Step
from ingest.tables import articles
from storage.engine import Database, reading

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


def make_visible(connection: Connection, article_ids: Collection[str], at: datetime) -> None:
    """Their events say that they have these articles; those that readers could see before stay as they are."""
    new = connection.execute(_NEW.where(members.c.article_id.in_(article_ids))).all() if article_ids else []
    if not new:
        return
    these = members.c.article_id.in_([row.id for row in new])
    connection.execute(update(members).where(these).values(visible_at=at))
    took = [(row.publisher_id, Step.VISIBLE, at - row.seen_at) for row in new]
    took += [(row.publisher_id, Step.WHOLE, at - row.published_at) for row in new if row.was_awaited]
    count_delays(connection, took)


def recent_delays(database: Database, since: datetime) -> dict[Step, list[timedelta]]:
    """The delays of the articles that were seen since an instant, shortest first; what is not visible yet is left out.

    Of what was published before we read its feed, only how long it took from then on.
    """
    query = select(articles.c.published_at, articles.c.seen_at, members.c.visible_at, was_awaited())
    query = query.outerjoin(members, members.c.article_id == articles.c.id).where(articles.c.seen_at >= since)
    took: dict[Step, list[timedelta]] = {step: [] for step in Step}
    with reading(database) as connection:
        for published_at, seen_at, visible_at, is_awaited in connection.execute(query):
            if is_awaited:
                took[Step.SEEN].append(seen_at - published_at)
            if visible_at is not None:
                took[Step.VISIBLE].append(visible_at - seen_at)
            if is_awaited and visible_at is not None:
                took[Step.WHOLE].append(visible_at - published_at)
    return {step: sorted(found) for step, found in took.items()}
