"""The application on an empty database: a client of it, and where a stream is followed a server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from storage.settings import Settings
from tests.integration.api.seeding import client_of, migrated, settings_in
from tests.integration.api.streaming import Served, served_live


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_in(tmp_path).model_copy(update={"database_url": database_url})


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    with client_of(settings) as client:
        yield client


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[tuple[Engine, Served]]:
    """Where the kind of the database is of no matter."""
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    with served_live(settings) as served:
        yield engine, served
    engine.dispose()
