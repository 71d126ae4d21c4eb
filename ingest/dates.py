"""Reads publishers' dates, and doubts them."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

CLOCK_SKEW = timedelta(minutes=10)  # publishers' clocks run ahead; anything beyond is a mistake or a lure
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)

EPOCH_SECONDS = re.compile(r"\d{9,10}")
EPOCH_MILLISECONDS = re.compile(r"\d{12,13}")
LAST_WORD = re.compile(r"\b([A-Z]{2,5})$")
# Names the standard library does not know and would silently read as UTC.
ZONES = {
    "BST": "+0100",
    "CET": "+0100",
    "CEST": "+0200",
    "EET": "+0200",
    "EEST": "+0300",
    "MSK": "+0300",
    "IST": "+0530",
    "ICT": "+0700",
    "HKT": "+0800",
    "SGT": "+0800",
    "KST": "+0900",
    "JST": "+0900",
    "AEST": "+1000",
    "AEDT": "+1100",
}


def clamp(published_at: datetime | None, seen_at: datetime) -> tuple[datetime, bool]:
    """The instant to believe, never after `seen_at`, and whether the stated one could be true."""
    if published_at is None or not EARLIEST <= published_at <= seen_at + CLOCK_SKEW:
        return seen_at, False
    return min(published_at, seen_at), True


def parse_date(raw: str) -> datetime | None:
    """An aware UTC instant from ISO 8601, RFC 822 or a Unix time; a date without a zone is taken as UTC.

    None when it is none of these.
    """
    text = " ".join(raw.split())
    zone = LAST_WORD.search(text)
    if zone and zone[1] in ZONES:
        text = text[: zone.start()] + ZONES[zone[1]]
    for read in (_epoch, datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return None


def _epoch(text: str) -> datetime:
    if EPOCH_SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    if EPOCH_MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    raise ValueError(text)
