"""The trading sessions that tile the day, with the summer time of London and New York."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

SESSION_WORDS = {"asia": "Asia", "europe": "Europe", "us": "US", "late_us": "late US"}
_STARTS = (
    ("asia", time(0, 0), UTC),
    ("europe", time(8, 0), ZoneInfo("Europe/London")),
    ("us", time(9, 30), ZoneInfo("America/New_York")),
    ("late_us", time(16, 0), ZoneInfo("America/New_York")),
)


@dataclass(frozen=True, slots=True)
class Session:
    """A stretch of the UTC day. `name` is asia, europe, us or late_us."""

    name: str
    start: datetime  # aware, UTC
    end: datetime  # when the next one starts


def session_at(now: datetime) -> Session:
    """The session an aware instant falls in; every session starts on the calendar date of the UTC day."""
    day = now.astimezone(UTC).date()
    starts = [datetime.combine(day, at, zone).astimezone(UTC) for _, at, zone in _STARTS]
    ends = (*starts[1:], starts[0] + timedelta(days=1))
    tiles = [Session(name, start, end) for (name, _, _), start, end in zip(_STARTS, starts, ends, strict=True)]
    return [tile for tile in tiles if tile.start <= now][-1]
