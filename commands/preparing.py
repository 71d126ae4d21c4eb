"""What has to be in order before anything starts: the data folder, the address, the broker and the database."""

import errno
import fcntl
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from commands.demo_note import LOCK
from commands.errors import CannotStart
from ingest.publishers import Listed, listed_publishers
from ingest.store import PublisherStore
from storage.broker import UnfitBroker, check_address, check_broker
from storage.engine import UnreadableUrl, open_engine, reading
from storage.migrating import NewerSchema, is_current, migrate
from storage.settings import Settings

BACKLOG = 128  # connections that wait while the API starts
TAKEN_WITHIN_MILLISECONDS = 30_000  # a reader that takes nothing of an answer for as long is cut off
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
REASON_LIMIT = 300  # characters of what a database driver says
_REMEDIES = {
    errno.EADDRINUSE: "stop the program that has it, or set SECONDSOURCE_PORT",
    errno.EACCES: "set SECONDSOURCE_PORT to one above 1023",
}


def check_data_dir(data_dir: Path) -> None:
    """Makes the data folder where it is missing.

    Raises:
        CannotStart: when nothing can be written there.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # as `open_engine`
        problem = None if os.access(data_dir, os.W_OK | os.X_OK) else "Permission denied"
    except OSError as error:
        problem = error.strerror
    if problem:
        raise CannotStart(
            f"the data folder {data_dir} cannot be used ({problem}): set SECONDSOURCE_DATA_DIR to a folder you may "
            "write to"
        )


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Holds the data folder against a second run; the lock goes with this process, however that ends.

    Raises:
        CannotStart: when the folder is in use or cannot be used.
    """
    check_data_dir(data_dir)
    with (data_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(
                f"{data_dir} is in use by another run: stop it, or set SECONDSOURCE_DATA_DIR to another folder"
            ) from error
        yield


def check_contact(settings: Settings) -> None:
    """Sees that whoever polls for an operator's own database says who that is; the embedded one may do without.

    Raises:
        CannotStart: when publishers could not reach the operator.
    """
    if settings.database_url is not None and not settings.contact.strip():
        raise CannotStart(
            "SECONDSOURCE_CONTACT is not set: give an e-mail address or a URL of yours, which publishers see in the "
            "User-Agent and can reach you by"
        )


def check_brokers_address(settings: Settings) -> None:
    """Sees that the Redis that is set, if one is, could be asked: the API goes on without it, and comes back to it.

    Raises:
        CannotStart: when its address is none.
    """
    _check_broker_by(check_address, settings)


def check_operators_broker(settings: Settings) -> None:
    """Asks the Redis that is set, if one is, whether it may carry the queues.

    Raises:
        CannotStart: when it does not answer, or could lose what waits in it.
    """
    _check_broker_by(check_broker, settings)


def migrate_database(settings: Settings) -> bool:
    """Brings the database to this version's schema and an operator's own to its publishers; whether the schema changed.

    The embedded one has them from `run`, and the demo's is to have none of them.

    Raises:
        CannotStart: when it cannot be used, or belongs to a later version.
    """
    engine, has_changed = open_migrated(settings.database, _setting_of(settings))
    if settings.database_url is not None:
        _list_publishers(engine, listed_publishers(), settings)
    return has_changed


def prepare(settings: Settings, listed: Sequence[Listed]) -> Engine:
    """The database, migrated when it is the embedded one, with the publishers in it.

    Raises:
        CannotStart: when it cannot be used, or a database of the operator's own lacks a migration.
    """
    if settings.database_url is None:
        engine, _ = open_migrated(settings.database, _setting_of(settings))
    else:
        engine = open_current(settings)
    _list_publishers(engine, listed, settings)
    return engine


def open_current(settings: Settings) -> Engine:
    """The database as it is.

    Raises:
        CannotStart: when it cannot be used, or has not the schema of this version.
    """
    engine = open_database(settings.database, _setting_of(settings))
    with _in_words(_setting_of(settings)):
        if not is_current(engine):
            raise CannotStart("the database is of another version: run `secondsource migrate` first")
    return engine


def address(settings: Settings) -> str:
    """Where a browser finds the pages: the public URL if one is set, else on this machine."""
    if settings.public_url:
        return settings.public_url
    host = EVERYWHERE.get(settings.host, settings.host)  # bound to every address, ours among them
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{settings.port}"


def open_migrated(url: str, setting: str) -> tuple[Engine, bool]:
    """A database with the schema of this version, and whether it had to be migrated for it.

    Raises:
        CannotStart: when it cannot be used, or belongs to a later version.
    """
    engine = open_database(url, setting)
    try:
        with _in_words(setting):
            return engine, migrate(engine)
    except NewerSchema as error:
        raise CannotStart(f"the database belongs to a later version: {error}. Install that version again") from error


def open_database(url: str, setting: str) -> Engine:
    """An engine on a database that answers; `setting` is what the operator would change if it did not.

    Raises:
        CannotStart: when the URL cannot be read, or nothing answers under it. No password is in the message.
    """
    try:
        with _in_words(setting):
            engine = open_engine(url)
            with reading(engine):
                return engine
    except UnreadableUrl as error:
        raise CannotStart(f"{setting}: {error}") from error
    except OSError as error:
        raise CannotStart(f"the database's folder cannot be made ({error.strerror}): change {setting}") from error


def listening(settings: Settings) -> socket.socket:
    """The address, bound and listening before anything starts, so that no other program takes it in between.

    Raises:
        CannotStart: when the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Connections inherit it; uvicorn takes an inherited socket for a local one and does not set it. Without it
        # a reply's body waits 40 ms for the reader's word on its head.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if sys.platform == "linux":  # connections inherit it
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TAKEN_WITHIN_MILLISECONDS)
        opened.bind((settings.host, settings.port))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        remedy = _REMEDIES.get(error.errno or 0, "set SECONDSOURCE_HOST to an address of this machine")
        raise CannotStart(f"{settings.host}:{settings.port} cannot be used ({error.strerror}): {remedy}") from error
    return opened


def _check_broker_by(check: Callable[[str], None], settings: Settings) -> None:
    if settings.broker_url is None:
        return
    try:
        check(settings.broker_url)
    except UnfitBroker as error:
        raise CannotStart(str(error)) from error


def _list_publishers(engine: Engine, listed: Sequence[Listed], settings: Settings) -> None:
    with _in_words(_setting_of(settings)):
        PublisherStore(engine).sync(listed, datetime.now(UTC))


def _setting_of(settings: Settings) -> str:
    """What an operator would change whose database cannot be used."""
    return "SECONDSOURCE_DATA_DIR" if settings.database_url is None else "SECONDSOURCE_DATABASE_URL"


@contextmanager
def _in_words(setting: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise CannotStart(
            f"the database cannot be used: {_reason(error)}. Put that right, or change {setting}"
        ) from error


def _reason(error: DBAPIError) -> str:
    """What the server says, without the statement and without the second guesses of the driver."""
    said = str(error.orig).strip().splitlines()
    return (said[0] if said else type(error.orig).__name__)[:REASON_LIMIT].rstrip(".")
