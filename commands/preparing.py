"""What has to be in order before anything starts: the port and the database."""

import socket
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine

from commands.errors import CannotStart
from ingest.publishers import Listed
from ingest.store import PublisherStore
from storage.engine import open_engine
from storage.migrating import is_current, migrate
from storage.settings import Settings


def prepare(settings: Settings, listed: Sequence[Listed]) -> Engine:
    """The database, migrated when it is the embedded one, with the publishers in it.

    Raises:
        CannotStart: when a database of the operator's own lacks a migration.
    """
    engine = open_engine(settings.database)
    if settings.database_url is None:
        migrate(engine)
    elif not is_current(engine):
        raise CannotStart("the database is of another version: run `secondsource migrate` first")
    PublisherStore(engine).sync(listed, datetime.now(UTC))
    return engine


def address(settings: Settings) -> str:
    """Where a browser finds the pages."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def check_port(settings: Settings) -> None:
    """Finds out early, and in words, that another program has the port.

    Raises:
        CannotStart: when the address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"{settings.host}:{settings.port} cannot be used ({error.strerror}): "
                "stop the program that has it, or set SECONDSOURCE_PORT (SECONDSOURCE_HOST for the address)"
            ) from error
