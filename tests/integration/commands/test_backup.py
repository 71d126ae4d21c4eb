"""A backup by the commands of docs/operations.md brings back what was lost, and followers hear of it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cluster.action import Link
from cluster.change_log_store import ChangeLogStore
from cluster.editorial_store import EditorialStore
from storage.engine import open_engine, sqlite_url
from storage.migrating import migrate
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.api.seeding import client_of
from tests.integration.cluster.pipeline import publish
from tests.integration.cluster.standing import desk_of
from tests.integration.commands.operations import ROOT, blocks
from tests.integration.storage.server import new_database, programs

DATABASE = "kept"
PG_DUMP, PG_RESTORE, _IN_CONTAINERS, SQLITE_BACKUP, SQLITE_RESTORE = range(5)  # the page's blocks, in its order
LATER = make_article("art_4", "chainwatcher", title="Quill opens an office in Lisbon", text="It hires.")
TALK = "Regulator opens a consultation on staking"


class Place:
    """A database and a folder to back it up in."""

    def __init__(self, folder: Path, url: str, lose: Callable[[], object]) -> None:
        self.url, self.lose = url, lose
        self._folder, self._programs = folder, folder / "bin"
        self._programs.mkdir()
        for name, module in (("python", ""), ("secondsource", "-m cli ")):
            (self._programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module}"$@"\n')
            (self._programs / name).chmod(0o755)

    def run(self, block: int) -> str:
        """What a block of the page says, run as it stands; the last line of its output."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("SECONDSOURCE_")}
        path = [str(self._programs), *([str(found)] if (found := programs()) else []), os.environ["PATH"]]
        settings = {} if self.url.startswith("sqlite") else {"SECONDSOURCE_DATABASE_URL": self.url}
        done = subprocess.run(
            ["bash", "-euc", blocks("Backup and restore")[block]],
            cwd=self._folder,
            env=own | settings | {"PATH": ":".join(path), "PYTHONPATH": str(ROOT), "DATABASE_URL": self.url},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=120,
        )
        return done.stdout.strip().rpartition("\n")[2]


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Place:
    path = tmp_path / "data" / "secondsource.db"
    return Place(tmp_path, sqlite_url(path), lambda: path.write_bytes(b"nothing that SQLite can read" * 1000))


@pytest.fixture
def on_postgresql(tmp_path: Path, server_url: str) -> Iterator[Place]:
    def drop() -> None:
        server = open_engine(server_url)
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        server.dispose()

    def lose() -> None:
        drop()
        new_database(server_url, DATABASE)

    yield Place(tmp_path, new_database(server_url, DATABASE), lose)
    drop()


@contextmanager
def _held(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    migrate(engine)
    yield engine
    engine.dispose()


def _fill(engine: Engine) -> None:
    """Events, and an editor's words on them."""
    placed = publish(
        engine,
        make_article("art_1"),
        make_article("art_2", "coinherald", title=TALK, text="Comments are due by the end of May."),
        make_article("art_3", "blockgazette", title="Perch raises eighteen million", text="Three funds took part."),
    )
    desk_of(engine).merge(placed["art_1"], placed["art_2"], {})
    desk_of(engine).link("art_3", "art_1", Link.CANNOT, {})


def _told(url: str) -> dict[str, Any]:
    """What readers, followers and editors are told."""
    with client_of(Settings(database_url=url, host="127.0.0.1", port=8000)) as client:
        changes = client.get("/v1/changes?limit=100").json()["data"]
        events = sorted({f"/v1/events/{change['event_id']}" for change in changes})
        asked = (*events, "/v1/events", "/v1/articles", "/v1/search?q=consultation")
        told = {address: client.get(address).json()["data"] for address in asked}
    with _held(url) as engine:
        return told | {"changes": changes, "editorial": list(EditorialStore(engine).lines())}


@pytest.mark.parametrize(
    ("place", "backup", "restore"),
    [
        ("on_sqlite", SQLITE_BACKUP, SQLITE_RESTORE),
        pytest.param("on_postgresql", PG_DUMP, PG_RESTORE, marks=pytest.mark.postgresql),
    ],
    ids=["sqlite", "postgresql"],
)
def test_a_backup_made_while_all_runs_brings_back_events_ids_and_editors_words(
    request: pytest.FixtureRequest, place: str, backup: int, restore: int
) -> None:
    kept: Place = request.getfixturevalue(place)
    with _held(kept.url) as engine:
        _fill(engine)
        before = _told(kept.url)
        kept.run(backup)
        publish(engine, LATER)
        ahead = ChangeLogStore(engine).span().newest
    kept.lose()

    assert kept.run(restore) == "the database is up to date"

    assert _told(kept.url) == before
    assert before["editorial"]
    assert len(before["/v1/events"]) == 2
    with client_of(Settings(database_url=kept.url, host="127.0.0.1", port=8000)) as client:
        assert client.get(f"/v1/changes?after={ahead}").status_code == 409
        assert client.get(f"/v1/changes?after={before['changes'][-1]['seq']}").json()["data"] == []
    with _held(kept.url) as engine:
        publish(engine, LATER)
        assert ChangeLogStore(engine).span().newest == ahead
