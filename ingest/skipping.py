"""The hours and days on which a feed asks not to be read, as RSS states them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

HOUR = timedelta(hours=1)
WEEK_HOURS = 7 * 24
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# feedparser keeps the last hour of the list alone. A list of all hours has 400 characters.
_BLOCK = rb"<skip%s\b[^>]{0,100}>(.{0,4000}?)</skip%s\s*>"
_HOURS = re.compile(_BLOCK % (b"hours", b"hours"), re.IGNORECASE | re.DOTALL)
_DAYS = re.compile(_BLOCK % (b"days", b"days"), re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s{0,20}([a-z]{6,9})\s{0,20}</day", re.IGNORECASE)
_LOOKED_THROUGH = 64 * 1024  # bytes; a channel says it before its entries or behind them


@dataclass(frozen=True, slots=True)
class Skips:
    """Hours of the day (0 to 23, UTC) and days of the week (0 is Monday), ascending."""

    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()

    def past(self, at: datetime, latest: datetime) -> datetime:
        """The first instant from `at` on that is not skipped, at `latest` the latter."""
        if not self._has(at):
            return at
        hour = datetime.combine(at.date(), time(at.hour), UTC)
        later = (hour + HOUR * number for number in range(1, WEEK_HOURS))
        return max(at, min(next((start for start in later if not self._has(start)), latest), latest))

    def _has(self, at: datetime) -> bool:
        return at.hour in self.hours or at.weekday() in self.days


NO_SKIPS = Skips()


def read_skips(body: bytes) -> Skips:
    """What the channel of an RSS feed states; anything else states nothing."""
    said = body if len(body) <= 2 * _LOOKED_THROUGH else body[:_LOOKED_THROUGH] + body[-_LOOKED_THROUGH:]
    hours, days = _HOURS.search(said), _DAYS.search(said)
    # RSS 0.91 counted the hours from 1 to 24.
    stated = {int(hour) % 24 for hour in _HOUR.findall(hours[1]) if int(hour) <= 24} if hours else set[int]()
    named = {name.decode().lower() for name in _DAY.findall(days[1])} if days else set[str]()
    return Skips(tuple(sorted(stated)), tuple(number for number, name in enumerate(DAYS) if name in named))
