"""The trading sessions that tile the day, with the summer time of London and New York."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
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


def session_at(now: datetime) -> Session:
    """The session an aware instant falls in; every session starts on the calendar date of the UTC day."""
    day = now.astimezone(UTC).date()
    starts = [Session(name, datetime.combine(day, at, zone).astimezone(UTC)) for name, at, zone in _STARTS]
    return [session for session in starts if session.start <= now][-1]
