"""Keeps the words that articles are found by: titles at once, the rest when the article was read."""

from collections.abc import Collection, Iterable
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from ingest.article import Article
from ingest.tables import article_words, articles, publishers
from storage.search_words import indexed


def tell_titles(connection: Connection, article: Article) -> None:
    """An article is found by its titles and its publisher, and no more by what it said before."""
    tell_words(connection, article, ())


def tell_words(connection: Connection, article: Article, more: Iterable[str]) -> None:
    """An article is found by its titles, its publisher and more: its excerpt and facts, never its text.

    One that was taken back or revised meanwhile is left as it is: whoever did that has told of it.
    """
    as_known = (articles.c.id == article.id, articles.c.revision == article.revision, articles.c.removed_at.is_(None))
    called = select(publishers.c.name).join(articles, articles.c.publisher_id == publishers.c.id)
    # Of two that tell at once each would find no row of the other's to replace, and a publisher may have another name
    # since the article was read.
    name = connection.scalar(called.where(*as_known).with_for_update(of=articles, key_share=True))
    if name is None:
        return
    titles = [article.first_title] if article.first_title else []
    found = indexed(article.title, titles, (name, *more))
    forget_words(connection, [article.id])
    connection.execute(insert(article_words), {"article_id": article.id} | asdict(found))


def forget_words(connection: Connection, article_ids: Collection[str]) -> None:
    """Articles are not found any more."""
    connection.execute(delete(article_words).where(article_words.c.article_id.in_(article_ids)))
