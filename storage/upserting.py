"""Inserts what is not there yet, which SQLite and PostgreSQL say in dialects of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts the rows that break no unique constraint, whoever inserts at the same time; how many those were."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values([dict(row) for row in rows]).on_conflict_do_nothing()
    # Without the option PostgreSQL's driver counts no rows of an INSERT.
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
