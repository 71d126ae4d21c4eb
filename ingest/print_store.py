"""Finds an article that its publisher gave already, under another address."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, select

from ingest.article import Article
from ingest.fingerprints import fingerprint
from ingest.outcome import Outcome
from ingest.tables import articles, entries, publishers

# Two feeds of a publisher date one article alike; a column that keeps its title comes once a day at most.
SAME_WITHIN = timedelta(hours=1)
TITLE_WORDS = 4  # "Notice" may be two articles' title
# A text of some length under one title is one article, however often it is put online anew.
ONE_TEXT_WITHIN, TEXT_FROM = timedelta(days=3), 250  # characters


def known_print(connection: Connection, feed_id: int, article: Article) -> str | None:
    """The article that the publisher gave under another URL: in another feed, or by putting it online once more.

    Its id; None when there is none. One that was taken back is none: what is published again is news.
    """
    return _of_another_feed(connection, feed_id, article) or _put_online_anew(connection, article)


def _put_online_anew(connection: Connection, article: Article) -> str | None:
    if len(article.text) < TEXT_FROM:
        return None
    same = (articles.c.title == article.title, articles.c.text_hash == fingerprint(article.text))
    others = _of_publisher(article, ONE_TEXT_WITHIN).where(*same, articles.c.url != article.url)
    found: str | None = connection.scalar(others.order_by(articles.c.seen_at, articles.c.id).limit(1))
    return found


def _of_another_feed(connection: Connection, feed_id: int, article: Article) -> str | None:
    """Under another URL, `/?p=9` where this has its slug."""
    if len(article.title.split()) < TITLE_WORDS:
        return None
    # Of two feeds that end it at once each would find none of the other's. NO KEY: articles of others go on.
    its_publisher = select(publishers.c.id).where(publishers.c.id == article.publisher.id)
    connection.execute(its_publisher.with_for_update(key_share=True))
    same = connection.scalars(_of_publisher(article, SAME_WITHIN).where(articles.c.title == article.title)).all()
    if not same:  # nearly always
        return None
    # An entry that was known gave nothing: the article is another's, which may be this feed's own.
    made = (entries.c.article_id.in_(same), entries.c.outcome != Outcome.KNOWN, entries.c.feed_id != feed_id)
    found: str | None = connection.scalar(select(entries.c.article_id).where(*made).order_by(entries.c.id).limit(1))
    return found


def _of_publisher(article: Article, within: timedelta) -> Select[Any]:
    """Ids of what its publisher published about when the article was, and did not take back."""
    near = articles.c.published_at.between(article.published_at - within, article.published_at + within)
    is_its = articles.c.publisher_id == article.publisher.id
    return select(articles.c.id).where(is_its, near, articles.c.removed_at.is_(None))
