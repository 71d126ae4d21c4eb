"""Two who do something at once, the second just when the first has begun."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from tests.ending import PATIENCE_SECONDS, beside, wait_until

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def at_once(engine: Engine, first: Callable[[], object], second: Callable[[], object], behind: str) -> list[object]:
    """What each returned or raised, where `second` is done behind the first statement of `first` that begins so.

    `first` goes on once `second` has ended or waits for it.
    """
    done: dict[str, object] = {}
    begun = threading.Event()
    doing = threading.current_thread()

    def go(who: str, work: Callable[[], object]) -> None:
        try:
            done[who] = work()
        except Exception as error:
            done[who] = error

    def go_second() -> None:
        if begun.wait(PATIENCE_SECONDS):
            go("second", second)

    def pause(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if begun.is_set() or threading.current_thread() is not doing or not statement.startswith(behind):
            return
        begun.set()
        if _keeps_nobody_waiting(connection):
            wait_until(lambda: "second" in done)
        elif engine.dialect.name == "postgresql":
            wait_until(lambda: "second" in done or _waits(engine))

    event.listen(engine, "after_cursor_execute", pause)
    try:
        with beside(go_second):
            go("first", first)
            assert begun.is_set(), f"nothing begins with {behind}"
    finally:
        event.remove(engine, "after_cursor_execute", pause)
    return [done["first"], done["second"]]


def _keeps_nobody_waiting(connection: Connection) -> Any:
    return connection.get_execution_options().get("only_reads", False)


def _waits(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(_WAITING))
