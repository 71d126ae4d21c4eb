"""Finds an article that another feed of its publisher gave already, under another address."""

from datetime import timedelta

from sqlalchemy import Connection, select

from ingest.article import Article
from ingest.tables import articles, entries, publishers

# Two feeds of a publisher date one article alike; a column that keeps its title comes once a day at most.
SAME_WITHIN = timedelta(hours=1)
TITLE_WORDS = 4  # "Notice" may be two articles' title


def is_of_another_feed(connection: Connection, feed_id: int, article: Article) -> bool:
    """Whether another feed of the publisher gave the article under another URL, `/?p=9` where this has its slug."""
    if len(article.title.split()) < TITLE_WORDS:
        return False
    # Of two feeds that end it at once each would find none of the other's. NO KEY: articles of others go on.
    its_publisher = select(publishers.c.id).where(publishers.c.id == article.publisher.id)
    connection.execute(its_publisher.with_for_update(key_share=True))
    published_at = (article.published_at - SAME_WITHIN, article.published_at + SAME_WITHIN)
    of_publisher = (articles.c.publisher_id == article.publisher.id, articles.c.published_at.between(*published_at))
    same = connection.scalars(select(articles.c.id).where(*of_publisher, articles.c.title == article.title)).all()
    if not same:  # nearly always; the entries of an article are no index's business
        return False
    of_another = select(entries.c.id).where(entries.c.article_id.in_(same), entries.c.feed_id != feed_id)
    return connection.execute(of_another.limit(1)).first() is not None
