"""Where everything that is done about an entry ends: what came of it is kept and counted here, at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select, update

from ingest.article import Article
from ingest.article_changes import add_article
from ingest.count_store import count
from ingest.delay_store import count_seen
from ingest.outcome import Outcome
from ingest.print_store import known_print
from ingest.tables import articles, entries
from ingest.touch_store import touch

TO_BE_READ = ""  # in place of the hash of words that a page is still to be read for


@dataclass(frozen=True, slots=True)
class Ending:
    """How a try at an entry ended, None where only its page was asked for, and how the fetch of that did.

    `page` is None when none was needed, `values` are what its row holds from then on.
    """

    outcome: Outcome | None
    page: Outcome | None
    values: Mapping[str, Any]


def given_up(url: str, now: datetime, page: Outcome | None, values: Mapping[str, Any]) -> Ending:
    """The ending of one that broke its reader too often."""
    kept = {"outcome": Outcome.QUARANTINED, "set_aside_at": now, "url": url}
    return Ending(Outcome.QUARANTINED, page, {**values, **kept})


def this_entry(feed_id: int, guid_hash: str) -> ColumnElement[bool]:
    """The condition for one entry."""
    return and_(entries.c.feed_id == feed_id, entries.c.guid_hash == guid_hash)


def end(connection: Connection, feed_id: int, guid_hash: str, ending: Ending) -> None:
    """Keeps and counts how a try ended."""
    connection.execute(update(entries).where(this_entry(feed_id, guid_hash)).values(**ending.values))
    _count(connection, feed_id, ending.outcome, ending.page)


def end_first(connection: Connection, feed_id: int, guid_hash: str, ending: Ending, article: Article | None) -> bool:
    """Ends an entry that was not dealt with yet, and stores its article, if any; whether that is new.

    One whose article is there ends as KNOWN. One that has ended is left as it is: another worker was quicker, after
    this one's claim had run out.
    """
    is_open = select(entries.c.id).where(this_entry(feed_id, guid_hash), entries.c.outcome.is_(None))
    if connection.execute(is_open.with_for_update()).first() is None:
        _count(connection, feed_id, None, ending.page)
        return False
    there = _keep(connection, feed_id, article) if article else None
    is_new = article is not None and there == article.id
    made = {**ending.values, "outcome": ending.outcome, "article_id": there}
    if article is None or is_new:
        end(connection, feed_id, guid_hash, Ending(ending.outcome, ending.page, made))
    else:
        known = {"outcome": Outcome.KNOWN, "set_aside_at": None, "url": article.url}
        end(connection, feed_id, guid_hash, Ending(Outcome.KNOWN, ending.page, {**made, **known}))
    return is_new


def hand_over(connection: Connection, article_id: str) -> bool:
    """Gives an article whose page is gone the address under which another entry gives it too; False: none does."""
    is_articles = select(articles.c.id).where(articles.c.url == entries.c.url).exists()
    gives = (entries.c.article_id == article_id, entries.c.outcome == Outcome.KNOWN, entries.c.url.is_not(None))
    heir = connection.execute(select(entries).where(*gives, ~is_articles).order_by(entries.c.id.desc())).first()
    if heir is None:
        return False
    connection.execute(update(articles).where(articles.c.id == article_id).values(url=heir.url))
    # Its page is read when the feed is next: it may be reserved, or say more, where the one that went did not.
    owns = {"outcome": Outcome.STORED, "url": None, "words_hash": TO_BE_READ, "attempts": 0, "looked_at": None}
    connection.execute(update(entries).where(entries.c.id == heir.id).values(**owns))
    touch(connection, [article_id])
    return True


def _keep(connection: Connection, feed_id: int, article: Article) -> str | None:
    """Stores an entry's article, unless it is there; the id of the one that is there then, None: it was taken back."""
    known = known_print(connection, feed_id, article)
    if known is None and add_article(connection, article):
        count_seen(connection, feed_id, article)
        return article.id
    if known is None:
        at_its_address = (articles.c.url == article.url, articles.c.removed_at.is_(None))
        known = connection.scalar(select(articles.c.id).where(*at_its_address))
    # What an editor added by hand is as any other article from where a feed has it too.
    connection.execute(update(articles).where(articles.c.id == known, articles.c.by_hand).values(by_hand=False))
    return known


def _count(connection: Connection, feed_id: int, outcome: Outcome | None, page: Outcome | None) -> None:
    for unit, ended in (("entry", outcome), ("page", page)):
        if ended is not None:
            count(connection, feed_id, unit, ended)
