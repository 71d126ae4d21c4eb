"""What is stored comes back as it went, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import Column, Engine, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from storage.engine import reading, writing
from storage.types import UTCDateTime, Vector

kept = MetaData()
values = Table("kept", kept, Column("at", UTCDateTime), Column("vector", Vector))


@pytest.fixture
def scratch(engine: Engine) -> Iterator[Engine]:
    kept.create_all(engine)
    yield engine
    kept.drop_all(engine)


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


def test_a_block_that_raises_writes_nothing(scratch: Engine) -> None:
    def write_and_fail() -> None:
        with writing(scratch) as connection:
            connection.execute(insert(values).values(at=datetime(2026, 3, 4, tzinfo=UTC)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    with reading(scratch) as connection:
        assert connection.execute(select(values)).all() == []
