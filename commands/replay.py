"""`secondsource replay`: places a corpus in time order, by the production path minus the network."""

import json
import resource
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from cluster.cross_encoder import CrossEncoder
from cluster.describe_stage import describe_events, relate_events
from cluster.embed_stage import embed_articles
from cluster.embedding import Embedder
from cluster.event import Event
from cluster.lease import placing_lease
from cluster.placing import Placer
from cluster.reading_store import ReadingStore
from cluster.regrading import regrade
from cluster.repair import repair
from cluster.store import EventStore
from commands.errors import CannotStart
from commands.preparing import check_data_dir, open_migrated
from ingest.article import Article
from ingest.corpus import UnreadableCorpus, read_corpus
from ingest.store import ArticleStore
from storage.engine import sqlite_url
from storage.settings import Settings

BATCH = 50
REPAIRED_EVERY = timedelta(hours=6)  # of the articles' time; live it is a minute, in which little comes


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to."""

    articles: int
    events: int
    seconds: float
    peak_memory_mib: float


def replay(files: Sequence[Path], settings: Settings, out: Path | None, database: str | None) -> Replayed:
    """Places every article of the files and writes down where each went.

    Raises:
        CannotStart: when a line cannot be read, the message naming file and line, or there is none; nothing was placed.
    """
    check_data_dir(settings.data_dir)  # the model is kept there
    corpus = _read(files)
    if not corpus:
        raise CannotStart("there is no article in the corpus")
    started = time.monotonic()
    with ExitStack() as stack:
        scratch = None if database else stack.enter_context(tempfile.TemporaryDirectory(prefix="secondsource-"))
        engine, _ = open_migrated(database or sqlite_url(Path(scratch or "") / "replay.db"), "--database")
        stack.callback(engine.dispose)
        _place_all([article for _, article in corpus], engine, settings)
        if out:
            _write(out, corpus, engine)
        events = EventStore(engine).count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Replayed(len(corpus), events, time.monotonic() - started, peak)


def _place_all(articles: Sequence[Article], engine: Engine, settings: Settings) -> None:
    embedder, placer = Embedder(settings.model_dir), Placer(engine, CrossEncoder(settings.model_dir))
    columns = (TextColumn("placing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("placing", total=len(articles))
        repaired_at = articles[0].published_at
        for first in range(0, len(articles), BATCH):
            batch = articles[first : first + BATCH]
            now = batch[-1].published_at
            _place(batch, engine, embedder, placer, now)
            if now - repaired_at >= REPAIRED_EVERY or first + BATCH >= len(articles):
                repair(engine, now)
                repaired_at = now
            _describe(engine, now)
            if repaired_at == now:
                regrade(engine, now)
            progress.advance(task, len(batch))


def _place(batch: Sequence[Article], engine: Engine, embedder: Embedder, placer: Placer, now: datetime) -> None:
    """One batch through every stage; `now` is the newest instant read so far."""
    store = ArticleStore(engine)
    new = store.add_many(batch)
    embed_articles(new, articles=store, readings=ReadingStore(engine), embedder=embedder, now=now)
    fence = placing_lease(engine, "replay", now)
    if fence is None:
        raise CannotStart("a worker places articles in this database: stop it first, or give another --database")
    while placer.place_pending(fence, now):
        pass


def _describe(engine: Engine, now: datetime) -> None:
    due = EventStore(engine).undescribed(limit=10 * BATCH)
    describe_events(due, engine=engine, now=now)
    relate_events(due, engine=engine, now=now)


def _write(out: Path, corpus: Sequence[tuple[str, Article]], engine: Engine) -> None:
    store, events = ArticleStore(engine), EventStore(engine)
    stored = [(input_id, store.by_url(article.url)) for input_id, article in corpus]
    # Two lines of the input may have one URL: both went to its one article, which goes by the first one's id.
    input_ids = {article.id: input_id for input_id, article in reversed(stored) if article}
    with out.open("w", encoding="utf-8") as lines:
        for input_id, article in stored:
            assert article is not None, "every article of the corpus was stored"
            event = events.get(events.event_of([article.id])[article.id])
            assert event is not None, "every article of the corpus was placed"
            lines.write(json.dumps({"article_id": input_id} | _assignment(event, article.id, input_ids)) + "\n")


def _assignment(event: Event, article_id: str, input_ids: Mapping[str, str]) -> dict[str, Any]:
    member = next(one for one in event.members if one.article.id == article_id)
    copied = member.placement.copy_of
    return {
        "event_id": event.id,
        "role": member.role,
        "copy_of": input_ids.get(copied, copied) if copied else None,  # a database may have held it before
        "because": [
            {"code": one.code, "text": one.text, "value": one.value, "contribution": one.contribution}
            for one in member.placement.because
        ],
    }


def _read(files: Sequence[Path]) -> list[tuple[str, Article]]:
    try:
        return sorted(read_corpus(files), key=lambda one: one[1].published_at)
    except UnreadableCorpus as error:
        raise CannotStart(str(error)) from error
