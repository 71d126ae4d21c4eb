"""What a poll of a feed brought, and what follows from it for the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest import failing, schedule
from ingest.entry import Feed
from ingest.feed_status import FeedStatus, OffBecause, Poll
from ingest.fetching import ASKS_TO_WAIT, Fetched
from ingest.fingerprints import fingerprint
from ingest.moved import Moving, moving
from ingest.oddity import Oddity
from ingest.outcome import ANSWERED, Outcome
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.waits import wait_asked

WHOLE_EVERY = timedelta(days=1)  # a server that always says 304 has lost its news for us until then
LONGEST_ETAG = 2000  # characters; who gives a longer one refuses it when it comes back
HAS_BODY = frozenset({Outcome.OK, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a poll brought."""

    outcome: Outcome
    fetched: Fetched
    read: Feed | None
    oddities: Mapping[Oddity, int] | None  # in how many entries each; None: no body was read
    first_seen: int  # entries that no poll had begun
    has_new: bool
    again_at: datetime | None  # when to take up the entries that are left; None: none is


def conditions(feed: FeedStatus, now: datetime) -> tuple[str | None, str | None]:
    """The ETag and Last-Modified to ask with, so that a feed need not send what we have.

    None where the body we have will be `WHOLE_EVERY` old when the feed is asked next, so always for a daily one.
    """
    next_poll_at = schedule.next_poll(feed, feed.interval or schedule.UNKNOWN, now)
    if feed.body_at is None or next_poll_at - feed.body_at >= WHOLE_EVERY:
        return None, None
    return feed.etag, feed.last_modified


async def read_answer(fetched: Fetched, parser: Parser) -> tuple[Outcome, Feed | None]:
    """How a fetch and the reading of what it brought ended, and the feed if it is one."""
    if fetched.outcome is not Outcome.OK:
        return fetched.outcome, None
    read = await parser.feed(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    return (read, None) if isinstance(read, Outcome) else (Outcome.OK, read)


def poll_of(answer: Answer, feed: FeedStatus, sites: Sites, now: datetime) -> Poll:
    """How the poll ended, and when the next one is."""
    interval, next_poll_at = _next(answer, feed, now)
    return Poll(
        at=now,
        outcome=answer.outcome,
        next_poll_at=next_poll_at,
        etag=_kept(answer.fetched.headers.get("etag")),
        last_modified=_kept(answer.fetched.headers.get("last-modified")),
        body_hash=fingerprint(answer.fetched.body),
        interval=interval,
        http_status=answer.fetched.status,
        has_new=answer.has_new,
        oddities=answer.oddities,
        is_whole=answer.again_at is None,
        has_body=answer.outcome in HAS_BODY,
        skips=answer.read.skips if answer.read else None,
        moving=_moving(answer, feed, sites, now),
        off_because=OffBecause.GONE if _is_gone(answer, feed) else None,
    )


def broken_poll(feed: FeedStatus, now: datetime) -> Poll:
    """How a poll ended that broke in us. It waits as others that fail, or its host's others would never come up."""
    wait = failing.wait_after(failing.grade(Outcome.BROKE, None, timedelta()), feed.failures + 1)
    return Poll(now, Outcome.BROKE, schedule.next_try(wait, None, now), moving=feed.moving, is_whole=False)


def _next(answer: Answer, feed: FeedStatus, now: datetime) -> tuple[timedelta | None, datetime]:
    """The interval from now on, None for the one before, and when to poll again."""
    if answer.again_at is not None:
        return None, answer.again_at
    if answer.outcome not in ANSWERED:
        interval, at = None, _next_try(answer, feed, now)
    else:
        interval = _interval(answer, feed, now)
        at = schedule.next_poll(feed, interval, now)
    skips = answer.read.skips if answer.read else feed.skips
    return interval, skips.past(at, now + schedule.LONGEST)


def _next_try(answer: Answer, feed: FeedStatus, now: datetime) -> datetime:
    status, headers = answer.fetched.status, answer.fetched.headers
    grade = failing.grade(answer.outcome, status, now - (feed.failing_since or now))
    asked = wait_asked(headers.get("retry-after"), now) if status in ASKS_TO_WAIT else None
    return schedule.next_try(failing.wait_after(grade, feed.failures + 1), asked, now)


def _interval(answer: Answer, feed: FeedStatus, now: datetime) -> timedelta:
    if answer.read is None:
        return schedule.interval_unchanged(feed, now)
    cache_control = answer.fetched.headers.get("cache-control", "")
    return schedule.interval_after(
        feed,
        dates=[entry.published_at for entry in answer.read.entries if entry.published_at],
        new=answer.first_seen if feed.was_read else 0,
        wish=schedule.wished_interval(answer.read.ttl_seconds, cache_control),
        now=now,
    )


def _moving(answer: Answer, feed: FeedStatus, sites: Sites, now: datetime) -> Moving | None:
    """A poll that failed says nothing of it."""
    if answer.outcome not in ANSWERED:
        return feed.moving
    return moving(feed.moving, answer.fetched.moved_to, feed.publisher, sites, now)


def _is_gone(answer: Answer, feed: FeedStatus) -> bool:
    return failing.is_gone(answer.fetched.status, feed.last_http_status, feed.failures + 1)


def _kept(header: str | None) -> str | None:
    return header if header and len(header) <= LONGEST_ETAG else None
