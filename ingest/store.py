"""The queries of ingest: publishers, feeds and their entries, hosts' turns, and articles."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Table, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from ingest.article import Article, Basis, Flag, Publisher, Standing
from ingest.feed_status import FeedStatus, Poll
from ingest.outcome import ANSWERED, Outcome
from ingest.publishers import Listed
from ingest.tables import articles, entries, feed_outcomes, feeds, hosts, publishers
from ingest.urls import host_of
from storage.engine import reading, writing

CLAIMED_FOR = timedelta(minutes=3)  # longer than a task may take; a killed worker's claim then runs out
HOST_RESTS = timedelta(seconds=1)  # from the end of a request: a server's clock counts one a second at most
MAX_ATTEMPTS = 3  # an entry that broke its reader that often is quarantined
# Two feeds of a publisher date one article alike; a column that keeps its title comes once a day at most.
SAME_WITHIN = timedelta(hours=1)
TITLE_WORDS = 4  # "Notice" may be two articles' title
_ARTICLES = select(articles, publishers).join(publishers, publishers.c.id == articles.c.publisher_id)
_FEEDS = select(feeds, publishers).join(publishers, publishers.c.id == feeds.c.publisher_id)


class PublisherStore:
    """Publishers and how their feeds are doing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sync(self, listed: Iterable[Listed], now: datetime) -> int:
        """Brings publishers up to date and adds feeds that are new, due at once; how many were added."""
        added = 0
        with writing(self._engine) as connection:
            for one in listed:
                row = _publisher_row(one.publisher)
                if not _insert_missing(connection, publishers, row):
                    connection.execute(update(publishers).where(publishers.c.id == one.publisher.id).values(**row))
                for url in one.feeds:
                    feed = {"publisher_id": one.publisher.id, "url": url, "next_poll_at": now, "failures": 0}
                    added += _insert_missing(connection, feeds, feed)
        return added

    def list(self) -> list[FeedStatus]:
        """Every feed, by publisher name."""
        with reading(self._engine) as connection:
            return [_feed(row) for row in connection.execute(_FEEDS.order_by(publishers.c.name, feeds.c.url))]

    def reached(self, since: datetime) -> tuple[int, int]:
        """How many publishers answered a poll since an instant, and how many are polled."""
        answered = select(func.count(feeds.c.publisher_id.distinct())).where(feeds.c.last_success_at >= since)
        polled = select(func.count(feeds.c.publisher_id.distinct()))
        with reading(self._engine) as connection:
            return connection.scalar(answered) or 0, connection.scalar(polled) or 0

    def next_poll_at(self) -> datetime | None:
        """When the next feed is due; None when there is none."""
        with reading(self._engine) as connection:
            return connection.scalar(select(feeds.c.next_poll_at).order_by(feeds.c.next_poll_at).limit(1))

    def outcomes(self) -> dict[tuple[str, Outcome], int]:
        """How often each (unit, outcome) was counted; a unit is `feed`, `entry` or `page`."""
        query = select(feed_outcomes.c.unit, feed_outcomes.c.outcome, func.sum(feed_outcomes.c.count))
        grouped = query.group_by(feed_outcomes.c.unit, feed_outcomes.c.outcome)
        with reading(self._engine) as connection:
            return {(unit, Outcome(outcome)): count for unit, outcome, count in connection.execute(grouped)}


class FeedStore:
    """What polling needs: due feeds, how a poll ended, and which entries were dealt with."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, now: datetime, limit: int) -> list[int]:
        """Claims feeds that are due, longest waiting first, so that no two workers poll one.

        All are of different hosts, and of none that another worker is polling: their feeds would wait for each other.
        """
        free = or_(feeds.c.claimed_until.is_(None), feeds.c.claimed_until <= now)
        waiting = select(feeds.c.id, feeds.c.url).where(feeds.c.next_poll_at <= now, free)
        with writing(self._engine) as connection:
            taken = {host_of(url) for url in connection.scalars(select(feeds.c.url).where(feeds.c.claimed_until > now))}
            found: list[int] = []
            for row in connection.execute(waiting.order_by(feeds.c.next_poll_at).with_for_update(skip_locked=True)):
                if len(found) < limit and (host := host_of(row.url)) not in taken:
                    taken.add(host)
                    found.append(row.id)
            claim = update(feeds).where(feeds.c.id.in_(found)).values(claimed_until=now + CLAIMED_FOR)
            connection.execute(claim)
        return found

    def get(self, feed_id: int) -> FeedStatus | None:
        """One feed; None when it is gone."""
        with reading(self._engine) as connection:
            row = connection.execute(_FEEDS.where(feeds.c.id == feed_id)).one_or_none()
            return _feed(row) if row else None

    def record(self, feed_id: int, poll: Poll) -> None:
        """How a poll ended: counts its outcome, frees the claim and sets the next poll."""
        values: dict[str, Any] = {
            "claimed_until": None,
            "last_poll_at": poll.at,
            "last_outcome": poll.outcome,
            "last_http_status": poll.http_status,
            "next_poll_at": poll.next_poll_at,
        }
        if poll.outcome in ANSWERED:
            values |= {"last_success_at": poll.at, "failures": 0}
        elif poll.outcome is not Outcome.NO_TURN:  # which is our doing
            values["failures"] = feeds.c.failures + 1
        if poll.outcome is Outcome.OK and poll.is_whole:
            values |= {"etag": poll.etag, "last_modified": poll.last_modified, "body_hash": poll.body_hash}
        if poll.interval is not None:
            values["interval_seconds"] = round(poll.interval.total_seconds())
        if poll.has_new:
            values["last_new_at"] = poll.at
        with writing(self._engine) as connection:
            connection.execute(update(feeds).where(feeds.c.id == feed_id).values(**values))
            _count(connection, feed_id, "feed", poll.outcome)

    def publishers(self) -> list[Publisher]:
        """Every publisher, as whose site an entry may lead to."""
        with reading(self._engine) as connection:
            return [_publisher(row) for row in connection.execute(select(publishers).order_by(publishers.c.id))]

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
                _count(connection, feed_id, "entry", Outcome.QUARANTINED)
                return Outcome.QUARANTINED
            connection.execute(update(entries).where(this).values(attempts=entries.c.attempts + 1))
            return None

    def end_entry(
        self, feed_id: int, guid_hash: str, outcome: Outcome, article: Article | None, page: Outcome | None = None
    ) -> bool:
        """Stores an entry's article, if any, with the entry's outcome; whether the article is new.

        `page` is how the fetch of its page ended; None when it needed none.
        """
        with writing(self._engine) as connection:
            is_known = article is not None and _is_of_another_feed(connection, feed_id, article)
            is_new = article is not None and not is_known and _add_article(connection, article)
            ended = Outcome.KNOWN if article is not None and not is_new else outcome
            this = (entries.c.feed_id == feed_id, entries.c.guid_hash == guid_hash)
            connection.execute(
                update(entries)
                .where(*this)
                .values(outcome=ended, article_id=article.id if article and is_new else None)
            )
            _count(connection, feed_id, "entry", ended)
            if page is not None:
                _count(connection, feed_id, "page", page)
        return is_new

    def count_page(self, feed_id: int, outcome: Outcome) -> None:
        """Counts how the fetch of an article's page ended, when its entry is not ended with it."""
        with writing(self._engine) as connection:
            _count(connection, feed_id, "page", outcome)


class HostStore:
    """Who may ask a host now: one request at a time, and a rest after each."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> datetime | None:
        """Takes a host's turn, to be held until an instant at most; None when taken, otherwise when to try again."""
        free = (hosts.c.free_at <= now, or_(hosts.c.held_until.is_(None), hosts.c.held_until <= now))
        with writing(self._engine) as connection:
            taking = update(hosts).where(hosts.c.name == name, *free).values(holder=holder, held_until=until)
            if connection.execute(taking).rowcount == 1:
                return None
            row = {"name": name, "free_at": now, "held_until": until, "holder": holder}
            if _insert_missing(connection, hosts, row):
                return None
            found = connection.execute(select(hosts).where(hosts.c.name == name)).one()
        free_at: datetime = found.free_at
        # One that is held is free in a second at the earliest: if it is released at once.
        return max(free_at, min(found.held_until or now, now + HOST_RESTS))

    def release(self, name: str, holder: str, now: datetime) -> None:
        """Ends a turn that is still the holder's; the host rests from now on."""
        this = (hosts.c.name == name, hosts.c.holder == holder)
        with writing(self._engine) as connection:
            rest = {"holder": None, "held_until": None, "free_at": now + HOST_RESTS}
            connection.execute(update(hosts).where(*this).values(**rest))

    def forget(self, before: datetime) -> None:
        """Drops hosts that nobody asked since an instant; pages link to any number of them."""
        unheld = or_(hosts.c.held_until.is_(None), hosts.c.held_until <= before)
        with writing(self._engine) as connection:
            connection.execute(delete(hosts).where(hosts.c.free_at <= before, unheld))


class ArticleStore:
    """Articles, each stored once by its canonical URL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, article: Article) -> bool:
        """Stores an article and, when it is new, its publisher; False when the URL is already there."""
        return self.add_many([article]) == [article.id]

    def add_many(self, found: Sequence[Article]) -> list[str]:
        """Stores articles in one transaction; the ids of those whose URL was not there yet."""
        with writing(self._engine) as connection:
            return [article.id for article in found if _add_article(connection, article)]

    def get_many(self, article_ids: Sequence[str]) -> dict[str, Article]:
        """Articles by id, those that exist."""
        return {one.id: one for one in self._read(_ARTICLES.where(articles.c.id.in_(article_ids)))}

    def by_url(self, url: str) -> Article | None:
        """The article at a canonical URL; None when there is none."""
        return next(iter(self._read(_ARTICLES.where(articles.c.url == url))), None)

    def page(
        self, limit: int, before: tuple[datetime, str] | None = None, publisher: str | None = None
    ) -> list[Article]:
        """Articles, newest first, behind the (published_at, id) given."""
        query = _ARTICLES
        if before is not None:
            query = query.where(tuple_(articles.c.published_at, articles.c.id) < tuple_(*before))
        if publisher is not None:
            query = query.where(articles.c.publisher_id == publisher)
        return self._read(query.order_by(articles.c.published_at.desc(), articles.c.id.desc()).limit(limit))

    def count(self) -> int:
        """How many articles there are."""
        with reading(self._engine) as connection:
            return connection.scalar(select(func.count()).select_from(articles)) or 0

    def _read(self, query: Select[Any]) -> list[Article]:
        with reading(self._engine) as connection:
            return [_article(row) for row in connection.execute(query)]


def _insert_missing(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row).on_conflict_do_nothing()
    # Without the option PostgreSQL's driver counts no rows of an INSERT.
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def _count(connection: Connection, feed_id: int, unit: str, outcome: Outcome) -> None:
    row = {"feed_id": feed_id, "unit": unit, "outcome": outcome}
    _insert_missing(connection, feed_outcomes, row | {"count": 0})
    this = [feed_outcomes.c[name] == value for name, value in row.items()]
    connection.execute(update(feed_outcomes).where(*this).values(count=feed_outcomes.c.count + 1))


def _add_article(connection: Connection, article: Article) -> bool:
    _insert_missing(connection, publishers, _publisher_row(article.publisher))
    return _insert_missing(connection, articles, _article_row(article))


def _is_of_another_feed(connection: Connection, feed_id: int, article: Article) -> bool:
    """Whether another feed of the publisher gave the article under another URL, `/?p=9` where this has its slug."""
    if len(article.title.split()) < TITLE_WORDS:
        return False
    published_at = (article.published_at - SAME_WITHIN, article.published_at + SAME_WITHIN)
    of_publisher = (articles.c.publisher_id == article.publisher.id, articles.c.published_at.between(*published_at))
    same = connection.scalars(select(articles.c.id).where(*of_publisher, articles.c.title == article.title)).all()
    if not same:  # nearly always; the entries of an article are no index's business
        return False
    of_another = select(entries.c.id).where(entries.c.article_id.in_(same), entries.c.feed_id != feed_id)
    return connection.execute(of_another.limit(1)).first() is not None


def _publisher_row(publisher: Publisher) -> dict[str, Any]:
    names = ("id", "name", "home", "owner", "standing", "kind", "language")
    return {name: getattr(publisher, name) for name in names}


def _publisher(row: Row[Any]) -> Publisher:
    named = row._mapping
    return Publisher(
        id=named[publishers.c.id],
        name=named[publishers.c.name],
        home=named[publishers.c.home],
        owner=named[publishers.c.owner],
        standing=Standing(named[publishers.c.standing]),
        kind=named[publishers.c.kind],
        language=named[publishers.c.language],
    )


def _feed(row: Row[Any]) -> FeedStatus:
    named = row._mapping
    outcome = named[feeds.c.last_outcome]
    return FeedStatus(
        id=named[feeds.c.id],
        publisher=_publisher(row),
        url=named[feeds.c.url],
        next_poll_at=named[feeds.c.next_poll_at],
        last_poll_at=named[feeds.c.last_poll_at],
        last_success_at=named[feeds.c.last_success_at],
        last_outcome=Outcome(outcome) if outcome else None,
        failures=named[feeds.c.failures],
        etag=named[feeds.c.etag],
        last_modified=named[feeds.c.last_modified],
        body_hash=named[feeds.c.body_hash],
        interval=timedelta(seconds=interval) if (interval := named[feeds.c.interval_seconds]) else None,
        last_new_at=named[feeds.c.last_new_at],
        last_http_status=named[feeds.c.last_http_status],
    )


def _article_row(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "publisher_id": article.publisher.id,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "authors": json.dumps(article.authors),
        "language": article.language,
        "published_at": article.published_at,
        "published_at_basis": article.published_at_basis,
        "published_raw": article.published_raw,
        "seen_at": article.seen_at,
        "links": json.dumps(article.links),
        "flags": json.dumps(sorted(article.flags)),
    }


def _article(row: Row[Any]) -> Article:
    named = row._mapping
    return Article(
        id=named[articles.c.id],
        publisher=_publisher(row),
        url=named[articles.c.url],
        title=named[articles.c.title],
        text=named[articles.c.text],
        published_at=named[articles.c.published_at],
        published_at_basis=Basis(named[articles.c.published_at_basis]),
        seen_at=named[articles.c.seen_at],
        published_raw=named[articles.c.published_raw] or "",
        authors=tuple(json.loads(named[articles.c.authors])),
        language=named[articles.c.language],
        links=tuple(json.loads(named[articles.c.links])),
        flags=frozenset(Flag(flag) for flag in json.loads(named[articles.c.flags])),
    )
