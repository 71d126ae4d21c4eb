"""Finds an article that its publisher gave already, under another address."""

from datetime import timedelta

from sqlalchemy import Connection, select

from ingest.article import Article
from ingest.fingerprints import fingerprint
from ingest.tables import articles, entries, publishers

# Two feeds of a publisher date one article alike; a column that keeps its title comes once a day at most.
SAME_WITHIN = timedelta(hours=1)
TITLE_WORDS = 4  # "Notice" may be two articles' title
# A text of some length under one title is one article, however often it is put online anew.
ONE_TEXT_WITHIN, TEXT_FROM = timedelta(days=3), 250  # characters


def is_known_print(connection: Connection, feed_id: int, article: Article) -> bool:
    """Whether the publisher gave the article under another URL: in another feed, or by putting it online once more."""
    return _is_of_another_feed(connection, feed_id, article) or _is_put_online_anew(connection, article)


def _is_put_online_anew(connection: Connection, article: Article) -> bool:
    if len(article.text) < TEXT_FROM:
        return False
    at = article.published_at
    near = articles.c.published_at.between(at - ONE_TEXT_WITHIN, at + ONE_TEXT_WITHIN)
    of_publisher = (articles.c.publisher_id == article.publisher.id, near)
    same = (articles.c.title == article.title, articles.c.text_hash == fingerprint(article.text))
    others = articles.c.url != article.url
    return connection.execute(select(articles.c.id).where(*of_publisher, *same, others).limit(1)).first() is not None


def _is_of_another_feed(connection: Connection, feed_id: int, article: Article) -> bool:
    """Under another URL, `/?p=9` where this has its slug."""
    if len(article.title.split()) < TITLE_WORDS:
        return False
    # Of two feeds that end it at once each would find none of the other's. NO KEY: articles of others go on.
    its_publisher = select(publishers.c.id).where(publishers.c.id == article.publisher.id)
    connection.execute(its_publisher.with_for_update(key_share=True))
    published_at = (article.published_at - SAME_WITHIN, article.published_at + SAME_WITHIN)
    of_publisher = (articles.c.publisher_id == article.publisher.id, articles.c.published_at.between(*published_at))
    same = connection.scalars(select(articles.c.id).where(*of_publisher, articles.c.title == article.title)).all()
    if not same:  # nearly always
        return False
    of_another = select(entries.c.id).where(entries.c.article_id.in_(same), entries.c.feed_id != feed_id)
    return connection.execute(of_another.limit(1)).first() is not None
