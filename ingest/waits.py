"""Reads how long a server asks us to wait before we come again."""

from datetime import datetime, timedelta

from ingest.dates import parse_date

LONGEST_WAIT = timedelta(hours=24)


def wait_asked(retry_after: str | None, now: datetime) -> timedelta | None:
    """How long Retry-After asks to wait, from seconds or a date, 24 hours at most; None when it says neither.

    Negative for a date that has passed.
    """
    said = (retry_after or "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    at = parse_date(said) if said else None
    return min(at - now, LONGEST_WAIT) if at else None
