"""A database gets the schema of this version on SQLite and on PostgreSQL, whoever else asks for it at that moment."""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

import api.tables
import cluster.tables
import ingest.tables
from storage.engine import open_engine, reading, writing
from storage.full_text import is_declared
from storage.migrating import NewerSchema, is_current, migrate
from storage.schema import metadata
from tests.ending import process
from tests.integration.commands.service import environment
from tests.integration.storage.server import new_database

PROCESSES = 3


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that no migration has seen."""
    if request.param == "postgresql":
        return new_database(request.getfixturevalue("server_url"), f"empty_{abs(hash(request.node.name))}")
    return f"sqlite:///{tmp_path}/empty.db"


def test_the_migrations_make_the_tables_that_the_code_declares(engine: Engine) -> None:
    declared = {ingest.tables.articles.name, cluster.tables.events.name, api.tables.editors.name}
    assert declared <= set(metadata.tables)

    assert is_current(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_declared})
        assert compare_metadata(context, metadata) == []


def test_a_database_is_migrated_once(empty_url: str) -> None:
    engine = open_engine(empty_url)
    assert not is_current(engine)

    assert migrate(engine)
    assert not migrate(engine)

    assert is_current(engine)
    engine.dispose()


def test_of_several_that_migrate_at_once_one_does(empty_url: str, tmp_path: Path) -> None:
    settings = environment(tmp_path, 0, SECONDSOURCE_DATABASE_URL=empty_url)
    command = [sys.executable, "-m", "cli", "migrate"]

    with ExitStack() as opened:
        started = [
            opened.enter_context(process(command, env=settings, stdout=subprocess.PIPE)) for _ in range(PROCESSES)
        ]
        said = [one.communicate(timeout=60)[0].decode().strip() for one in started]

    assert [one.returncode for one in started] == [0] * PROCESSES
    assert sorted(said) == ["the database is up to date"] * (PROCESSES - 1) + ["the database was brought up to date"]


def test_the_schema_of_a_later_version_is_left_alone(engine: Engine) -> None:
    current = _revision(engine)
    try:
        _set_revision(engine, "9999")
        with pytest.raises(NewerSchema, match="9999"):
            migrate(engine)
        assert not is_current(engine)
    finally:
        _set_revision(engine, current)


def _revision(engine: Engine) -> str:
    with reading(engine) as connection:
        return str(MigrationContext.configure(connection).get_current_revision())


def _set_revision(engine: Engine, revision: str) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
