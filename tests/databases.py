"""A PostgreSQL database that many tests use in turn, each finding it as the migrations left it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row, Table, insert, select

import cluster.tables  # noqa: F401  # declares its tables and those of ingest
from storage.engine import open_engine, reading, writing
from storage.migrating import migrate
from storage.schema import metadata
from tests.integration.storage.server import new_database


@dataclass(frozen=True, slots=True)
class Shared:
    """The database, and the rows that the migrations put into it."""

    url: str
    engine: Engine
    first_rows: Sequence[tuple[Table, Sequence[Row[Any]]]]
    sequences: Sequence[str]

    def emptied(self) -> str:
        """The URL, once it is as new. Deleting takes a few ms; truncating, which makes a hundred files anew, 90."""
        deleted = [f'DELETE FROM "{table.name}"' for table, _ in reversed(self.first_rows)]
        restarted = [f"SELECT setval('{name}', 1, false)" for name in self.sequences]
        with writing(self.engine) as connection:
            connection.exec_driver_sql("; ".join([*deleted, *restarted]))
            for table, rows in self.first_rows:
                if rows:
                    connection.execute(insert(table), [dict(row._mapping) for row in rows])
        return self.url


@contextmanager
def shared_database(server_url: str) -> Iterator[Shared]:
    """A migrated database on a server."""
    url = new_database(server_url, "shared")
    engine = open_engine(url)
    migrate(engine)
    with reading(engine) as connection:
        first_rows = [(table, connection.execute(select(table)).all()) for table in metadata.sorted_tables]
        sequences = connection.exec_driver_sql("SELECT quote_ident(sequencename) FROM pg_sequences").scalars().all()
    yield Shared(url, engine, first_rows, sequences)
    engine.dispose()
