"""What is done to articles, each within a transaction: store, revise, take back, drop a text that is reserved."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select, update

from ingest.article import Article, Flag
from ingest.fingerprints import fingerprint
from ingest.revisions import changes_of
from ingest.rows import article_row, publisher_row
from ingest.search_store import forget_words, tell_titles
from ingest.tables import article_revisions, articles, publishers
from ingest.tombstone_store import was_removed
from ingest.touch_store import touch
from storage.upserting import insert_missing

IS_RESERVED = articles.c.flags.contains(f'"{Flag.RESERVED}"')


def add_article(connection: Connection, article: Article) -> bool:
    """Stores an article and, when it is new, its publisher; False when the URL is already there, or was removed."""
    insert_missing(connection, publishers, [publisher_row(article.publisher)])
    if was_removed(connection, article):
        return False
    is_new = insert_missing(connection, articles, [article_row(article)]) == 1
    if is_new:
        tell_titles(connection, article)
    return is_new


def revise_article(connection: Connection, article: Article, at: datetime) -> bool:
    """Puts what a known article says now in the place of what it said, and keeps what changed.

    False when title, text and flags are the same, it was taken back, or its text was forgotten: nothing is left to tell
    a change from. When it was published and seen stays.
    """
    this_one = (articles.c.id == article.id, articles.c.removed_at.is_(None), ~articles.c.forgotten)
    before = connection.execute(select(articles).where(*this_one).with_for_update()).one_or_none()
    if before is None:
        return False
    row = article_row(article)
    if not (before.text or article.text):  # it was dropped, and is not there to be compared
        row["text_hash"] = before.text_hash
    if not _says_more(before, row):
        return False
    said = {name: row[name] for name in ("title", "text", "text_hash", "authors", "language", "links", "flags")}
    first_title = before.first_title or (before.title if before.title != article.title else None)
    number = before.revision + 1
    this = update(articles).where(articles.c.id == article.id)
    connection.execute(this.values(revision=number, first_title=first_title, **said))
    _keep_revision(connection, before, article, number, at)
    tell_titles(connection, replace(article, revision=number, first_title=first_title))
    touch(connection, [article.id])
    return True


def take_back(connection: Connection, article_ids: Collection[str], now: datetime) -> None:
    """Marks articles as taken back: they stand in no list and, once `cluster` has seen it, in no event.

    A text that is reserved goes at once: nobody reads it any more.
    """
    gone = update(articles).where(articles.c.id.in_(article_ids), articles.c.removed_at.is_(None))
    connection.execute(gone.values(removed_at=now))
    connection.execute(update(articles).where(articles.c.id.in_(article_ids), IS_RESERVED).values(text=""))
    forget_words(connection, article_ids)


def drop_reserved(connection: Connection, read: Mapping[str, int]) -> list[str]:
    """Drops the texts of articles that reserve their use and were read; `read` are ids with the revisions read.

    The ids of those that had a text to drop.
    """
    found = select(articles.c.id, articles.c.revision).where(
        articles.c.id.in_(read), IS_RESERVED, articles.c.text != ""
    )
    gone = [row.id for row in connection.execute(found) if row.revision == read[row.id]]
    connection.execute(update(articles).where(articles.c.id.in_(gone)).values(text=""))
    return gone


def forget_text(connection: Connection, article: Article, left: str) -> bool:
    """Leaves `left` of an article's text and nothing of what its text said before; False: it says more by now."""
    as_read = (articles.c.id == article.id, articles.c.revision == article.revision, ~articles.c.forgotten)
    forgotten = update(articles).where(*as_read).values(text=left, forgotten=True)
    if connection.execute(forgotten).rowcount == 0:
        return False
    forget_cuts(connection, article.id)
    return True


def forget_cuts(connection: Connection, article_id: str) -> None:
    """What an article's text said before it was revised is kept no more; how much changed is."""
    earlier = update(article_revisions).where(article_revisions.c.article_id == article_id)
    connection.execute(earlier.values(cuts=None))


def _says_more(before: Row[Any], now: Mapping[str, Any]) -> bool:
    text_hash = before.text_hash or fingerprint(before.text)  # a reserved text is known by this alone
    return (before.title, text_hash, before.flags) != (now["title"], now["text_hash"], now["flags"])


def _keep_revision(connection: Connection, before: Row[Any], article: Article, number: int, at: datetime) -> None:
    """Of a text that is reserved it is kept how much changed, of one that was dropped not even that."""
    found = changes_of(before.text, article.text if before.text else "")
    if is_reserved := Flag.RESERVED in article.flags:
        forget_cuts(connection, article.id)
    kept = None if is_reserved or found.cuts is None else orjson.dumps(found.cuts).decode()
    row = {"article_id": article.id, "revision": number, "at": at, "title": before.title, "cuts": kept}
    counts = {"words_added": found.words_added, "words_removed": found.words_removed}
    connection.execute(insert(article_revisions).values(**row, **counts))
