"""Puts records into a real database the way the pipeline does: articles first, events through the one door."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, insert, update
from starlette.testclient import TestClient

from api.app import create_app
from cluster import records
from cluster.changes import change_events
from cluster.event import ChangeType, Event, Level, Member, Status
from cluster.tables import changes, events
from ingest.store import ArticleStore
from storage.engine import open_engine, writing
from storage.migrating import migrate
from storage.settings import Settings
from tests.unit.api.builders import NOON, make_article, make_event, make_member, make_signal

BASE_URL = "http://127.0.0.1:8000"


def settings_in(folder: Path) -> Settings:
    """Settings whose database and banner lie in a folder, whatever the environment says."""
    return Settings(data_dir=folder, database_url=None, host="127.0.0.1", port=8000)


def migrated(settings: Settings) -> Engine:
    """An engine on the settings' database, with its schema."""
    engine = open_engine(settings.database)
    migrate(engine)
    return engine


def seed_event(engine: Engine, event: Event) -> None:
    """Stores an event with its articles and its description."""
    ArticleStore(engine).add_many([member.article for member in event.members])
    with change_events(engine, by="placing", at=event.updated_at) as ledger:
        first, *others = (replace(member.placement, event_id=event.id) for member in event.members)
        ledger.create(first)
        for placement in others:
            ledger.grow(placement)
        if event.description is not None:
            ledger.describe(event.id, event.description, len(event.members), None)
            ledger.relate(event.id, records.dump_related(event.description.related))


def seed_many(engine: Engine, count: int) -> list[str]:
    """Stores that many lone events, a minute apart; their ids, oldest first."""
    ids = [f"evt_{number:02}" for number in range(count)]
    for number, event_id in enumerate(ids):
        article = make_article(f"art_{number:02}", title=f"Event number {number}", minutes=number)
        seed_event(engine, make_event(make_member(article), event_id=event_id))
    return ids


def add_changes(engine: Engine, event_id: str, count: int, field: str = "title") -> None:
    """Puts that many rows about an event into the log, more quickly than by making changes."""
    row = {"event_id": event_id, "type": ChangeType.EDITED, "at": NOON, "by": "placing", "fields": f'["{field}"]'}
    with writing(engine) as connection:
        connection.execute(insert(changes), [row | {"version": 100 + number} for number in range(count)])


def seed_ranked(engine: Engine) -> dict[str, list[str]]:
    """Stores events that no two sorts order alike, with ties; for each sort their ids, best first."""
    for event_id, level, score, sources, minutes in (
        ("evt_a", Level.HIGH, 6, 1, 0),
        ("evt_b", Level.HIGH, 8, 2, 1),
        ("evt_c", Level.LOW, 9, 3, 6),
        ("evt_d", Level.MEDIUM, 4, 2, 5),
        ("evt_e", Level.MEDIUM, 4, 2, 4),
        ("evt_f", Level.LOW, 2, 1, 4),
        ("evt_g", Level.LOW, 2, 1, 4),
    ):
        members = [_source(event_id, number, minutes) for number in range(sources)]
        signal = replace(make_signal(level), score=score)
        seed_event(engine, make_event(*members, event_id=event_id, signal=signal))
    orders = {"signal": "badecgf", "recency": "cdgfeba", "sources": "cdebgfa"}
    return {sort: [f"evt_{letter}" for letter in letters] for sort, letters in orders.items()}


def end_event(engine: Engine, event_id: str, status: Status, merged_into: str | None = None) -> None:
    """Marks an event as merged or removed, which nothing in this version does by itself."""
    with writing(engine) as connection:
        ended = update(events).where(events.c.id == event_id)
        connection.execute(ended.values(status=status, merged_into=merged_into))


@contextmanager
def client_of(settings: Settings, demo_banner: str | None = None) -> Iterator[TestClient]:
    """A client of the application on these settings, at a frozen instant, that gets 500s as replies."""
    app = create_app(settings, demo_banner=demo_banner, clock=lambda: NOON)
    with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def _source(event_id: str, number: int, minutes: int) -> Member:
    """A report by a publisher of its own, and so an origin of its own."""
    article = make_article(
        f"art_{event_id[-1]}{number}", f"Outlet {number}", f"{event_id} by {number}", minutes=minutes
    )
    return make_member(article, origin=f"org_{number + 1}")
