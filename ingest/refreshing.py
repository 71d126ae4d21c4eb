"""Polls feeds: fetches each, reads what is new in it, and stores the articles."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
import xxhash

from ingest.entry import Entry, Feed
from ingest.extracting import extract
from ingest.feed_status import FeedStatus, Poll
from ingest.fetching import Fetched, Fetcher
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.store import FeedStore

FEED_DEADLINE = timedelta(seconds=20)
POLLED_EVERY = timedelta(minutes=5)
# Linear, not exponential: a doubling delay turns a ten-minute outage into hours of missed news.
BACKOFF_STEP, BACKOFF_LIMIT = timedelta(minutes=5), timedelta(hours=1)

log = structlog.get_logger()


async def refresh_feeds(
    feed_ids: Sequence[int],
    *,
    feeds: FeedStore,
    fetcher: Fetcher,
    parser: Parser,
    max_age: timedelta,
    clock: Callable[[], datetime],
) -> list[str]:
    """Polls some feeds side by side and returns the ids of the articles that are new."""
    found = [feed for feed_id in feed_ids if (feed := feeds.get(feed_id)) and feed.enabled]
    polls = (_refresh_feed(feed, feeds, fetcher, parser, max_age, clock) for feed in found)
    ended = await asyncio.gather(*polls, return_exceptions=True)
    return [article_id for feed, new in zip(found, ended, strict=True) for article_id in _stored(feed, new)]


def _stored(feed: FeedStatus, ended: list[str] | BaseException) -> list[str]:
    """A mistake of ours in one feed must not cost the others' news: it is told, and the feed is due again."""
    if isinstance(ended, BaseException):
        log.error("poll broke", feed=feed.id, publisher=feed.publisher.id, exc_info=ended)
        return []
    return ended


async def _refresh_feed(
    feed: FeedStatus,
    feeds: FeedStore,
    fetcher: Fetcher,
    parser: Parser,
    max_age: timedelta,
    clock: Callable[[], datetime],
) -> list[str]:
    fetched = await fetcher.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified, deadline=FEED_DEADLINE)
    outcome, read = await _read(feed, fetched, parser)
    oldest = datetime.min.replace(tzinfo=clock().tzinfo) if feed.was_read else clock() - max_age
    new = []
    for entry in read.entries if read else ():
        article_id = await _take(entry, feed, feeds, fetcher, parser, oldest, clock())
        new += [article_id] if article_id else []
    # Only now: a worker killed on the way has recorded nothing, so the next poll reads the same entries again.
    feeds.record(feed.id, _poll(feed, outcome, fetched, clock()))
    log.info("feed polled", feed=feed.id, publisher=feed.publisher.id, outcome=outcome.value, new=len(new))
    return new


async def _read(feed: FeedStatus, fetched: Fetched, parser: Parser) -> tuple[Outcome, Feed | None]:
    if fetched.outcome is not Outcome.OK:
        return fetched.outcome, None
    if _hash(fetched.body) == feed.body_hash:
        return Outcome.UNCHANGED, None
    read = await parser.feed(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    return (read, None) if isinstance(read, Outcome) else (Outcome.OK, read)


async def _take(
    entry: Entry, feed: FeedStatus, feeds: FeedStore, fetcher: Fetcher, parser: Parser, oldest: datetime, now: datetime
) -> str | None:
    """Deals with one entry, once; the id of its article when that is new."""
    guid_hash = _hash((entry.guid or entry.url).encode())
    if feeds.begin_entry(feed.id, guid_hash) is not None:
        return None
    if entry.published_at and entry.published_at < oldest:
        feeds.end_entry(feed.id, guid_hash, Outcome.TOO_OLD, None)
        return None
    speaker = replace(feed.publisher, language=feed.language)  # a publisher's feeds may differ in it
    extracted = await extract(entry, speaker, fetcher=fetcher, parser=parser, seen_at=now)
    if isinstance(extracted, Outcome):
        feeds.end_entry(feed.id, guid_hash, extracted, None)
        return None
    if extracted.page is not None:
        feeds.count_page(feed.id, extracted.page)
    is_new = feeds.end_entry(feed.id, guid_hash, Outcome.STORED, extracted.article)
    return extracted.article.id if is_new else None


def _poll(feed: FeedStatus, outcome: Outcome, fetched: Fetched, now: datetime) -> Poll:
    failed = outcome not in (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.UNCHANGED)
    wait = min(BACKOFF_STEP * (feed.failures + 1), BACKOFF_LIMIT) if failed else POLLED_EVERY
    return Poll(
        at=now,
        outcome=outcome,
        next_poll_at=now + wait,
        etag=fetched.headers.get("etag"),
        last_modified=fetched.headers.get("last-modified"),
        body_hash=_hash(fetched.body),
    )


def _hash(content: bytes) -> str:
    return xxhash.xxh3_128_hexdigest(content)
