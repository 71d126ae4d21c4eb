"""The queries of ingest: publishers, feeds and their entries, and articles."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Select,
    func,
    or_,
    select,
    tuple_,
    update,
)

from ingest.article import Article, Publisher
from ingest.article_changes import add_article, revise_article, take_back
from ingest.coverage import REACHED_WITHIN, Coverage, half_of
from ingest.entry_store import EntryStore
from ingest.feed_status import FeedStatus, Poll
from ingest.listing_store import add_listed
from ingest.move_store import former_addresses
from ingest.odd_store import OddityStore
from ingest.outcome import Outcome
from ingest.poll_store import record
from ingest.publishers import Listed
from ingest.revisions import Revision
from ingest.rows import article_of, feed_of, publisher_of
from ingest.tables import article_revisions, articles, feed_outcomes, feeds, publishers
from ingest.tombstone_store import IS_TOMBSTONE, tombstone
from ingest.urls import host_of
from storage.engine import Database, reading, wait_for_turn, writing

CLAIMED_FOR = timedelta(seconds=90)  # longer than a task may take; a killed worker's claim then runs out
CLAIMING = 0x5EC06  # beside the turn of storage/migrating.py
_ARTICLES = select(articles, publishers).join(publishers, publishers.c.id == articles.c.publisher_id)
_FEEDS = select(feeds, publishers).join(publishers, publishers.c.id == feeds.c.publisher_id)


class PublisherStore(OddityStore):
    """Publishers and how their feeds are doing."""

    def sync(self, listed: Iterable[Listed], now: datetime) -> int:
        """Brings publishers up to date and adds feeds that are new, due at once; how many were added.

        What an operator may have changed stays: a known publisher's standing, and whether a known feed is on.
        """
        with writing(self._database) as connection:
            return sum(add_listed(connection, one, now, updates=True) for one in listed)

    def add(self, listed: Iterable[Listed], now: datetime) -> int:
        """Adds publishers and feeds that are new and changes no known one, but puts a feed without a folder into its.

        A publisher that is called after its site gets the name that is given. How many feeds were added; they are due
        at once.
        """
        with writing(self._database) as connection:
            return sum(add_listed(connection, one, now, updates=False) for one in listed)

    def all(self) -> list[Publisher]:
        """Every publisher, those without a feed too."""
        with reading(self._database) as connection:
            return [publisher_of(row) for row in connection.execute(select(publishers).order_by(publishers.c.id))]

    def switch(self, feed_ids: Sequence[int], enabled: bool, now: datetime) -> None:
        """Turns feeds on, due at once, or off. A publisher that was removed is one again with its first feed."""
        values: dict[str, Any] = {"enabled": enabled, "off_because": None}
        if enabled:
            values |= {"next_poll_at": now, "failures": 0, "failing_since": None}
        with writing(self._database) as connection:
            connection.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(**values))
            if enabled:
                theirs = select(feeds.c.publisher_id).where(feeds.c.id.in_(feed_ids))
                connection.execute(update(publishers).where(publishers.c.id.in_(theirs)).values(removed_at=None))

    def remove(self, publisher_id: str, now: datetime) -> None:
        """Turns a publisher's feeds off, and takes nothing that it publishes until one of them is turned on again."""
        with writing(self._database) as connection:
            theirs = update(publishers).where(publishers.c.id == publisher_id)
            connection.execute(theirs.values(removed_at=now))
            connection.execute(update(feeds).where(feeds.c.publisher_id == publisher_id).values(enabled=False))

    def make_due(self, feed_ids: Sequence[int], now: datetime) -> None:
        """Lets feeds be polled at the next look instead of at their time."""
        with writing(self._database) as connection:
            connection.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(next_poll_at=now))

    def list(self) -> list[FeedStatus]:
        """Every feed, by publisher name, with the addresses it had before."""
        with reading(self._database) as connection:
            former = former_addresses(connection)
            found = [feed_of(row) for row in connection.execute(_FEEDS.order_by(publishers.c.name, feeds.c.url))]
        return [replace(feed, formerly=former.get(feed.id, ())) for feed in found]

    def coverage(self, now: datetime) -> Coverage:
        """How many publishers answered a poll lately, and how many are polled; feeds that are off are not."""
        polled = select(func.count(feeds.c.publisher_id.distinct())).where(feeds.c.enabled)
        reached = polled.where(feeds.c.last_success_at >= now - REACHED_WITHIN)
        with reading(self._database) as connection:
            return Coverage(connection.scalar(reached) or 0, connection.scalar(polled) or 0)

    def observed_from(self) -> datetime | None:
        """Since when at least half of the publishers that are polled today were, each without a gap; None: not yet.

        Where no feed is on, the articles came from a file, and the first of them is the beginning.
        """
        starts = select(func.min(feeds.c.observed_from)).where(feeds.c.enabled).group_by(feeds.c.publisher_id)
        with reading(self._database) as connection:
            found = connection.scalars(starts).all()
            if not found:
                return connection.scalar(select(articles.c.published_at).order_by(articles.c.published_at).limit(1))
        known, half = sorted(filter(None, found)), half_of(len(found))
        return known[half - 1] if len(known) >= half else None

    def next_poll_at(self) -> datetime | None:
        """When the next feed is due; None when none is polled."""
        query = select(feeds.c.next_poll_at).where(feeds.c.enabled).order_by(feeds.c.next_poll_at)
        with reading(self._database) as connection:
            return connection.scalar(query.limit(1))

    def was_polled(self) -> bool:
        """Whether a poll of any feed ever ended."""
        with reading(self._database) as connection:
            return connection.scalar(select(feeds.c.id).where(feeds.c.last_poll_at.is_not(None)).limit(1)) is not None

    def outcomes(self) -> dict[tuple[str, Outcome], int]:
        """How often each (unit, outcome) was counted; a unit is `feed`, `entry` or `page`."""
        query = select(feed_outcomes.c.unit, feed_outcomes.c.outcome, func.sum(feed_outcomes.c.count))
        grouped = query.group_by(feed_outcomes.c.unit, feed_outcomes.c.outcome)
        with reading(self._database) as connection:
            return {(unit, Outcome(outcome)): count for unit, outcome, count in connection.execute(grouped)}

    def outcomes_of(self, feed_id: int) -> dict[tuple[str, Outcome], int]:
        """The same of one feed."""
        query = select(feed_outcomes.c.unit, feed_outcomes.c.outcome, feed_outcomes.c.count)
        with reading(self._database) as connection:
            counted = connection.execute(query.where(feed_outcomes.c.feed_id == feed_id))
            return {(unit, Outcome(outcome)): count for unit, outcome, count in counted}


class FeedStore(EntryStore):
    """What polling needs: due feeds, how a poll ended, and what became of their entries."""

    def due(self, now: datetime, limit: int) -> list[int]:
        """Claims feeds that are due, longest waiting first, so that no two workers poll one.

        All are of different hosts, and of none that another worker is polling: their feeds would wait for each other.
        """
        free = or_(feeds.c.claimed_until.is_(None), feeds.c.claimed_until <= now)
        waiting = select(feeds.c.id, feeds.c.url).where(feeds.c.enabled, feeds.c.next_poll_at <= now, free)
        with writing(self._engine) as connection:
            wait_for_turn(connection, CLAIMING)  # two that looked at once would each find the host free
            taken = {host_of(url) for url in connection.scalars(select(feeds.c.url).where(feeds.c.claimed_until > now))}
            found: list[int] = []
            for row in connection.execute(waiting.order_by(feeds.c.next_poll_at).with_for_update(skip_locked=True)):
                if len(found) < limit and (host := host_of(row.url)) not in taken:
                    taken.add(host)
                    found.append(row.id)
            claim = update(feeds).where(feeds.c.id.in_(found)).values(claimed_until=now + CLAIMED_FOR)
            connection.execute(claim)
        return found

    def let_go(self, feed_ids: Sequence[int], claimed_at: datetime) -> None:
        """Ends the claims of that instant which still last: who had them polls no further."""
        still = (feeds.c.id.in_(feed_ids), feeds.c.claimed_until == claimed_at + CLAIMED_FOR)
        with writing(self._engine) as connection:
            connection.execute(update(feeds).where(*still).values(claimed_until=None))

    def claimed(self, feed_ids: Sequence[int], claimed_at: datetime) -> list[FeedStatus]:
        """Those of some feeds whose claims of that instant still last."""
        still = (feeds.c.id.in_(feed_ids), feeds.c.claimed_until == claimed_at + CLAIMED_FOR)
        with reading(self._engine) as connection:
            return [feed_of(row) for row in connection.execute(_FEEDS.where(*still))]

    def get(self, feed_id: int) -> FeedStatus | None:
        """One feed; None when it is gone."""
        with reading(self._engine) as connection:
            row = connection.execute(_FEEDS.where(feeds.c.id == feed_id)).one_or_none()
            return feed_of(row) if row else None

    def record(self, feed_id: int, poll: Poll) -> None:
        """How a poll ended: counts its outcome, frees the claim and sets the next poll."""
        with writing(self._engine) as connection:
            record(connection, feed_id, poll)


class ArticleStore:
    """Articles, each stored once by its canonical URL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, article: Article) -> bool:
        """Stores an article and, when it is new, its publisher; False when the URL is already there."""
        return self.add_many([article]) == [article.id]

    def add_many(self, found: Sequence[Article]) -> list[str]:
        """Stores articles in one transaction; the ids of those whose URL was not there yet."""
        with writing(self._database) as connection:
            return [article.id for article in found if add_article(connection, article)]

    def revise(self, article: Article, at: datetime) -> bool:
        """Puts what a known article says now in the place of what it said; False when that is the same."""
        with writing(self._database) as connection:
            return revise_article(connection, article, at)

    def remove(self, article_ids: Sequence[str], now: datetime) -> None:
        """Marks articles as taken back: they stand in no list and, once `cluster` has seen it, in no event."""
        with writing(self._database) as connection:
            take_back(connection, article_ids, now)

    def was_taken_back(self, article_id: str) -> bool:
        """Whether an article was taken back."""
        gone = select(articles.c.id).where(articles.c.id == article_id, articles.c.removed_at.is_not(None))
        with reading(self._database) as connection:
            return connection.scalar(gone) is not None

    def revisions(self, article_id: str) -> list[Revision]:
        """What became of an article, newest first."""
        of = article_revisions.c
        query = select(of.revision, of.at, of.title, of.words_added, of.words_removed).where(
            of.article_id == article_id
        )
        with reading(self._database) as connection:
            return [Revision(*row) for row in connection.execute(query.order_by(of.revision.desc()))]

    def get_many(self, article_ids: Sequence[str]) -> dict[str, Article]:
        """Articles by id, those that exist, also those that were taken back."""
        return {one.id: one for one in self._read(_ARTICLES.where(articles.c.id.in_(article_ids)))}

    def by_url(self, *urls: str) -> Article | None:
        """The article at one of some canonical URLs; None when there is none."""
        return next(iter(self._read(_ARTICLES.where(articles.c.url.in_(urls)).order_by(articles.c.seen_at))), None)

    def removed_from(self, urls: Collection[str]) -> list[str]:
        """Ids of the articles that were removed from some canonical URLs."""
        gone = articles.c.url.in_([tombstone(url) for url in urls])
        with reading(self._database) as connection:
            return list(connection.scalars(select(articles.c.id).where(gone)))

    def ids_of(self, publisher_id: str) -> list[str]:
        """Ids of all that a publisher published, oldest first, without what was removed."""
        theirs = select(articles.c.id).where(articles.c.publisher_id == publisher_id, ~IS_TOMBSTONE)
        with reading(self._database) as connection:
            return list(connection.scalars(theirs.order_by(articles.c.published_at, articles.c.id)))

    def page(
        self, limit: int, before: tuple[datetime, str] | None = None, publisher: str | None = None
    ) -> list[Article]:
        """Articles, newest first, behind the (published_at, id) given; none that was taken back."""
        query = _ARTICLES.where(articles.c.removed_at.is_(None))
        if before is not None:
            query = query.where(tuple_(articles.c.published_at, articles.c.id) < tuple_(*before))
        if publisher is not None:
            query = query.where(articles.c.publisher_id == publisher)
        return self._read(query.order_by(articles.c.published_at.desc(), articles.c.id.desc()).limit(limit))

    def latest(self, publisher_ids: Collection[str], since: datetime, until: datetime, each: int) -> list[Article]:
        """At most `each` articles of every publisher, the newest published between two instants, oldest first."""
        newest_first = (articles.c.published_at.desc(), articles.c.url.desc())
        place = func.row_number().over(partition_by=articles.c.publisher_id, order_by=newest_first)
        wanted = articles.c.publisher_id.in_(publisher_ids), articles.c.published_at.between(since, until)
        ranked = select(articles.c.id, place.label("place")).where(*wanted).subquery()
        ids = select(ranked.c.id).where(ranked.c.place <= each)
        return self._read(_ARTICLES.where(articles.c.id.in_(ids)).order_by(articles.c.published_at, articles.c.url))

    def count(self) -> int:
        """How many articles there are."""
        with reading(self._database) as connection:
            return connection.scalar(select(func.count()).select_from(articles)) or 0

    def _read(self, query: Select[Any]) -> list[Article]:
        with reading(self._database) as connection:
            return [article_of(row) for row in connection.execute(query)]
