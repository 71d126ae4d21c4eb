"""What several tests share: empty migrated databases of both kinds, and the models exported once a run."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine

from cluster.cross_encoder import CrossEncoder
from cluster.embedding import Embedder
from storage.engine import open_engine
from storage.migrating import migrate
from tests.databases import Shared, shared_database
from tests.integration.storage.server import Server, postgresql, programs, running_server

# No test is timed: on a busy machine an example may take seconds.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves an event loop running that no other test could start its own beside."""
    items.sort(key=lambda item: "browser" in item.path.parts)
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostgreSQL server of the run's own: the URL of its database `postgres`, which stays empty."""
    with postgresql(_programs()) as url:
        yield url


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A PostgreSQL server that a test may stop and start again."""
    with running_server(_programs()) as server:
        yield server


@pytest.fixture(scope="session")
def shared(server_url: str) -> Iterator[Shared]:
    """The one migrated PostgreSQL database of the run."""
    with shared_database(server_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy, which takes a tenth of the time of migrating one."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def file_in_turn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every SQLite test of this process has its database."""
    return tmp_path_factory.mktemp("in_turn") / "test.db"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, file_in_turn: Path) -> str:
    """An empty database with today's schema: what a test asks of it holds on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        shared: Shared = request.getfixturevalue("shared")
        return shared.emptied()
    for left in file_in_turn.parent.iterdir():  # not overwritten: whoever has one open keeps what that holds
        left.unlink()
    return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), file_in_turn)}"


@pytest.fixture(scope="session")
def engine_of() -> Callable[[str], Engine]:
    """One engine for each address: what its statements compile to is a sixth of the time that tests take."""
    return cache(open_engine)


@pytest.fixture
def engine(database_url: str, engine_of: Callable[[str], Engine]) -> Iterator[Engine]:
    """An engine on it, without connections that another test has opened."""
    opened = engine_of(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the models are exported to, by whichever of the run's processes needs one first."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "models"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def embedder(model_dir: Path) -> Embedder:
    """The real model."""
    return Embedder(model_dir)


@pytest.fixture(scope="session")
def exported(model_dir: Path, embedder: Embedder) -> Path:
    """The folder with both exported models, for services that would take long to make their own."""
    CrossEncoder(model_dir)
    return model_dir


def _programs() -> Path:
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    return found
