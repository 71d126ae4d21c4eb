"""Keeps the words that events are found by, and those of articles that only their reading tells."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from cluster.event import Description, Facts
from cluster.lending import EXCERPT_AT_MOST, headline, on_one_line
from cluster.openings import opening
from cluster.tables import event_words, members
from ingest.article import Article, Flag
from ingest.search_store import tell_words
from ingest.store import ArticleStore
from ingest.tables import article_words
from storage.full_text import purge_index
from storage.search_words import indexed


def tell_event(connection: Connection, event_id: str, said: Description) -> None:
    """An event is found by what it says now and by its members' titles, and no more by anything else."""
    placed = select(members.c.article_id).where(members.c.event_id == event_id)
    found = ArticleStore(connection).get_many(connection.scalars(placed).all())
    row = {"event_id": event_id} | asdict(indexed(headline(said.title), _titles(found.values()), _more(said, found)))
    this = event_words.c.event_id == event_id
    before = connection.execute(select(event_words).where(this)).mappings().one_or_none()
    if before is None or {name: before[name] for name in row} != row:
        forget_events(connection, [event_id])
        connection.execute(insert(event_words), row)


def forget_events(connection: Connection, event_ids: Collection[str]) -> None:
    """Events are not found until they are described anew."""
    connection.execute(delete(event_words).where(event_words.c.event_id.in_(event_ids)))


def purge_words(connection: Connection) -> None:
    """Drops from the indexes what was dropped from their tables."""
    for table in (event_words, article_words):
        purge_index(connection, table)


def tell_facts(connection: Connection, facts: Sequence[Facts]) -> None:
    """Articles are found by their excerpts and by what was read in them."""
    found = ArticleStore(connection).get_many([one.article_id for one in facts])
    # In one order: whoever tells of the same articles beside this one waits for the first row and not in a circle.
    for one in sorted(facts, key=lambda one: one.article_id):
        article = found[one.article_id]
        assets = (name for asset in one.assets for name in (asset.symbol, asset.name))
        themes = (theme.value for theme, _ in one.themes)
        tell_words(connection, article, (_excerpt(article, opening(article)), *assets, *themes))


def _titles(articles: Iterable[Article]) -> list[str]:
    # Actors are named in titles, so they need no place of their own.
    titles = {headline(title): None for one in articles for title in (one.title, one.first_title) if title}
    return list(titles)


def _more(said: Description, articles: dict[str, Article]) -> Iterable[str]:
    for asset in said.assets:
        yield from (asset.symbol, asset.name)
    yield from (found.theme.value for found in said.themes)
    yield from {article.publisher.name: None for article in articles.values()}
    for quote in said.openings:
        if quote.article_id in articles:
            yield _excerpt(articles[quote.article_id], quote.text)


def _excerpt(article: Article, text: str) -> str:
    """The words of an article that a page may show; none where it reserves their use."""
    return "" if Flag.RESERVED in article.flags else on_one_line(text, EXCERPT_AT_MOST)
