"""What is left of an article that an operator removed: enough to know it again, and nothing of its words."""

from sqlalchemy import Connection, and_, exists, or_, select

from ingest.article import Article
from ingest.fingerprints import fingerprint
from ingest.print_store import ONE_TEXT_WITHIN, TEXT_FROM
from ingest.tables import articles, publishers

_REMOVED = "removed:"  # in front of the fingerprint of what was its address
IS_TOMBSTONE = articles.c.url.startswith(_REMOVED)


def tombstone(url: str) -> str:
    """What stands in the place of an address from which an article was removed."""
    return f"{_REMOVED}{fingerprint(url)}"


def is_tombstone(article: Article) -> bool:
    """Whether it has neither title nor address any more."""
    return article.url.startswith(_REMOVED)


def was_removed(connection: Connection, article: Article) -> bool:
    """Whether an operator removed this article, its very text under another address, or all that its publisher has."""
    by_address = articles.c.url == tombstone(article.url)
    about_then = article.published_at - ONE_TEXT_WITHIN, article.published_at + ONE_TEXT_WITHIN
    of_publisher = articles.c.publisher_id == article.publisher.id
    by_text = and_(
        of_publisher,
        articles.c.published_at.between(*about_then),
        articles.c.text_hash == fingerprint(article.text),
        IS_TOMBSTONE,
    )
    publishers_gone = publishers.c.id == article.publisher.id, publishers.c.removed_at.is_not(None)
    is_gone = [exists().where(by_address), exists().where(*publishers_gone)]
    if len(article.text) >= TEXT_FROM:  # "Notice" may be two articles' text
        is_gone.append(exists().where(by_text))
    return bool(connection.scalar(select(or_(*is_gone))))
