"""Places the articles of case files the way the workers do, each case beside the demo's day of news."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Engine

from cluster.describe_stage import describe_events
from cluster.embed_stage import embed_articles
from cluster.embedding import Embeds
from cluster.event import Event
from cluster.lease import placing_lease
from cluster.placing import Placer
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from commands.demo_publishers import DAY
from ingest.article import Article
from ingest.store import ArticleStore
from storage.engine import open_engine
from storage.migrating import migrate
from tests.builders import make_article
from tests.quality.cases import START, Case, Claim

QUIET = timedelta(hours=2)  # between the end of the demo's day and a case


class CasePlacer:
    """Gives each case a database of its own, so that none changes what another one shows.

    Words are weighed against an article's neighbours: in an otherwise empty database nothing would be usual.
    """

    def __init__(self, folder: Path, embedder: Embeds) -> None:
        self._folder, self._embedder = folder, embedder
        self._placed: dict[str, dict[str, str]] = {}
        self._numbers = count()
        with _opened(folder / "other_news.db") as engine:
            migrate(engine)
            place(other_news(), engine, embedder)

    def events(self, case: Case) -> dict[str, str]:
        """The event id of each article of a case, which is placed when first asked for."""
        if case.name not in self._placed:
            file = shutil.copy(self._folder / "other_news.db", self._folder / f"{case.name}.db")
            with _opened(Path(file)) as engine:
                self._placed[case.name] = place(case.articles, engine, self._embedder)
        return self._placed[case.name]

    def described(self, articles: Sequence[Article], now: datetime) -> dict[str, Event]:
        """The event of each article as it is described at an instant, by article id."""
        file = shutil.copy(self._folder / "other_news.db", self._folder / f"described-{next(self._numbers)}.db")
        with _opened(Path(file)) as engine:
            placed = place(articles, engine, self._embedder)
            describe_events(list(dict.fromkeys(placed.values())), engine=engine, now=now)
            events = EventStore(engine).get_many(list(placed.values()))
        return {article_id: events[event_id] for article_id, event_id in placed.items()}

    def holds(self, case: Case, claim: Claim) -> bool:
        """Whether two articles stand as a case claims."""
        events = self.events(case)
        return (events[claim.first] == events[claim.second]) is claim.together


def other_news() -> list[Article]:
    """The demo's articles, its day ending shortly before the cases begin."""
    rows = [json.loads(line) for line in (DAY / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        make_article(
            row["id"],
            row["publisher"],
            title=row["title"],
            text="\n".join(row["paragraphs"]),
            published_at=START - QUIET - timedelta(minutes=row["minutes_before_end"]),
        )
        for row in rows
    ]


def place(articles: Sequence[Article], engine: Engine, embedder: Embeds) -> dict[str, str]:
    """Reads and places articles in a database; the event id of each."""
    now = max(article.published_at for article in articles)
    store = ArticleStore(engine)
    new = store.add_many(articles)
    embed_articles(new, articles=store, readings=ReadingStore(engine), embedder=embedder, now=now)
    fence = placing_lease(engine, "cases", now)
    assert fence is not None, "nobody else places here"
    placer = Placer(engine)
    while placer.place_pending(fence, now):
        pass
    return EventStore(engine).event_of([article.id for article in articles])


@contextmanager
def _opened(file: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()  # closing writes what SQLite keeps beside the file into it
