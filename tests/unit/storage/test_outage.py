"""What a database's error comes of, and what is a mistake of ours."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolRanDry

from storage.engine import open_engine
from storage.outage import Outage, outage


def _of_sqlite(code: int) -> DBAPIError:
    cause = sqlite3.OperationalError("said")
    cause.sqlite_errorcode = code
    return OperationalError("", {}, cause)


def _lost(said: str) -> DBAPIError:
    return OperationalError("", {}, psycopg.OperationalError(said), connection_invalidated=True)


@pytest.mark.parametrize(
    ("error", "comes_of"),
    [
        (_of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Outage.BUSY),
        (_of_sqlite(sqlite3.SQLITE_FULL), Outage.NO_SPACE),
        (_of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Outage.NO_SPACE),
        (_of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), Outage.READ_ONLY),
        (_of_sqlite(sqlite3.SQLITE_CORRUPT), Outage.DAMAGED),
        (_of_sqlite(sqlite3.SQLITE_ERROR), None),
        (ProgrammingError("", {}, sqlite3.ProgrammingError("Cannot operate on a closed database.")), None),
        (OperationalError(None, None, psycopg.OperationalError("connection refused")), Outage.OUT_OF_REACH),
        (_lost("the connection is lost"), Outage.OUT_OF_REACH),
        (OperationalError("", {}, psycopg.OperationalError("number of parameters must be below 65536")), None),
        (OperationalError("", {}, errors.AdminShutdown("terminating connection")), Outage.OUT_OF_REACH),
        (OperationalError("", {}, errors.TooManyConnections("sorry")), Outage.OUT_OF_REACH),
        (OperationalError("", {}, errors.DiskFull("could not extend file")), Outage.NO_SPACE),
        (OperationalError("", {}, errors.LockNotAvailable("lock timeout")), Outage.BUSY),
        (OperationalError("", {}, errors.DeadlockDetected("deadlock")), Outage.BUSY),
        (DBAPIError("", {}, errors.ReadOnlySqlTransaction("cannot execute")), Outage.READ_ONLY),
        (ProgrammingError("", {}, errors.UndefinedTable("no such relation")), None),
        (PoolRanDry("QueuePool limit"), Outage.BUSY),
        (SQLAlchemyError("of another kind"), None),
    ],
)
def test_what_passes_or_waits_for_an_operator_is_told_from_what_is_our_mistake(
    error: SQLAlchemyError, comes_of: Outage | None
) -> None:
    assert outage(error) is comes_of


def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Not a database, but long enough to be taken for one." * 20)

    with pytest.raises(DBAPIError) as met:
        open_engine(f"sqlite:///{tmp_path}/notes.db").connect()

    assert outage(met.value) is Outage.DAMAGED


def test_every_outage_has_its_remedy() -> None:
    assert all(one.remedy for one in Outage)
