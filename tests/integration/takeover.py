"""Two workers that place, and what happens when the one that does is killed in the middle of it."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from cluster.embed_stage import embed_articles
from cluster.reading_store import ReadingStore
from cluster.tables import members, placing
from ingest.article import Article
from ingest.store import ArticleStore
from storage.engine import reading
from tests.builders import make_article
from tests.ending import process, wait_until
from tests.fakes import FakeEmbedder
from tests.integration.commands.service import ROOT, environment

PLACERS = 2
TOPICS = "loans rates bridge vault token ledger mint audit fork staking custody yield index basket pool lane".split()


def reports(count: int, since: datetime, first: int = 0) -> list[Article]:
    """Reports a second apart, every fifth of which tells what the one before it tells, numbered from `first` on."""
    return [_report(first + number, since + timedelta(seconds=number)) for number in range(count)]


def read_at_once(engine: Engine, articles: Sequence[Article], now: datetime) -> None:
    """Leaves articles as embed workers do."""
    store = ArticleStore(engine)
    ids = store.add_many(articles)
    embed_articles(ids, articles=store, readings=ReadingStore(engine), embedder=FakeEmbedder(), now=now)


@contextmanager
def placing_workers(engine: Engine, broker_url: str, data_dir: Path) -> Iterator[None]:
    """Workers and what nudges them, until the block ends."""
    own = {"SECONDSOURCE_DATABASE_URL": engine.url.render_as_string(hide_password=False)}
    settings = environment(data_dir, 0, SECONDSOURCE_BROKER_URL=broker_url, **own)
    with ExitStack() as started:
        for command in (*[("worker", "cluster")] * PLACERS, ("beat",)):
            started.enter_context(process([sys.executable, "-m", "cli", *command], cwd=ROOT, env=settings))
        yield


def seconds_without_a_placer(engine: Engine) -> float:
    """Kills the worker that holds the lease, in the middle of its work, and waits until another one has placed."""
    holder = wait_until(lambda: _at_work(engine), seconds=120)
    before = placed(engine)
    os.kill(int(holder.rpartition(":")[2]), signal.SIGKILL)
    killed_at = time.monotonic()
    wait_until(lambda: _holder(engine) != holder and placed(engine) > before, seconds=120)
    return time.monotonic() - killed_at


def placed(engine: Engine) -> int:
    """How many articles stand in an event."""
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(members)).scalar_one())


def _report(number: int, published_at: datetime) -> Article:
    told = number - number % 5 if number % 5 == 1 else number
    words = [f"{chr(97 + told % 26)}{TOPICS[step % len(TOPICS)]}{told * 40 + step}" for step in range(40)]
    title = f"Firm {told} opens its {words[0]} and {words[1]}"
    text = " ".join(f"The {word} follows." for word in words)
    return make_article(f"art_{number}", f"outlet{number % 9}", title=title, text=text, published_at=published_at)


def _at_work(engine: Engine) -> str | None:
    with reading(engine) as connection:
        row = connection.execute(select(placing)).one()
    is_alive = Path("/proc", str(row.holder).rpartition(":")[2]).exists()
    return str(row.holder) if is_alive and row.expires_at > datetime.now(UTC) and placed(engine) else None


def _holder(engine: Engine) -> str:
    with reading(engine) as connection:
        return str(connection.execute(select(placing.c.holder)).scalar_one())
