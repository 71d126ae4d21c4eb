"""Reads publishers' dates, and doubts them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ingest.date_words import MONTHS, WEEKDAYS, ZONES
from ingest.entry import MAX_DATE

CLOCK_SKEW = timedelta(minutes=10)  # publishers' clocks run ahead; anything beyond is a mistake or a lure
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
CENTURY_TURNS = 69  # two digits below it are of this century, as POSIX has it

EPOCH_SECONDS = re.compile(r"\d{9,10}", re.A)
EPOCH_MILLISECONDS = re.compile(r"\d{12,13}", re.A)
ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
    r"(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)? ?(?:Z|([+-])(\d\d):?(\d\d)Z?)?)?",
    re.I | re.A,
)
# RFC 822 and what became of it: a date before the time, behind it, or on both sides.
TIME = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?(?![\d:])(?: ?([AaPp])\.? ?[Mm]\b\.?)?"
    r"(?: ?(?:(?:GMT|UTC|UT)? ?([+-])(\d\d):?(\d\d)|([A-Z][A-Za-z]{1,12}/[A-Za-z_]{2,20}|[A-Z]{1,4}))(?![\w:+-]))?",
    re.A,
)
REMARK = re.compile(r"\([^()]*\)")
ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.|º)(?= |$)", re.I | re.A)
NUMBERS = re.compile(r"(\d{1,4})([/.\- ])(\d{1,2})\2(\d{2,4})", re.A)
BETWEEN = {"-", "–", "at", "de", "um", "à"}


def clamp(published_at: datetime | None, seen_at: datetime) -> tuple[datetime, bool]:
    """The instant to believe, never after `seen_at`, and whether the stated one could be true."""
    if published_at is None or not EARLIEST <= published_at <= seen_at + CLOCK_SKEW:
        return seen_at, False
    return min(published_at, seen_at), True


def parse_date(raw: str) -> datetime | None:
    """An aware UTC instant from ISO 8601, RFC 822 and their relatives or a Unix time; without a zone it is UTC.

    None when it is none of these, and when it may mean two instants: day or month first, a zone nobody knows. Another
    date is found then, the page's or the server's, while a wrong one would be believed.
    """
    text = " ".join(raw[: 2 * MAX_DATE].split())
    if not text or len(text) > MAX_DATE:
        return None
    for read in (_epoch, _iso, _in_words):
        try:
            if (found := read(text)) is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _epoch(text: str) -> datetime | None:
    if EPOCH_SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    return datetime.fromtimestamp(int(text) / 1000, UTC) if EPOCH_MILLISECONDS.fullmatch(text) else None


def _iso(text: str) -> datetime | None:
    found = ISO.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, sign, *offset = found.groups()
    zone = _offset(sign, *offset) if sign else UTC
    at = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), tzinfo=zone)
    return at + _seconds(second) + timedelta(seconds=float(f"0.{fraction or 0}"))


def _in_words(text: str) -> datetime | None:
    text = REMARK.sub("", text).strip()
    time = TIME.search(text)
    if not time:
        *rest, last = text.split(" ")
        zone = ZONES.get(last.lower()) if rest else None
        day = _day(" ".join(rest) if zone is not None else text)
        return day.replace(tzinfo=timezone(timedelta(minutes=zone or 0))) if day else None
    hour, minute, second, half, sign, *offset, name = time.groups()
    day = _day(f"{text[: time.start()]} {text[time.end() :]}")
    zone_of_time = _offset(sign, *offset) if sign else _named(name)
    if day is None or zone_of_time is None:
        return None
    at = day.replace(hour=_of_24(int(hour), half), minute=int(minute), tzinfo=zone_of_time)
    return at + _seconds(second)


def _seconds(second: str | None) -> timedelta:
    """A leap second counts as the one before it."""
    seconds = int(second or 0)
    if seconds > 60:
        raise ValueError(second)
    return timedelta(seconds=min(seconds, 59))


def _of_24(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half in "Pp" else 0)


def _offset(sign: str, hours: str, minutes: str) -> timezone:
    if int(minutes) > 59:
        raise ValueError(minutes)
    east = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-east if sign == "-" else east)


def _named(zone: str | None) -> tzinfo | None:
    """None for a zone that nobody knows: read as UTC, it would be wrong by hours."""
    if zone is None:
        return UTC
    if "/" in zone:
        try:
            return ZoneInfo(zone)
        except (KeyError, OSError):
            return None
    east = ZONES.get(zone.lower())
    return None if east is None else timezone(timedelta(minutes=east))


def _day(text: str) -> datetime | None:
    """The day that is left of a date when its time is taken out; naive, at midnight."""
    words = [word.strip(",.").lower() for word in ORDINAL.sub(r"\1 ", text.replace(",", " ")).split()]
    words = [word for word in words if word and word not in BETWEEN]
    names = [word for word in words if word in MONTHS or word in WEEKDAYS]
    figures = [word for word in words if word not in names]
    weekday = WEEKDAYS.get(names[0]) if names else None
    if names and names[0] in WEEKDAYS and (len(names) > 1 or names[0] not in MONTHS):
        names = names[1:]
    if len(names) > 1:
        return None
    return _with_month(MONTHS.get(names[0], 0), figures) if names else _in_figures(" ".join(figures), weekday)


def _with_month(month: int, figures: Sequence[str]) -> datetime | None:
    if not month or not all(figure.isascii() and figure.isdigit() for figure in figures):
        return None
    if len(figures) == 1 and len(figures[0]) == 4:
        return datetime(int(figures[0]), month, 1)
    if len(figures) != 2 or max(map(len, figures)) > 4:
        return None
    day, year = (figures[1], figures[0]) if len(figures[0]) == 4 else figures
    return datetime(_year(year), month, int(day)) if len(day) <= 2 and len(year) != 3 else None


def _in_figures(text: str, weekday: int | None) -> datetime | None:
    """A day in figures alone, when only one order of them makes sense or its weekday says which does."""
    found = NUMBERS.fullmatch(text)
    if not found:
        return None
    first, mark, second, last = found.groups()
    if len(first) == 4:
        return datetime(int(first), int(second), int(last)) if len(last) == 2 else None
    if len(first) > 2 or len(last) == 3 or (mark == "-" and len(last) == 2):
        return None
    orders = [(int(second), int(first))] if mark == "." else [(int(first), int(second)), (int(second), int(first))]
    days = {datetime(_year(last), month, day) for month, day in orders if month <= 12}
    if len(days) > 1:
        days = {day for day in days if day.weekday() == weekday}
    return days.pop() if len(days) == 1 else None


def _year(figures: str) -> int:
    year = int(figures)
    return year if len(figures) > 2 else year + (2000 if year < CENTURY_TURNS else 1900)
