"""One database, whatever the engine: nothing is lost, instants stay instants."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select, update
from sqlalchemy.exc import StatementError

import api.tables
import cluster.tables
import ingest.tables
from storage.engine import open_engine, reading, writing
from storage.migrating import is_current, migrate
from storage.schema import metadata
from storage.settings import Settings
from storage.types import UTCDateTime, Vector

THREADS, ROUNDS = 4, 50
kept = MetaData()
counters = Table("counters", kept, Column("count", Integer))
values = Table("kept", kept, Column("at", UTCDateTime), Column("vector", Vector))


@pytest.fixture
def scratch(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path}/deep/er/scratch.db")
    kept.create_all(engine)
    return engine


def test_no_increment_of_several_writers_is_lost(scratch: Engine) -> None:
    with writing(scratch) as connection:
        connection.execute(insert(counters).values(count=0))

    def count_up() -> None:
        for _ in range(ROUNDS):
            with writing(scratch) as connection:
                seen = connection.execute(select(counters.c.count)).scalar_one()
                connection.execute(update(counters).values(count=seen + 1))

    threads = [threading.Thread(target=count_up) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(scratch) as connection:
        assert connection.execute(select(counters.c.count)).scalar_one() == THREADS * ROUNDS


def test_a_reader_does_not_wait_for_a_writer(scratch: Engine) -> None:
    with writing(scratch) as writer:
        writer.execute(insert(counters).values(count=1))
        with reading(scratch) as connection:
            assert connection.execute(select(counters)).all() == []


def test_a_block_that_raises_writes_nothing(scratch: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(scratch) as connection:
        connection.execute(insert(counters).values(count=1 // 0))

    with reading(scratch) as connection:
        assert connection.execute(select(counters)).all() == []


def test_instants_and_vectors_come_back_as_they_went(scratch: Engine) -> None:
    at, vector = datetime(2026, 3, 4, 12, 30, 1, 250, tzinfo=UTC), np.array([1.5, -2.0], dtype=np.float32)
    with writing(scratch) as connection:
        connection.execute(insert(values).values(at=at, vector=vector))

    with reading(scratch) as connection:
        row = connection.execute(select(values)).one()
    assert row.at == at
    assert row.at.tzinfo is UTC
    assert row.vector.tolist() == [1.5, -2.0]


def test_a_naive_instant_is_refused(scratch: Engine) -> None:
    with pytest.raises(StatementError, match="naive"), writing(scratch) as connection:
        connection.execute(insert(values).values(at=datetime(2026, 3, 4)))


def test_the_migrations_make_the_tables_that_the_code_declares(engine: Engine) -> None:
    declared = {ingest.tables.articles.name, cluster.tables.events.name, api.tables.editors.name}
    assert declared <= set(metadata.tables)

    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_an_empty_database_is_not_current_and_a_migrated_one_is(tmp_path: Path) -> None:
    fresh = open_engine(f"sqlite:///{tmp_path}/fresh.db")
    assert not is_current(fresh)

    migrate(fresh)
    migrate(fresh)

    assert is_current(fresh)


def test_addresses_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDSOURCE_ALLOW_ADDRESSES", "127.0.0.1:8800, 127.10.0.0/16:8800")

    assert Settings().allow_addresses == ("127.0.0.1:8800", "127.10.0.0/16:8800")
