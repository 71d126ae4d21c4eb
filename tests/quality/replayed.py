"""A corpus as `secondsource replay` leaves it, with everything its events say and every page that says it."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import event_views
from api.app import create_app
from cluster.describing import draft
from cluster.draft import Draft
from cluster.event import Description, Event
from cluster.filter_store import EventFilter
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.report import Report
from cluster.store import EventStore
from commands.demo_publishers import DAY, in_the_week_of
from commands.replay import replay
from ingest.article import Article
from storage.engine import open_engine
from storage.settings import Settings
from tests.quality.cases import START

CORPUS = os.environ.get("SECONDSOURCE_CORPUS")
WINDOW = "dev-a"
MANY = 100_000


@dataclass(frozen=True)
class Told:
    """A described event, and the reports that it was described from."""

    event: Event
    said: Description
    reports: tuple[Report, ...]

    @cached_property
    def draft(self) -> Draft:
        """What its reports come to."""
        return draft(self.reports, self.said.lead_article_id)

    def __str__(self) -> str:
        return f"{self.event.id} “{self.said.title}”"


@dataclass(frozen=True)
class Replayed:
    """A database with events, and a client of the pages on it."""

    engine: Engine
    client: TestClient
    told: tuple[Told, ...]
    readings: Mapping[str, Reading]  # by article id
    now: datetime  # of the newest article

    @cached_property
    def articles(self) -> Mapping[str, Article]:
        """By id."""
        return {member.article.id: member.article for one in self.told for member in one.event.members}


@contextmanager
def replayed(corpus: Path, folder: Path, model_dir: Path) -> Iterator[Replayed]:
    """The events of a corpus; what is stored of them lies in the folder."""
    (folder / "data").mkdir()
    (folder / "data" / "model").symlink_to(model_dir)
    database = f"sqlite:///{folder / 'replayed.db'}"
    settings = Settings(data_dir=folder / "data", database_url=database, host="127.0.0.1", port=8000)
    replay([corpus], settings, None, database)
    engine = open_engine(database)
    events = [one for one in EventStore(engine).page(EventFilter(), "recency", MANY) if event_views.is_described(one)]
    readings = ReadingStore(engine).get_many([member.article.id for one in events for member in one.members])
    now = max(event.last_published_at for event in events)
    with TestClient(create_app(settings, clock=lambda: now), base_url="http://127.0.0.1:8000") as client:
        yield Replayed(engine, client, tuple(_told(one, readings) for one in events), readings, now)
    engine.dispose()


def corpus_file(name: str, folder: Path) -> Path:
    """The demo's day of news, which is written into the folder, or the labelled window of SECONDSOURCE_CORPUS."""
    if name == WINDOW:
        return Path(CORPUS or "") / "gold" / f"{WINDOW}.jsonl.gz"
    listed = tomllib.loads((DAY / "publishers.toml").read_text(encoding="utf-8"))["publisher"]
    names = {entry["id"]: entry["name"] for entry in listed}
    # A corpus names no owners: outlets of one owner are told by their site.
    hosts = {
        entry["id"]: ".".join((entry["id"], *entry.get("owner", "").lower().split(), "example")) for entry in listed
    }
    lines = in_the_week_of(START, (DAY / "articles.jsonl").read_text(encoding="utf-8")).splitlines()
    rows = [
        {
            "id": row["id"],
            "title": row["title"],
            "text": "\n".join(row["paragraphs"]),
            "publisher": names[row["publisher"]],
            "url": f"https://{hosts[row['publisher']]}{row['path']}",
            "published_at": (START - timedelta(minutes=row["minutes_before_end"])).isoformat(),
        }
        for row in map(json.loads, lines)
    ]
    path = folder / "demo.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def _told(event: Event, readings: Mapping[str, Reading]) -> Told:
    assert event.description is not None
    reports = tuple(Report(one.article, one.placement, readings[one.article.id].facts) for one in event.members)
    return Told(event, event.description, reports)
