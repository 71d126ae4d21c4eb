"""The entries that broke their readers three times: set aside, to be seen, and taken up again when somebody says so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, literal_column, select, update

from ingest.article import Publisher
from ingest.ending_store import TO_BE_READ
from ingest.outcome import Outcome
from ingest.rows import publisher_of
from ingest.tables import articles, entries, feeds, publishers
from storage.engine import Database, reading, writing

# In the statement itself: SQLite takes a partial index only where it can see that the condition is met.
_IS_SET_ASIDE = entries.c.outcome == literal_column(f"'{Outcome.QUARANTINED}'")
_TO_RETRY = select(entries.c.id).join(feeds, feeds.c.id == entries.c.feed_id).where(_IS_SET_ASIDE, feeds.c.enabled)


@dataclass(frozen=True, slots=True)
class SetAside:
    """An entry in quarantine. What it is called and its article are None where not even the feed's words were kept."""

    id: int
    publisher: Publisher
    feed_url: str
    url: str | None  # where it leads; None for one from before it was kept
    since: datetime | None  # likewise
    title: str | None
    article_id: str | None
    is_due: bool  # somebody has said that it is to be tried again


class QuarantineStore:
    """What is set aside."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self) -> int:
        """How many entries are set aside."""
        with reading(self._database) as connection:
            return connection.scalar(select(func.count()).select_from(entries).where(_IS_SET_ASIDE)) or 0

    def newest(self, limit: int) -> list[SetAside]:
        """Those set aside last, the newest first."""
        columns = (entries.c.id, entries.c.url, entries.c.set_aside_at, entries.c.article_id, entries.c.attempts)
        names = [column.label(f"entry_{column.name}") for column in columns]
        query: Select[Any] = (
            select(*names, feeds.c.url.label("feed_url"), articles.c.title.label("title"), publishers)
            .join(feeds, feeds.c.id == entries.c.feed_id)
            .join(publishers, publishers.c.id == feeds.c.publisher_id)
            .outerjoin(articles, and_(articles.c.id == entries.c.article_id, articles.c.removed_at.is_(None)))
            .where(_IS_SET_ASIDE)
            .order_by(entries.c.set_aside_at.desc().nulls_last(), entries.c.id.desc())
        )
        with reading(self._database) as connection:
            rows = connection.execute(query.limit(limit)).all()
        return [
            SetAside(
                id=row.entry_id,
                publisher=publisher_of(row),
                feed_url=row.feed_url,
                url=row.entry_url,
                since=row.entry_set_aside_at,
                title=row.title,
                article_id=row.entry_article_id,
                is_due=row.entry_attempts == 0,
            )
            for row in rows
        ]

    def which_can(self, entry_ids: Collection[int]) -> set[int]:
        """Those of some ids that `retry` would take up."""
        with reading(self._database) as connection:
            return set(connection.scalars(_TO_RETRY.where(entries.c.id.in_(entry_ids))))

    def retry(self, entry_ids: Collection[int] | None, now: datetime) -> list[int]:
        """Has entries tried again, all of them for None, but for those of feeds that are off; their ids.

        Their feeds are due and read whole. What has an article is revised by its page; what has none is dealt with as
        if for the first time. Each stays in quarantine until it is begun: its feed may list it no more.
        """
        wanted = _TO_RETRY if entry_ids is None else _TO_RETRY.where(entries.c.id.in_(entry_ids))
        with writing(self._database) as connection:
            found = list(connection.scalars(wanted))
            these = update(entries).where(entries.c.id.in_(found))
            connection.execute(these.values(attempts=0, words_hash=TO_BE_READ, looked_at=None))
            their_feeds = select(entries.c.feed_id).where(entries.c.id.in_(found))
            # No body has the empty hash, and a feed with one was read before: its older entries stay late news.
            unread = case((feeds.c.body_hash.is_not(None), ""))
            asked = update(feeds).where(feeds.c.id.in_(their_feeds))
            connection.execute(asked.values(next_poll_at=now, etag=None, last_modified=None, body_hash=unread))
        return found
