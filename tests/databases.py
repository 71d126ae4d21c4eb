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

    def emptied(self) -> str:
        """The URL, once it is as new. Truncating takes 20 ms; a new database from a template 90, the migrations 350."""
        names = ", ".join(f'"{table.name}"' for table, _ in self.first_rows)
        with writing(self.engine) as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")
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
    yield Shared(url, engine, first_rows)
    engine.dispose()
