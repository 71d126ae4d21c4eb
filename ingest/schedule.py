"""When a feed is polled next: by its own rhythm, and by what its publisher asks for."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil

from ingest.dates import EARLIEST
from ingest.feed_status import FeedStatus

SHORTEST, LONGEST = timedelta(minutes=2), timedelta(hours=24)
UNKNOWN = timedelta(minutes=10)  # for a feed whose dates say nothing
POLLS_A_GAP = 3  # a new entry waits a sixth of its feed's usual gap, and two rarely come in one poll
DATES_COUNTED = 20  # about a day of a newsroom: longer ago it may have had another rhythm
SILENCE_SHARE = 1 / 24  # after a silent night of 8 hours a newsroom is asked every 20 minutes, not every 3
# Less than POLLS_A_GAP, so that a wish leaves more than one poll a gap: many feeds say `ttl` a day or `hourly` because
# their software does, and hold no more than ten entries.
WISH_FACTOR = 2
FIRST_WAIT = timedelta(minutes=5)  # short enough that even the busiest feed of ten entries drops none meanwhile
GROWTH = 2
JITTER_SHARE = 0.1
GOLDEN = 0.6180339887  # its multiples modulo 1 lie far apart, for any run of ids
SHORTEST_RETRY = timedelta(minutes=1)
MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})")


def interval_after(
    feed: FeedStatus, *, dates: Sequence[datetime], new: int, wish: timedelta | None, now: datetime
) -> timedelta:
    """The interval to aim at after a poll whose body was read.

    Args:
        dates: of the entries in the body, in any order.
        new: how many entries it had that the answer before had not; 0 at a first poll, where that says nothing.
        wish: how often, at most, the publisher wants to be asked.
    """
    known = sorted(date for date in dates if EARLIEST <= date <= now)
    gap = usual_gap(known)
    own = gap / POLLS_A_GAP if gap is not None else UNKNOWN
    if new > 1 and feed.last_success_at is not None:
        # Dates can mislead (a day without a time, an hour off); what came in since the last answer cannot.
        own = min(own, (now - feed.last_success_at) / new)
    # Without a rhythm the newest date may be that of the feed's making, so it is no sign of life.
    heard = [at for at in (feed.last_new_at, known[-1] if gap is not None else None, now if new else None) if at]
    silence = now - max(heard) if heard else timedelta()
    needed = _bounded(max(own, silence * SILENCE_SHARE))
    return _bounded(max(needed, min(wish, WISH_FACTOR * needed)) if wish else needed)


def interval_unchanged(feed: FeedStatus, now: datetime) -> timedelta:
    """The interval to aim at after a poll that gave nothing to read: as before, longer as the silence grows.

    What a publisher wishes is in the interval already; counting it again would double it at each poll.
    """
    before = feed.interval or UNKNOWN
    return _bounded(max(before, (now - feed.last_new_at) * SILENCE_SHARE) if feed.last_new_at else before)


def next_poll(feed: FeedStatus, interval: timedelta, now: datetime) -> datetime:
    """The instant of the next poll, for a feed that answered.

    A wait is at most twice the one before, so that a rhythm read from dates proves itself before it is relied on. Up
    to a tenth is added by the feed's id: feeds of one rhythm would otherwise be due together for ever.
    """
    waited = now - feed.last_poll_at if feed.last_poll_at else timedelta()
    wait = min(interval, max(FIRST_WAIT, GROWTH * waited), LONGEST / (1 + JITTER_SHARE))
    return now + wait * (1 + JITTER_SHARE * (feed.id * GOLDEN % 1))


def next_try(wait: timedelta, asked: timedelta | None, now: datetime) -> datetime:
    """The instant of the next poll after a failure that has us wait; `asked` is the publisher's Retry-After."""
    return now + (wait if asked is None else min(max(asked, SHORTEST_RETRY), LONGEST))


def usual_gap(dates: Sequence[datetime]) -> timedelta | None:
    """The mean gap between the newest of some ascending dates, the longest tenth of the gaps left out.

    Plain means take nights and weekends for the rhythm, medians the minutes within a burst. None when fewer than three
    different dates are known: some feeds date every entry with the moment of the answer.
    """
    counted = dates[-DATES_COUNTED:]
    if len(set(counted)) < 3:
        return None
    gaps = sorted(later - earlier for earlier, later in pairwise(counted))
    kept = gaps[: len(gaps) - ceil(len(gaps) / 10)] if len(gaps) > 2 else gaps
    if not any(kept):  # most entries carry one day's date and no time
        kept = gaps
    return sum(kept, timedelta()) / len(kept)


def wished_interval(ttl_seconds: float | None, cache_control: str) -> timedelta | None:
    """The longer of what a feed's body and its Cache-Control ask for; None when neither does."""
    max_age = MAX_AGE.search(cache_control.lower())
    asked = [ttl_seconds or 0.0, float(max_age[1]) if max_age else 0.0]
    return timedelta(seconds=min(max(asked), LONGEST.total_seconds())) if max(asked) > 0 else None


def _bounded(interval: timedelta) -> timedelta:
    return min(max(interval, SHORTEST), LONGEST)
