"""What several tests share: an empty migrated database, and the model exported once a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cluster.embedding import Embedder
from storage.engine import open_engine
from storage.migrating import migrate


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves an event loop running that no other test could start its own beside."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database with today's schema."""
    opened = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the model is exported to, once a run."""
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="session")
def embedder(model_dir: Path) -> Embedder:
    """The real model."""
    return Embedder(model_dir)
