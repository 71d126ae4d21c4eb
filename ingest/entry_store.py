"""The queries on what feeds listed: which entries were dealt with, how each ended, which are to be looked at again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, update

from ingest.article import Article
from ingest.article_changes import add_article, revise_article, take_back
from ingest.count_store import count
from ingest.name_store import NameStore
from ingest.naming import Marks
from ingest.outcome import BROKE_ITS_READER, Outcome
from ingest.print_store import is_known_print
from ingest.rows import article_of
from ingest.tables import articles, entries, publishers
from storage.engine import reading, writing
from storage.upserting import insert_missing

MAX_ATTEMPTS = 3  # an entry that broke its reader that often is set aside
ASK_EVERY = timedelta(days=1)  # for a page that may be gone: a site that is being mended loses no article
TO_BE_READ = ""  # in place of a headline's hash: the page broke its reader and is tried again
_MADE = (
    select(articles, publishers, entries.c.guid_hash, entries.c.title_hash, entries.c.words_hash, entries.c.looked_at)
    .join(publishers, publishers.c.id == articles.c.publisher_id)
    .join(entries, entries.c.article_id == articles.c.id)
    .where(articles.c.removed_at.is_(None), entries.c.outcome == Outcome.STORED)
)


@dataclass(frozen=True, slots=True)
class Span:
    """A time, its end included."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """An article that an entry made."""

    guid_hash: str
    article: Article
    is_read: bool  # False: its page broke its reader and is to be tried again
    is_retitled: bool
    looked_at: datetime | None  # when its page was read again; None: never


class EntryStore(NameStore):
    """What polling needs of entries."""

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
        this = _this(feed_id, guid_hash)
        with writing(self._engine) as connection:
            row = {"feed_id": feed_id, "guid_hash": guid_hash, "attempts": 1}
            if insert_missing(connection, entries, [row]) == 1:
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

    def leave_entry(self, feed_id: int, guid_hash: str, looked_at: datetime | None = None) -> None:
        """Takes an attempt back that came to nothing, as time was up; `looked_at` is what it was before."""
        left = {"attempts": entries.c.attempts - 1, "looked_at": looked_at}
        with writing(self._engine) as connection:
            connection.execute(update(entries).where(_this(feed_id, guid_hash)).values(**left))

    def end_entry(
        self,
        feed_id: int,
        guid_hash: str,
        outcome: Outcome,
        article: Article | None,
        page: Outcome | None = None,
        marks: Marks | None = None,
    ) -> bool:
        """Stores an entry's article, if any, with the entry's outcome; whether the article is new.

        `page` is how the fetch of its page ended, None when it needed none. One that broke its reader is tried again.
        """
        with writing(self._engine) as connection:
            is_new = article is not None and _keep(connection, feed_id, article)
            ended = Outcome.KNOWN if article is not None and not is_new else outcome
            made: dict[str, Any] = {"outcome": ended, "article_id": article.id if article and is_new else None}
            is_to_be_read = is_new and page in BROKE_ITS_READER
            read = {"title_hash": TO_BE_READ} if is_to_be_read else {"attempts": 0}
            values = made | _marked(marks) | read
            connection.execute(update(entries).where(_this(feed_id, guid_hash)).values(**values))
            count(connection, feed_id, "entry", ended)
            if page is not None:
                count(connection, feed_id, "page", page)
        return is_new

    def set_aside(self, feed_id: int, guid_hash: str, url: str, article: Article | None, now: datetime) -> bool:
        """Keeps what there is of an entry that `begin_entry` gave up; whether its article is new."""
        with writing(self._engine) as connection:
            is_new = article is not None and _keep(connection, feed_id, article)
            values = {"article_id": article.id if article and is_new else None, "url": url, "set_aside_at": now}
            connection.execute(update(entries).where(_this(feed_id, guid_hash)).values(**values))
        return is_new

    def changed(self, feed_id: int, marks: Mapping[str, Marks]) -> list[Made]:
        """The articles of entries that say something else now, or whose pages are still to be read."""
        these = (entries.c.feed_id == feed_id, entries.c.guid_hash.in_(marks), entries.c.title_hash.is_not(None))
        with reading(self._engine) as connection:
            rows = connection.execute(_MADE.where(*these)).all()
        return [_made(row, marks[row.guid_hash].title) for row in rows if _is_changed(row, marks[row.guid_hash])]

    def begin_revision(self, feed_id: int, guid_hash: str, url: str, now: datetime) -> bool:
        """Counts an attempt at reading an entry's page again; False when it has broken its reader too often."""
        this = _this(feed_id, guid_hash)
        with writing(self._engine) as connection:
            begun = update(entries).where(this, entries.c.attempts < MAX_ATTEMPTS)
            if connection.execute(begun.values(attempts=entries.c.attempts + 1, looked_at=now)).rowcount == 1:
                return True
            _give_up(connection, feed_id, guid_hash, url, now)
        return False

    def end_revision(
        self,
        feed_id: int,
        guid_hash: str,
        marks: Marks,
        article: Article,
        now: datetime,
        page: Outcome | None = None,
    ) -> bool:
        """Puts what an entry's article says now in the place of what it said; whether that is something else.

        A page that broke its reader for the third time sets the entry aside.
        """
        this = _this(feed_id, guid_hash)
        with writing(self._engine) as connection:
            is_revised = revise_article(connection, article, now)
            count(connection, feed_id, "entry", Outcome.REVISED if is_revised else Outcome.KNOWN)
            if page is not None:
                count(connection, feed_id, "page", page)
            if page not in BROKE_ITS_READER:
                connection.execute(update(entries).where(this).values(attempts=0, **_marked(marks)))
            elif (connection.scalar(select(entries.c.attempts).where(this)) or 0) >= MAX_ATTEMPTS:
                connection.execute(update(entries).where(this).values(**_marked(marks)))
                _give_up(connection, feed_id, guid_hash, article.url, now)
            else:
                connection.execute(update(entries).where(this).values(_marked(marks) | {"title_hash": TO_BE_READ}))
        return is_revised

    def to_be_missed(self, feed_id: int, listed: Collection[str], seen: Span, now: datetime, limit: int) -> list[Made]:
        """Articles that may have been withdrawn, not asked for within `ASK_EVERY`, longest ago first.

        These are published within `seen` and not listed any more, or their page was gone when it was asked for.
        """
        left = (articles.c.published_at > seen.since, articles.c.published_at <= seen.until)
        is_missed = or_(and_(*left, entries.c.guid_hash.not_in(listed)), entries.c.gone_at.is_not(None))
        waits = or_(entries.c.looked_at.is_(None), entries.c.looked_at <= now - ASK_EVERY)
        query = _MADE.where(entries.c.feed_id == feed_id, is_missed, waits)
        ordered = query.order_by(entries.c.looked_at.asc().nulls_first(), entries.c.id)
        with reading(self._engine) as connection:
            rows = connection.execute(ordered.limit(limit)).all()
        return [_made(row, row.title_hash) for row in rows]

    def end_missing(self, feed_id: int, guid_hash: str, is_gone: bool | None, page: Outcome, now: datetime) -> bool:
        """Notes whether an article's page is there, None where that cannot be told; whether the article was taken back.

        It is when its page was gone `ASK_EVERY` ago too.
        """
        this = _this(feed_id, guid_hash)
        with writing(self._engine) as connection:
            count(connection, feed_id, "page", page)
            known = connection.execute(select(entries.c.gone_at, entries.c.article_id).where(this)).one()
            is_withdrawn = bool(is_gone and known.gone_at and known.gone_at <= now - ASK_EVERY)
            values: dict[str, Any] = {"looked_at": now}
            if is_gone is not None:
                values["gone_at"] = (known.gone_at or now) if is_gone else None
            if is_withdrawn:
                values["outcome"] = Outcome.WITHDRAWN
                take_back(connection, [known.article_id], now)
                count(connection, feed_id, "entry", Outcome.WITHDRAWN)
            connection.execute(update(entries).where(this).values(**values))
        return is_withdrawn

    def title_at(self, url: str) -> str | None:
        """The title of the article at a canonical URL; None when there is none."""
        with reading(self._engine) as connection:
            return connection.scalar(select(articles.c.title).where(articles.c.url == url))

    def count_page(self, feed_id: int, outcome: Outcome) -> None:
        """Counts how the fetch of an article's page ended, when its entry is not ended with it."""
        with writing(self._engine) as connection:
            count(connection, feed_id, "page", outcome)


def _this(feed_id: int, guid_hash: str) -> ColumnElement[bool]:
    return and_(entries.c.feed_id == feed_id, entries.c.guid_hash == guid_hash)


def _marked(marks: Marks | None) -> dict[str, str | None]:
    if marks is None:
        return {}
    hashes = {"title_hash": marks.title, "words_hash": marks.words, "date_hash": marks.date}
    return hashes | ({"link_hash": marks.link} if marks.link else {})


def _made(row: Row[Any], title_hash: str | None) -> Made:
    return Made(
        row.guid_hash, article_of(row), row.title_hash != TO_BE_READ, row.title_hash != title_hash, row.looked_at
    )


def _is_changed(row: Row[Any], now: Marks) -> bool:
    return row.title_hash != now.title or row.words_hash not in (None, now.words)


def _keep(connection: Connection, feed_id: int, article: Article) -> bool:
    """Stores an entry's article; False when it is there already."""
    if not is_known_print(connection, feed_id, article) and add_article(connection, article):
        return True
    # What an editor added by hand is as any other article from where a feed has it too.
    by_hand = update(articles).where(articles.c.url == article.url, articles.c.by_hand)
    connection.execute(by_hand.values(by_hand=False))
    return False


def _give_up(connection: Connection, feed_id: int, guid_hash: str, url: str, now: datetime) -> None:
    values = {"outcome": Outcome.QUARANTINED, "set_aside_at": now, "url": url}
    connection.execute(update(entries).where(_this(feed_id, guid_hash)).values(**values))
    count(connection, feed_id, "entry", Outcome.QUARANTINED)
