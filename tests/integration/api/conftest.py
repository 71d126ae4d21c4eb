"""A client of the application on an empty database of either kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from storage.settings import Settings
from tests.integration.api.seeding import client_of, settings_in


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return settings_in(tmp_path).model_copy(update={"database_url": database_url})


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    with client_of(settings) as client:
        yield client
