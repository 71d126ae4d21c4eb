"""Opens the database and begins its transactions the way each engine needs it."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TextIO

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

BUSY_TIMEOUT_SECONDS = 5
TURN_LOOK_SECONDS = 0.005
# A server behind a silent firewall would be waited for two minutes to connect, and once connected for two hours; so
# would one whose machine lost its power.
_GIVES_UP = {
    "connect_timeout": "10",
    "tcp_user_timeout": "30000",  # milliseconds that what was sent may stay unacknowledged
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
}
POSTGRESQL = ("postgresql", "postgres")
KEPT_OPEN = 5  # connections; what was opened beyond them is closed once it was used

Database = Engine | Connection  # a connection stands for the transaction that is open on it


class OutOfTime(Exception):
    """A query would begin later than its transaction may last."""


class UnreadableUrl(ValueError):
    """The text names no database that can be used; the message, without the text, says what would."""


def open_engine(url: str, at_once: int = 15) -> Engine:
    """An engine for `sqlite:////PATH` or `postgresql://…`; nothing connects yet, a SQLite file's folder is made.

    `at_once` is how many threads may use it together: who comes beyond them waits for half a minute and fails.

    Raises:
        UnreadableUrl: when it is neither.
        OSError: when the folder cannot be made.
    """
    parsed = _read(url)
    kept = min(KEPT_OPEN, at_once)
    # What is stored, a webhook's secret for one, must not stand in the message of an error.
    pool: dict[str, Any] = {"pool_size": kept, "max_overflow": at_once - kept, "hide_parameters": True}
    if parsed.database is None or parsed.get_backend_name() in POSTGRESQL:
        query = {**_GIVES_UP, **parsed.query}
        return create_engine(parsed.set(drivername="postgresql+psycopg", query=query), pool_pre_ping=True, **pool)
    # Nobody else on this machine: texts, and webhooks' secrets, lie in the file as they are.
    Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite file, whose name may hold what means something in a URL, `?` and `%20` for instance."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    """One transaction that may write: committed when the block ends, rolled back when it raises.

    Within a transaction that is open already, it is that one, and whoever opened it ends it.
    """
    if isinstance(database, Connection):
        yield database
        return
    with database.begin() as connection:
        yield connection


@contextmanager
def reading(database: Database) -> Iterator[Connection]:
    """One transaction that only reads and, on SQLite, never waits for a writer.

    Within a transaction that is open already, it is that one: a second connection, asked for while the first is held,
    is how a pool runs dry.
    """
    if isinstance(database, Connection):
        yield database
        return
    with database.connect().execution_options(only_reads=True) as connection:
        yield connection


@contextmanager
def one_instant(engine: Engine, at_most_seconds: int | None = None) -> Iterator[Connection]:
    """A transaction that only reads and whose queries all see the database as it was at the first one.

    With `at_most_seconds`, no query begins later than that, connecting among it, and PostgreSQL gives it one process
    alone and fails a query that takes longer.

    Raises:
        OutOfTime: when a query would begin later.
    """
    ends_at = None if at_most_seconds is None else monotonic() + at_most_seconds
    # On SQLite every transaction is one; PostgreSQL otherwise looks anew for each query.
    isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(only_reads=True, **isolation) as connection:
        if ends_at is not None:
            event.listen(connection, "before_cursor_execute", _ending(ends_at))
        if at_most_seconds is not None and isolation:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{at_most_seconds}s'")
            # Starting others took longer than what they helped with: 66 ms for a scrape instead of 40.
            connection.exec_driver_sql("SET LOCAL max_parallel_workers_per_gather = 0")
        yield connection


def _ending(ends_at: float) -> Callable[..., None]:
    def refuse_what_is_late(*_: object) -> None:
        if monotonic() > ends_at:
            raise OutOfTime

    return refuse_what_is_late


def wait_for_turn(connection: Connection, name: int) -> None:
    """Waits until no other transaction has the turn of this name, and keeps it to the end of this one.

    PostgreSQL's advisory locks are named by numbers. SQLite's write transactions wait for each other anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({name})")


def _read(url: str) -> URL:
    wanted = "it has to look like postgresql://USER:PASSWORD@HOST:5432/NAME or sqlite:////PATH/FILE"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnreadableUrl(wanted) from error
    backend = parsed.get_backend_name()
    # A database in memory would be another one in each process.
    if backend not in POSTGRESQL and (backend != "sqlite" or parsed.database in (None, "", ":memory:")):
        raise UnreadableUrl(wanted)
    return parsed


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late to lock
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred BEGIN that writes later fails with "locked" where busy_timeout does not help,
    # and without any BEGIN concurrent increments get lost.
    if connection.get_execution_options().get("only_reads", False):
        connection.exec_driver_sql("BEGIN")
        return
    with _turn(f"{connection.engine.url.database}-turn"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _turn(path: str) -> Iterator[None]:
    """Lets one process or thread at a time wait for SQLite's writer; who wrote just now waits with all others for that.

    SQLite itself looks ten times a second whether the writer is gone, so one that writes again and again without a
    pause would starve all others: an editor failed after five seconds while a backlog was placed. There is no order
    among those who wait for their turn. Who had none for BUSY_TIMEOUT_SECONDS, behind a process that was stopped for
    instance, goes on without, and SQLite waits as long again.
    """
    with Path(path).open("a") as turn:
        gives_up_at = monotonic() + BUSY_TIMEOUT_SECONDS
        while not _has_turn(turn) and monotonic() < gives_up_at:
            sleep(TURN_LOOK_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(turn, fcntl.LOCK_UN)  # closing alone would not do: a forked child may have the file open too


def _has_turn(turn: TextIO) -> bool:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
