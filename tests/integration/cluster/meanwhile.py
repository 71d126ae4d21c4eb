"""What happens on another machine between reading events and writing what was made of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def before_the_door_opens(engine: Engine, act: Callable[[], object], writes_before: int = 0) -> Iterator[None]:
    """Does something just before the next transaction takes the lock under which events are changed.

    `writes_before` is how many transactions write without that lock first.
    """
    # SQLite locks as a transaction that writes begins, PostgreSQL locks a row.
    is_sqlite = engine.dialect.name == "sqlite"
    locks, earlier = ("BEGIN IMMEDIATE", writes_before) if is_sqlite else ('FROM "placing" FOR UPDATE', 0)
    waiting: list[Callable[[], object]] = [act, *[lambda: None] * earlier]

    def intervene(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if waiting and statement.endswith(locks):
            waiting.pop()()

    event.listen(engine, "before_cursor_execute", intervene)
    yield
    event.remove(engine, "before_cursor_execute", intervene)
    assert waiting == []
