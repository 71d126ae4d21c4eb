"""Polls feeds: fetches each, reads what is new in it, and stores the articles."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ingest import schedule
from ingest.entry import Feed
from ingest.feed_status import FeedStatus, Poll
from ingest.fetching import Fetched, Fetcher
from ingest.fingerprints import fingerprint
from ingest.missing import look_for_missing
from ingest.naming import Named, named
from ingest.oddity import Oddity
from ingest.oddity_counts import impossible_dates
from ingest.outcome import ANSWERED, Outcome
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.polling import Polling
from ingest.revising import changed_entries, revise_all
from ingest.store import FeedStore
from ingest.taking import Fresh, News, take_all

FEED_DEADLINE = timedelta(seconds=20)
# At one request a second a first poll of 300 entries would take five minutes, and nobody else would get its worker.
POLL_LASTS = timedelta(seconds=60)
ASKS_TO_WAIT = frozenset({429, 503})

log = structlog.get_logger()


async def refresh_feeds(
    feed_ids: Sequence[int],
    *,
    feeds: FeedStore,
    sites: Sites,
    fetcher: Fetcher,
    parser: Parser,
    max_age: timedelta,
    clock: Callable[[], datetime],
    announce: Callable[[Sequence[str]], None] = lambda article_ids: None,
) -> list[str]:
    """Polls some feeds side by side and returns the ids of the articles that are new.

    A poll lasts `POLL_LASTS`; one that had more to do is due again at once. `announce` gets the same ids in parts, as
    soon as they are stored, so that no feed's news waits for a slower feed.
    """
    polling = Polling(feeds, sites, fetcher, parser, max_age, clock, announce)
    found = [feed for feed_id in feed_ids if (feed := feeds.get(feed_id)) and feed.enabled]
    ended = await asyncio.gather(*(_refresh_feed(feed, polling) for feed in found), return_exceptions=True)
    return [article_id for feed, new in zip(found, ended, strict=True) for article_id in _stored(feed, new)]


def _stored(feed: FeedStatus, ended: list[str] | BaseException) -> list[str]:
    """A mistake of ours in one feed must not cost the others' news: it is told, and the feed is due again."""
    if isinstance(ended, BaseException):
        log.error("poll broke", feed=feed.id, publisher=feed.publisher.id, exc_info=ended)
        return []
    return ended


async def _refresh_feed(feed: FeedStatus, polling: Polling) -> list[str]:
    ends_at = polling.clock() + POLL_LASTS
    fetched = await polling.fetcher.fetch(
        feed.url, etag=feed.etag, last_modified=feed.last_modified, deadline=FEED_DEADLINE, wait_until=ends_at
    )
    outcome, read = await _read(feed, fetched, polling.parser)
    known = polling.feeds.known(feed.id, read.entries if read else ())
    listed, odd_names = named(read.entries if read else (), known)
    fresh = _fresh(feed, listed, polling.feeds)
    news = News(polling.announce)
    try:
        taken = await take_all(fresh, feed, polling, ends_at, news)
        changed = changed_entries(listed, {one.guid_hash for one in fresh}, feed, polling)
        again_at = min(filter(None, (taken, await revise_all(changed, feed, polling, ends_at))), default=None)
        polling.feeds.remember(feed.id, listed, known)
        if outcome in ANSWERED:
            await look_for_missing(listed, feed, polling, ends_at)
    finally:
        news.announce()
    now = polling.clock()
    again_at = now if outcome is Outcome.NO_TURN else again_at
    first_seen = sum(not one.attempts for one in fresh)
    # Only now: a worker killed on the way has recorded nothing, so the next poll reads the same entries again.
    odd = odd_names + impossible_dates(read.entries, now) + Counter(read.oddities) if read else None
    poll = _poll(_Answer(outcome, fetched, read, odd, first_seen, bool(news.article_ids), again_at), feed, now)
    polling.feeds.record(feed.id, poll)
    log.info(
        "feed polled",
        feed=feed.id,
        publisher=feed.publisher.id,
        outcome=outcome.value,
        new=len(news.article_ids),
        whole=poll.is_whole,
        next_poll_at=poll.next_poll_at.isoformat(timespec="seconds"),
    )
    return news.article_ids


async def _read(feed: FeedStatus, fetched: Fetched, parser: Parser) -> tuple[Outcome, Feed | None]:
    if fetched.outcome is not Outcome.OK:
        return fetched.outcome, None
    if fingerprint(fetched.body) == feed.body_hash:
        return Outcome.UNCHANGED, None
    read = await parser.feed(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    return (read, None) if isinstance(read, Outcome) else (Outcome.OK, read)


def _fresh(feed: FeedStatus, listed: Sequence[Named], feeds: FeedStore) -> list[Fresh]:
    """The entries that were not dealt with yet, in the feed's order."""
    begun = feeds.attempts(feed.id, [one.name for one in listed])
    tried = ((one, begun.get(one.name, 0)) for one in listed)
    return [Fresh(one.name, one.entry, attempts) for one, attempts in tried if attempts is not None]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a poll brought."""

    outcome: Outcome
    fetched: Fetched
    read: Feed | None
    oddities: Mapping[Oddity, int] | None  # None: no body was read
    first_seen: int  # entries that no poll had begun
    has_new: bool
    again_at: datetime | None  # when to take up the entries that are left; None: none is


def _poll(answer: _Answer, feed: FeedStatus, now: datetime) -> Poll:
    interval, next_poll_at = _next(answer, feed, now)
    return Poll(
        at=now,
        outcome=answer.outcome,
        next_poll_at=next_poll_at,
        etag=answer.fetched.headers.get("etag"),
        last_modified=answer.fetched.headers.get("last-modified"),
        body_hash=fingerprint(answer.fetched.body),
        interval=interval,
        http_status=answer.fetched.status,
        has_new=answer.has_new,
        oddities=answer.oddities,
        is_whole=answer.again_at is None,
    )


def _next(answer: _Answer, feed: FeedStatus, now: datetime) -> tuple[timedelta | None, datetime]:
    """The interval from now on, None for the one before, and when to poll again."""
    headers = answer.fetched.headers
    if answer.again_at is not None:
        return None, answer.again_at
    if answer.outcome not in ANSWERED:
        asks = answer.fetched.status in ASKS_TO_WAIT
        asked = schedule.retry_after(headers.get("retry-after"), now) if asks else None
        return None, schedule.next_try(feed, asked, now)
    if answer.read is None:
        interval = schedule.interval_unchanged(feed, now)
    else:
        interval = schedule.interval_after(
            feed,
            dates=[entry.published_at for entry in answer.read.entries if entry.published_at],
            new=answer.first_seen if feed.was_read else 0,
            wish=schedule.wished_interval(answer.read.ttl_seconds, headers.get("cache-control", "")),
            now=now,
        )
    return interval, schedule.next_poll(feed, interval, now)
