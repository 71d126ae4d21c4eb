"""What happens on another machine between reading events and writing what was made of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import patch

from sqlalchemy import Engine, event

import storage.engine


@contextmanager
def before_the_door_opens(
    engine: Engine, act: Callable[[], object], *, writes_before: int = 0, doors_before: int = 0
) -> Iterator[None]:
    """Does something just before the next transaction takes the lock under which events are changed.

    `writes_before` is how many transactions write without that lock first, `doors_before` how many take it.
    """
    # SQLite locks as a transaction that writes begins, PostgreSQL locks a row.
    is_sqlite = engine.dialect.name == "sqlite"
    waiting: list[Callable[[], object]] = [act, *[lambda: None] * (doors_before + is_sqlite * writes_before)]

    def intervene() -> None:
        if waiting:
            waiting.pop()()

    with _before_the_turn(intervene) if is_sqlite else _before_the_row(engine, intervene):
        yield
    assert waiting == []


@contextmanager
def _before_the_turn(intervene: Callable[[], None]) -> Iterator[None]:
    turn = storage.engine._turn

    def turn_later(path: str) -> AbstractContextManager[None]:
        intervene()
        return turn(path)

    with patch.object(storage.engine, "_turn", turn_later):
        yield


@contextmanager
def _before_the_row(engine: Engine, intervene: Callable[[], None]) -> Iterator[None]:
    def at_statement(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.endswith('FROM "placing" FOR UPDATE'):
            intervene()

    event.listen(engine, "before_cursor_execute", at_statement)
    yield
    event.remove(engine, "before_cursor_execute", at_statement)
