"""A database on a disk without room, by SQLite's own limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def no_room(engine: Engine) -> Iterator[None]:
    """No connection of this process can make a SQLite file larger: what fits into its last pages is written."""
    with engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    def hold(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(Engine, "connect", hold)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(Engine, "connect", hold)
        engine.dispose()
