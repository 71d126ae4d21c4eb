"""Instants in the database and the clock by which they are looked at, which somebody may have set back meanwhile."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

CLOCKS_DIFFER = timedelta(minutes=1)  # between the machines of one service

LOOKED_BACK = timedelta(minutes=1)  # by a sweep, at most: what is newer than that before now is in somebody's hands


def has_come(instant: ColumnElement[Any], now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Whether an instant is over that was set `longest` ahead at most.

    One that lies further ahead was set by a clock that went wrong and was put right: whoever waited for it would wait
    for a day, say, where seconds were meant.
    """
    return or_(instant <= now, instant > now + longest + CLOCKS_DIFFER)
