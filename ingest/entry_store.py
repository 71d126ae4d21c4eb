"""The queries on what feeds listed: which entries were dealt with, how each ended, which are to be looked at again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Row, Update, and_, or_, select, update

from ingest.article import Article
from ingest.article_changes import revise_article, take_back
from ingest.count_store import count
from ingest.ending_store import TO_BE_READ, Ending, end, end_first, given_up, hand_over, this_entry
from ingest.name_store import NameStore
from ingest.naming import Marks
from ingest.outcome import BROKE_ITS_READER, Outcome
from ingest.rows import article_of
from ingest.tables import articles, entries, publishers
from storage.engine import reading, writing
from storage.upserting import insert_missing

MAX_ATTEMPTS = 3  # an entry that broke its reader that often is set aside
ASK_EVERY = timedelta(days=1)  # for a page that may be gone: a site that is being mended loses no article
_MADE = (
    select(
        articles,
        publishers,
        *(entries.c[name] for name in ("guid_hash", "attempts", "outcome", "title_hash", "words_hash", "looked_at")),
    )
    .join(publishers, publishers.c.id == articles.c.publisher_id)
    .join(entries, entries.c.article_id == articles.c.id)
    .where(articles.c.removed_at.is_(None), entries.c.outcome.in_((Outcome.STORED, Outcome.QUARANTINED)))
)
_TO_BEGIN: tuple[Column[Any], ...] = (entries.c.attempts, entries.c.outcome, entries.c.article_id)


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
    attempts: int  # at reading its page, which broke its reader; 0 once it was read
    is_set_aside: bool  # its page is not to be read
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
            found = connection.execute(select(entries.c.guid_hash, *_TO_BEGIN).where(*these))
            return {row.guid_hash: row.attempts if _is_open(row) else None for row in found}

    def begin_entry(self, feed_id: int, guid_hash: str, marks: Marks | None = None) -> Outcome | None:
        """Counts an attempt at an entry and keeps its marks; None when it is to be worked on, otherwise why it is not.

        KNOWN: it was dealt with. QUARANTINED: it broke its reader too often, and is to be set aside.
        """
        this = this_entry(feed_id, guid_hash)
        with writing(self._engine) as connection:
            row = {"feed_id": feed_id, "guid_hash": guid_hash, "attempts": 1}
            if insert_missing(connection, entries, [row | _marked(marks)]) == 1:
                return None
            found = connection.execute(select(*_TO_BEGIN).where(this)).one()
            if not _is_open(found):
                return Outcome.KNOWN
            if found.attempts >= MAX_ATTEMPTS:
                return Outcome.QUARANTINED
            begun = {"attempts": entries.c.attempts + 1, "outcome": None, "set_aside_at": None}
            connection.execute(update(entries).where(this).values(begun | _marked(marks)))
            return None

    def take_attempt_back(self, feed_id: int, guid_hash: str) -> None:
        """Has an entry wait as if it had not been begun: nothing broke, and it is begun again when it is to end."""
        with writing(self._engine) as connection:
            connection.execute(_attempt_less(feed_id, guid_hash))

    def end_entry(
        self, feed_id: int, guid_hash: str, outcome: Outcome, article: Article | None, page: Outcome | None = None
    ) -> bool:
        """Ends an entry, storing its article, if any; whether the article is new.

        `page` is how the fetch of its page ended, None when it needed none. One that broke its reader is tried again.
        """
        is_to_be_read = article is not None and page in BROKE_ITS_READER
        values = {"words_hash": TO_BE_READ} if is_to_be_read else {"attempts": 0}
        with writing(self._engine) as connection:
            return end_first(connection, feed_id, guid_hash, Ending(outcome, page, values), article)

    def set_aside(
        self,
        feed_id: int,
        guid_hash: str,
        url: str,
        article: Article | None,
        now: datetime,
        page: Outcome | None = None,
    ) -> bool:
        """Ends an entry that broke its reader too often with what there is of it; whether its article is new."""
        with writing(self._engine) as connection:
            return end_first(connection, feed_id, guid_hash, given_up(url, now, page, {}), article)

    def changed(self, feed_id: int, marks: Mapping[str, Marks]) -> list[Made]:
        """The articles of entries that say something else now, or whose pages are still to be read.

        None whose text was forgotten: it stays as it was.
        """
        these = (entries.c.feed_id == feed_id, entries.c.guid_hash.in_(marks), entries.c.title_hash.is_not(None))
        with reading(self._engine) as connection:
            rows = connection.execute(_MADE.where(*these, ~articles.c.forgotten)).all()
        return [_made(row, marks[row.guid_hash].title) for row in rows if _is_changed(row, marks[row.guid_hash])]

    def begin_revision(self, feed_id: int, guid_hash: str, url: str, now: datetime) -> bool:
        """Counts an attempt at reading an entry's page again; False when it has broken its reader too often."""
        this = this_entry(feed_id, guid_hash)
        with writing(self._engine) as connection:
            again = update(entries).where(this, entries.c.attempts < MAX_ATTEMPTS)
            begun = {"attempts": entries.c.attempts + 1, "looked_at": now}
            in_use = {"outcome": Outcome.STORED, "set_aside_at": None}
            if connection.execute(again.values(begun | in_use)).rowcount == 1:
                return True
            end(connection, feed_id, guid_hash, given_up(url, now, None, {}))
        return False

    def take_revision_back(self, feed_id: int, guid_hash: str, looked_at: datetime | None) -> None:
        """Has an entry wait as if its page had not been read again; `looked_at` is when it was before that."""
        with writing(self._engine) as connection:
            connection.execute(_attempt_less(feed_id, guid_hash).values(looked_at=looked_at))

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
        with writing(self._engine) as connection:
            before = connection.execute(select(*_TO_BEGIN).where(this_entry(feed_id, guid_hash))).one()
            is_revised = revise_article(connection, article, now)
            marked = _marked(marks)
            if page not in BROKE_ITS_READER:
                marked["attempts"] = before.attempts if _is_set_aside(before) else 0  # a headline alone is no new try
            elif before.attempts < MAX_ATTEMPTS:
                marked["words_hash"] = TO_BE_READ
            ending = Ending(Outcome.REVISED if is_revised else Outcome.KNOWN, page, marked)
            if page in BROKE_ITS_READER and before.attempts >= MAX_ATTEMPTS:
                ending = given_up(article.url, now, page, marked)
            end(connection, feed_id, guid_hash, ending)
        return is_revised

    def to_be_missed(self, feed_id: int, listed: Collection[str], seen: Span, now: datetime, limit: int) -> list[Made]:
        """Articles that may have been withdrawn, not asked for within `ASK_EVERY`, longest ago first.

        These are published within `seen` and not listed any more, or their page was gone when it was asked for.
        """
        left = (articles.c.published_at > seen.since, articles.c.published_at <= seen.until)
        is_missed = or_(and_(*left, entries.c.guid_hash.not_in(listed)), entries.c.gone_at.is_not(None))
        waits = or_(entries.c.asked_at.is_(None), entries.c.asked_at <= now - ASK_EVERY)
        query = _MADE.where(entries.c.feed_id == feed_id, is_missed, waits)
        ordered = query.order_by(entries.c.asked_at.asc().nulls_first(), entries.c.id)
        with reading(self._engine) as connection:
            rows = connection.execute(ordered.limit(limit)).all()
        return [_made(row, row.title_hash) for row in rows]

    def end_missing(self, feed_id: int, guid_hash: str, is_gone: bool | None, page: Outcome, now: datetime) -> bool:
        """Notes whether an article's page is there, None where that cannot be told; whether the article was taken back.

        It is when its page was gone `ASK_EVERY` ago too, unless another entry gives it: then it is that one's.
        """
        with writing(self._engine) as connection:
            this = select(entries.c.gone_at, entries.c.article_id).where(this_entry(feed_id, guid_hash))
            known = connection.execute(this).one()
            values: dict[str, Any] = {"asked_at": now}
            if is_gone is not None:
                values["gone_at"] = (known.gone_at or now) if is_gone else None
            is_withdrawn = False
            if is_gone and known.gone_at and known.gone_at <= now - ASK_EVERY:
                is_withdrawn = not hand_over(connection, known.article_id)
                values["outcome"] = Outcome.WITHDRAWN if is_withdrawn else Outcome.KNOWN
            if is_withdrawn:
                take_back(connection, [known.article_id], now)
            end(connection, feed_id, guid_hash, Ending(Outcome.WITHDRAWN if is_withdrawn else None, page, values))
        return is_withdrawn

    def title_at(self, url: str) -> str | None:
        """The title of the article at a canonical URL; None when there is none."""
        with reading(self._engine) as connection:
            return connection.scalar(select(articles.c.title).where(articles.c.url == url))

    def count_page(self, feed_id: int, outcome: Outcome) -> None:
        """Counts how the fetch of an article's page ended, when its entry is not ended with it."""
        with writing(self._engine) as connection:
            count(connection, feed_id, "page", outcome)


def _attempt_less(feed_id: int, guid_hash: str) -> Update:
    return update(entries).where(this_entry(feed_id, guid_hash)).values(attempts=entries.c.attempts - 1)


def _marked(marks: Marks | None) -> dict[str, Any]:
    if marks is None:
        return {}
    hashes = {"title_hash": marks.title, "words_hash": marks.words, "date_hash": marks.date}
    return hashes | ({"link_hash": marks.link} if marks.link else {})


def _made(row: Row[Any], title_hash: str | None) -> Made:
    return Made(
        guid_hash=row.guid_hash,
        article=article_of(row),
        attempts=row.attempts,
        is_set_aside=_is_set_aside(row),
        is_retitled=row.title_hash != title_hash,
        looked_at=row.looked_at,
    )


def _is_open(row: Row[Any]) -> bool:
    """Whether an entry is to be dealt with: it never was, or is to be tried again and has no article to be revised."""
    is_again = row.outcome == Outcome.QUARANTINED and row.attempts == 0 and row.article_id is None
    return row.outcome is None or is_again


def _is_changed(row: Row[Any], now: Marks) -> bool:
    is_retitled = row.title_hash != now.title
    return is_retitled or (row.words_hash not in (None, now.words) and not _is_set_aside(row))


def _is_set_aside(row: Row[Any]) -> bool:
    """Whether nobody has said since that it is to be tried again."""
    return bool(row.outcome == Outcome.QUARANTINED and row.attempts > 0)
