"""Inserts what is not there yet and adds to what is, which SQLite and PostgreSQL say in dialects of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts the rows that break no unique constraint, whoever inserts at the same time; how many those were."""
    statement = _insert(connection, table).values([dict(row) for row in rows]).on_conflict_do_nothing()
    # Without the option PostgreSQL's driver counts no rows of an INSERT.
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def add_up(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *columns: str) -> None:
    """Inserts the rows; where a row of the same primary key is, its numbers in some columns grow by theirs."""
    statement = _insert(connection, table)
    grown = {column: table.c[column] + statement.excluded[column] for column in columns}
    connection.execute(
        statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=grown), [dict(row) for row in rows]
    )


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
