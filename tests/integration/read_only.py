"""A database that turns read-only under a write, as one does whose server has become another's standby."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event


@contextmanager
def read_only_at(engine: Engine, write: str, met: Callable[[], object] = lambda: None) -> Iterator[None]:
    """The first statement that `write`, an expression, is found in fails, and with it its transaction; no later one.

    `met` is called before it fails.
    """
    is_sqlite, has_met = engine.dialect.name == "sqlite", list[str]()

    def turn(connection: Connection, cursor: Any, statement: str, *_: object) -> None:
        if not has_met and re.search(write, statement):
            has_met.append(statement)
            cursor.execute("PRAGMA query_only=1" if is_sqlite else "SET TRANSACTION READ ONLY")
            met()

    def turn_back(connection: Any, _record: object) -> None:
        if is_sqlite:
            connection.execute("PRAGMA query_only=0")

    event.listen(engine, "before_cursor_execute", turn)
    event.listen(engine, "checkin", turn_back)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", turn)
        event.remove(engine, "checkin", turn_back)
