"""A migrated SQLite database in a temporary folder, and a client of the application on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from storage.settings import Settings
from tests.integration.api.seeding import client_of, migrated, settings_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return migrated(settings)


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    with client_of(settings) as client:
        yield client
