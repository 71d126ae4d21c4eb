"""The queries of ingest: publishers, feeds and their entries, and articles."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    Table,
    and_,
    case,
    func,
    or_,
    select,
    tuple_,
    update,
)

from ingest.article import Article, Publisher
from ingest.coverage import REACHED_WITHIN, Coverage, half_of
from ingest.feed_status import FeedStatus, Poll
from ingest.listing_store import add_listed
from ingest.move_store import former_addresses
from ingest.outcome import Outcome
from ingest.poll_store import count, record
from ingest.print_store import is_of_another_feed
from ingest.publishers import Listed
from ingest.rows import article_of, article_row, feed_of, publisher_of, publisher_row
from ingest.search_store import forget_words, tell_titles
from ingest.tables import articles, entries, feed_outcomes, feeds, publishers
from ingest.touch_store import touch
from ingest.urls import host_of
from storage.engine import Database, reading, wait_for_turn, writing
from storage.upserting import insert_missing

CLAIMED_FOR = timedelta(minutes=3)  # longer than a task may take; a killed worker's claim then runs out
MAX_ATTEMPTS = 3  # an entry that broke its reader that often is quarantined
CLAIMING = 0x5EC06  # beside the turn of storage/migrating.py
_ARTICLES = select(articles, publishers).join(publishers, publishers.c.id == articles.c.publisher_id)
_FEEDS = select(feeds, publishers).join(publishers, publishers.c.id == feeds.c.publisher_id)


class PublisherStore:
    """Publishers and how their feeds are doing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, listed: Iterable[Listed], now: datetime) -> int:
        """Brings publishers up to date and adds feeds that are new, due at once; how many were added.

        What an operator may have changed stays: a known publisher's standing, and whether a known feed is on.
        """
        with writing(self._database) as connection:
            return sum(add_listed(connection, one, now, updates=True) for one in listed)

    def add(self, listed: Iterable[Listed], now: datetime) -> int:
        """Adds publishers and feeds that are new and changes no known one, but puts a feed without a folder into its.

        How many feeds were added; they are due at once.
        """
        with writing(self._database) as connection:
            return sum(add_listed(connection, one, now, updates=False) for one in listed)

    def all(self) -> list[Publisher]:
        """Every publisher, those without a feed too."""
        with reading(self._database) as connection:
            return [publisher_of(row) for row in connection.execute(select(publishers).order_by(publishers.c.id))]

    def switch(self, feed_ids: Sequence[int], enabled: bool, now: datetime) -> None:
        """Turns feeds on, due at once, or off."""
        values: dict[str, Any] = {"enabled": enabled, "off_because": None}
        if enabled:
            values |= {"next_poll_at": now, "failures": 0, "failing_since": None}
        with writing(self._database) as connection:
            connection.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(**values))

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


class FeedStore:
    """What polling needs: due feeds, how a poll ended, and which entries were dealt with."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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

    def get(self, feed_id: int) -> FeedStatus | None:
        """One feed; None when it is gone."""
        with reading(self._engine) as connection:
            row = connection.execute(_FEEDS.where(feeds.c.id == feed_id)).one_or_none()
            return feed_of(row) if row else None

    def record(self, feed_id: int, poll: Poll) -> None:
        """How a poll ended: counts its outcome, frees the claim and sets the next poll."""
        with writing(self._engine) as connection:
            record(connection, feed_id, poll)

    def attempts(self, feed_id: int, guid_hashes: Sequence[str]) -> dict[str, int | None]:
        """How often each of some entries was begun, those never begun left out; None: it was dealt with.

        One read, since most entries of most polls were.
        """
        these = (entries.c.feed_id == feed_id, entries.c.guid_hash.in_(guid_hashes))
        with reading(self._engine) as connection:
            found = connection.execute(select(entries.c.guid_hash, entries.c.attempts, entries.c.outcome).where(*these))
            return {row.guid_hash: row.attempts if row.outcome is None else None for row in found}

    def begin_entry(self, feed_id: int, guid_hash: str) -> Outcome | None:
        """Counts an attempt at an entry; None when it is to be worked on, otherwise why it is not."""
        this = and_(entries.c.feed_id == feed_id, entries.c.guid_hash == guid_hash)
        with writing(self._engine) as connection:
            row = {"feed_id": feed_id, "guid_hash": guid_hash, "attempts": 1}
            if _insert_missing(connection, entries, row):
                return None
            found = connection.execute(select(entries.c.attempts, entries.c.outcome).where(this)).one()
            if found.outcome is not None:
                return Outcome.KNOWN
            if found.attempts >= MAX_ATTEMPTS:
                connection.execute(update(entries).where(this).values(outcome=Outcome.QUARANTINED))
                count(connection, feed_id, "entry", Outcome.QUARANTINED)
                return Outcome.QUARANTINED
            connection.execute(update(entries).where(this).values(attempts=entries.c.attempts + 1))
            return None

    def end_entry(
        self,
        feed_id: int,
        guid_hash: str,
        outcome: Outcome,
        article: Article | None,
        page: Outcome | None = None,
        title_hash: str | None = None,
    ) -> bool:
        """Stores an entry's article, if any, with the entry's outcome; whether the article is new.

        `page` is how the fetch of its page ended, None when it needed none; `title_hash` is that of its headline.
        """
        with writing(self._engine) as connection:
            is_known = article is not None and is_of_another_feed(connection, feed_id, article)
            is_new = article is not None and not is_known and _add_article(connection, article)
            if article is not None and not is_new:
                _is_listed(connection, article.url)
            ended = Outcome.KNOWN if article is not None and not is_new else outcome
            this = (entries.c.feed_id == feed_id, entries.c.guid_hash == guid_hash)
            connection.execute(
                update(entries)
                .where(*this)
                .values(outcome=ended, article_id=article.id if article and is_new else None, title_hash=title_hash)
            )
            count(connection, feed_id, "entry", ended)
            if page is not None:
                count(connection, feed_id, "page", page)
        return is_new

    def retitled(self, feed_id: int, title_hashes: Mapping[str, str]) -> dict[str, Article]:
        """The article of each entry that made one under another headline; `title_hashes` are today's, by guid hash."""
        made = _ARTICLES.add_columns(entries.c.guid_hash, entries.c.title_hash).join(
            entries, entries.c.article_id == articles.c.id
        )
        these = (entries.c.feed_id == feed_id, entries.c.guid_hash.in_(title_hashes), articles.c.removed_at.is_(None))
        with reading(self._engine) as connection:
            rows = connection.execute(made.where(*these, entries.c.title_hash.is_not(None))).all()
        return {row.guid_hash: article_of(row) for row in rows if row.title_hash != title_hashes[row.guid_hash]}

    def end_revision(
        self, feed_id: int, guid_hash: str, title_hash: str, article: Article, page: Outcome | None = None
    ) -> bool:
        """Puts what an entry's article says now in the place of what it said; whether that is something else."""
        with writing(self._engine) as connection:
            revised = ArticleStore(connection).revise(article)
            this = (entries.c.feed_id == feed_id, entries.c.guid_hash == guid_hash)
            connection.execute(update(entries).where(*this).values(title_hash=title_hash))
            count(connection, feed_id, "entry", Outcome.REVISED if revised else Outcome.KNOWN)
            if page is not None:
                count(connection, feed_id, "page", page)
        return revised

    def title_at(self, url: str) -> str | None:
        """The title of the article at a canonical URL; None when there is none."""
        with reading(self._engine) as connection:
            return connection.scalar(select(articles.c.title).where(articles.c.url == url))

    def count_page(self, feed_id: int, outcome: Outcome) -> None:
        """Counts how the fetch of an article's page ended, when its entry is not ended with it."""
        with writing(self._engine) as connection:
            count(connection, feed_id, "page", outcome)


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
            return [article.id for article in found if _add_article(connection, article)]

    def revise(self, article: Article) -> bool:
        """Puts what a known article says now in the place of what it said; False when title and text are the same.

        When it was published and seen stays.
        """
        says_more = or_(articles.c.title != article.title, articles.c.text != article.text)
        row = article_row(article)
        said = {name: row[name] for name in ("title", "text", "authors", "language", "links", "flags")}
        revised = update(articles).where(articles.c.id == article.id, says_more)
        called = case((articles.c.title != article.title, func.coalesce(articles.c.first_title, articles.c.title)))
        first_title = func.coalesce(called, articles.c.first_title)
        with writing(self._database) as connection:
            done = connection.execute(revised.values(revision=articles.c.revision + 1, first_title=first_title, **said))
            if done.rowcount == 1:
                tell_titles(connection, ArticleStore(connection).get_many([article.id])[article.id])
                touch(connection, [article.id])
            return done.rowcount == 1

    def remove(self, article_ids: Sequence[str], now: datetime) -> None:
        """Marks articles as taken back: they stand in no list and, once `cluster` has seen it, in no event."""
        gone = update(articles).where(articles.c.id.in_(article_ids), articles.c.removed_at.is_(None))
        with writing(self._database) as connection:
            connection.execute(gone.values(removed_at=now))
            forget_words(connection, article_ids)

    def get_many(self, article_ids: Sequence[str]) -> dict[str, Article]:
        """Articles by id, those that exist, also those that were taken back."""
        return {one.id: one for one in self._read(_ARTICLES.where(articles.c.id.in_(article_ids)))}

    def by_url(self, *urls: str) -> Article | None:
        """The article at one of some canonical URLs; None when there is none."""
        return next(iter(self._read(_ARTICLES.where(articles.c.url.in_(urls)).order_by(articles.c.seen_at))), None)

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


def _insert_missing(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    return insert_missing(connection, table, [row]) == 1


def _is_listed(connection: Connection, url: str) -> None:
    """What an editor added by hand is as any other article from where a feed has it too."""
    connection.execute(update(articles).where(articles.c.url == url, articles.c.by_hand).values(by_hand=False))


def _add_article(connection: Connection, article: Article) -> bool:
    _insert_missing(connection, publishers, publisher_row(article.publisher))
    is_new = _insert_missing(connection, articles, article_row(article))
    if is_new:
        tell_titles(connection, article)
    return is_new
