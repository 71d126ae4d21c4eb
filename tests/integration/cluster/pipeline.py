"""The way from stored articles to described events, as the workers go it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from cluster.describe_stage import describe_events, relate_events
from cluster.embed_stage import embed_articles
from cluster.lease import placing_lease
from cluster.placing import Placer
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from ingest.article import Article
from ingest.store import ArticleStore
from tests.builders import NOON
from tests.fakes import FakeEmbedder

NOW = NOON + timedelta(hours=6)


def store(engine: Engine, *articles: Article) -> None:
    """Articles as ingest would leave them."""
    for article in articles:
        assert ArticleStore(engine).add(article)


def read(engine: Engine, article_ids: Sequence[str], embedder: FakeEmbedder | None = None) -> list[str]:
    """The embed stage."""
    return embed_articles(
        article_ids,
        articles=ArticleStore(engine),
        readings=ReadingStore(engine),
        embedder=embedder or FakeEmbedder(),
        now=NOW,
    )


def fence(engine: Engine, holder: str = "worker", now: datetime = NOW) -> int:
    """The lease, which must be free."""
    number = placing_lease(engine, holder, now)
    assert number is not None
    return number


def place(engine: Engine, *articles: Article, placer: Placer | None = None, now: datetime = NOW) -> dict[str, str]:
    """From storing to placing, by a worker that has just started unless one is given; the event id of each article."""
    store(engine, *articles)
    read(engine, [article.id for article in articles])
    number, worker = fence(engine, now=now), placer or Placer(engine)
    while worker.place_pending(number, now):
        pass
    return EventStore(engine).event_of([article.id for article in articles])


def publish(engine: Engine, *articles: Article) -> dict[str, str]:
    """Everything from storing to related events; the event id of each article."""
    placed = place(engine, *articles)
    due = EventStore(engine).undescribed(limit=100)
    describe_events(due, engine=engine, now=NOW)
    relate_events(due, engine=engine, now=NOW)
    return placed
