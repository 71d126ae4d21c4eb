"""Full-text search, which SQLite and PostgreSQL do each in its own way, over one kind of table.

A table that is searched holds the words of its texts in the columns of `search_words.Indexed`, numbered by `number`.
Each database keeps its own index of them: triggers fill an FTS5 table, or a generated column is a tsvector.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, cast, func, literal, literal_column, select
from sqlalchemy import table as named
from sqlalchemy.dialects.postgresql import REGCONFIG

from storage.search_words import BREAK, Sought, Term

TITLE, TITLES, ANYWHERE = ("title",), ("title", "titles"), ("title", "titles", "more")  # where words may stand
_FIELDS = (*ANYWHERE, "spelt")
_WEIGHTS = dict(zip(_FIELDS, "ABCD", strict=True))
_FTS, _LEXEMES = "_fts", "lexemes"


def matches(table: Table, wanted: Sought, fields: Sequence[str], dialect: str) -> ColumnElement[bool]:
    """Whether a row of a searched table has everything in some of its fields; `dialect` is the database's."""
    if dialect == "postgresql":
        query = func.to_tsquery(cast("simple", REGCONFIG), _tsquery(wanted, fields))
        return literal_column(f"{table.name}.{_LEXEMES}").bool_op("@@")(query)
    index = f"{table.name}{_FTS}"
    found: Select[Any] = select(literal_column("rowid")).select_from(named(index))
    return table.c.number.in_(found.where(literal_column(index).bool_op("MATCH")(literal(_fts5(wanted, fields)))))


def are_found(ids: Column[str], owner: Column[str], wanted: Sought, dialect: str) -> ColumnElement[bool]:
    """Whether `ids` are among the owners of rows, in the searched table of `owner`, that have everything anywhere."""
    found = select(owner).where(matches(owner.table, wanted, ANYWHERE, dialect))
    # A list is read in its order until its page is full: led by what was found, SQLite would read and sort all of it.
    asked = literal_column(f"+{ids.table.name}.{ids.name}") if dialect == "sqlite" else ids
    return asked.in_(found)


def create_index(connection: Connection, table: str) -> None:
    """Gives a table its index; for migrations, which fill the table afterwards."""
    statements = _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE
    columns, new, old = (", ".join(f"{prefix}{field}" for field in _FIELDS) for prefix in ("", "new.", "old."))
    for statement in statements:
        connection.exec_driver_sql(statement.format(table=table, columns=columns, new=new, old=old))


def purge_index(connection: Connection, table: Table) -> None:
    """Leaves no word in the index that no row of the table has: FTS5 keeps those of deleted rows until it is merged."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {table.name}{_FTS} ({table.name}{_FTS}) VALUES ('optimize')")


def drop_index(connection: Connection, table: str) -> None:
    """Takes the index away before its table goes; PostgreSQL's goes with it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"DROP TABLE {table}{_FTS}")


def is_declared(_: object, name: str | None, kind: str, reflected: bool, declared: object) -> bool:
    """Whether Alembic is to compare something with the tables that the code declares: not what is an index here."""
    is_index = _FTS in (name or "") if kind == "table" else _LEXEMES in (name or "")
    return not (reflected and declared is None and is_index)


def _fts5(wanted: Sought, fields: Sequence[str]) -> str:
    places = f"{{{' '.join(fields)}}}"

    def said(term: Term) -> str:
        whole = f'{places} : "{" ".join(term.stems)}"'
        return f'({whole} OR spelt : "{term.begins}" *)' if _may_begin(term, fields) else whole

    return " AND ".join(map(said, wanted.terms))


def _tsquery(wanted: Sought, fields: Sequence[str]) -> str:
    weights = "".join(_WEIGHTS[field] for field in fields)

    def said(term: Term) -> str:
        whole = " <-> ".join(f"'{stem}':{weights}" for stem in term.stems)
        return f"(({whole}) | '{term.begins}':*{_WEIGHTS['spelt']})" if _may_begin(term, fields) else f"({whole})"

    return " & ".join(map(said, wanted.terms))


def _may_begin(term: Term, fields: Sequence[str]) -> bool:
    return term.begins is not None and tuple(fields) == ANYWHERE


# Words are split and folded before they come here: all that is left to the tokenizer is to cut at spaces.
_SQLITE = (
    "CREATE VIRTUAL TABLE {table}_fts USING fts5"
    "({columns}, content='{table}', content_rowid='number', tokenize='ascii')",
    "CREATE TRIGGER {table}_come AFTER INSERT ON {table} BEGIN"
    " INSERT INTO {table}_fts (rowid, {columns}) VALUES (new.number, {new}); END",
    "CREATE TRIGGER {table}_go AFTER DELETE ON {table} BEGIN"
    " INSERT INTO {table}_fts ({table}_fts, rowid, {columns}) VALUES ('delete', old.number, {old}); END",
)
_POSTGRESQL = (
    "ALTER TABLE {table} ADD COLUMN lexemes tsvector GENERATED ALWAYS AS ("
    + " || ".join(f"setweight(to_tsvector('simple', '{BREAK} ' || {field}), '{_WEIGHTS[field]}')" for field in _FIELDS)
    + ") STORED",
    "CREATE INDEX ix_{table}_lexemes ON {table} USING gin (lexemes)",
)
