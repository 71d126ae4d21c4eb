"""When a message that was not taken is sent again."""

from datetime import datetime, timedelta

# As Standard Webhooks suggests: three days in all, over a weekend in which nobody looks.
RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When the next one is due after that many tries, the last of which failed just now; None: there is none."""
    return now + RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None
