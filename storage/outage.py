"""What keeps a database from serving though nothing is wrong with what was asked of it, and what there is to do."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolRanDry


class Outage(StrEnum):
    """Nothing of the transaction that met one was written. Values stand in logs."""

    BUSY = "busy"  # passes within seconds
    OUT_OF_REACH = "out of reach"
    NO_SPACE = "no space left"
    READ_ONLY = "read only"
    DAMAGED = "damaged"
    UNMIGRATED = "unmigrated"

    @property
    def remedy(self) -> str:
        """What the operator does; the service goes on by itself once it is done."""
        return _REMEDIES[self]


_REMEDIES = {
    Outage.BUSY: "nothing to do unless it stays: then look for a program that holds the database",
    Outage.OUT_OF_REACH: "start the database, or correct SECONDSOURCE_DATABASE_URL",
    Outage.NO_SPACE: "make room on the database's disk, or see in the system's log whether it fails",
    Outage.READ_ONLY: "make the database writable: its disk, its file's owner, or the server that was its standby",
    Outage.DAMAGED: "stop the service and restore a backup",
    Outage.UNMIGRATED: "run `secondsource migrate` of this version, or start the version that the database is of",
}
# SQLite's primary result codes; the extended ones have these in their last byte.
_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_FULL: Outage.NO_SPACE,
    sqlite3.SQLITE_IOERR: Outage.NO_SPACE,  # also a limit on the file's size, which SQLite tells from no broken disk
    sqlite3.SQLITE_CANTOPEN: Outage.OUT_OF_REACH,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_PERM: Outage.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: Outage.DAMAGED,
    sqlite3.SQLITE_NOTADB: Outage.DAMAGED,
}
# PostgreSQL's error codes, whole or their class.
_OF_POSTGRESQL = {
    "08": Outage.OUT_OF_REACH,  # connection exceptions
    "25006": Outage.READ_ONLY,  # after a switch to a standby
    "28": Outage.OUT_OF_REACH,  # it refuses the user
    "3D000": Outage.OUT_OF_REACH,  # there is no such database
    "40": Outage.BUSY,  # deadlocks, serialisation
    "53": Outage.OUT_OF_REACH,  # too many connections, no memory
    "53100": Outage.NO_SPACE,
    "55P03": Outage.BUSY,  # somebody holds the lock
    "57": Outage.OUT_OF_REACH,  # it is starting, stopping or crashed
    "58": Outage.DAMAGED,  # its files
    "XX001": Outage.DAMAGED,
    "XX002": Outage.DAMAGED,
}


def outage(error: SQLAlchemyError) -> Outage | None:
    """What an error of the database's comes of; None when it is a mistake of ours, which no waiting mends."""
    if isinstance(error, PoolRanDry):
        return Outage.BUSY
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        # The driver's own complaints, on a closed connection for instance, have no code.
        return _OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(cause, psycopg.Error):
        return _of_postgresql(error, cause)
    return None


def is_outage(error: BaseException) -> bool:
    """Whether it is the database that cannot do what it was asked, and nobody else is to blame."""
    return isinstance(error, SQLAlchemyError) and outage(error) is not None


@contextmanager
def no_attempt(take_back: Callable[[], object]) -> Iterator[None]:
    """An attempt that an outage ends counts as none, as far as `take_back` can still write that.

    Small changes fit on a full disk where large ones do not: three tries later an article would be given up.
    """
    try:
        yield
    except SQLAlchemyError as error:
        if is_outage(error):
            with suppress(SQLAlchemyError):
                take_back()
        raise


def _of_postgresql(error: DBAPIError, cause: psycopg.Error) -> Outage | None:
    if cause.sqlstate is None:  # no server said it: there is none, the connection broke, or the driver would not ask
        return Outage.OUT_OF_REACH if error.connection_invalidated or error.statement is None else None
    return _OF_POSTGRESQL.get(cause.sqlstate) or _OF_POSTGRESQL.get(cause.sqlstate[:2])
