"""Polls feeds: fetches each, reads what is new in it, and stores the articles."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
import xxhash

from ingest import schedule
from ingest.entry import Entry, Feed
from ingest.extracting import extract, fetch_page
from ingest.feed_status import FeedStatus, Poll
from ingest.fetching import Fetched, Fetcher
from ingest.outcome import ANSWERED, Outcome
from ingest.parser import Parser
from ingest.store import FeedStore

FEED_DEADLINE = timedelta(seconds=20)
# At one request a second a first poll of 300 entries would take five minutes, and nobody else would get its worker.
POLL_LASTS = timedelta(seconds=60)
ANNOUNCED_AT_ONCE = 10  # articles; at one a second a feed's first ones are events while its last ones are fetched
ASKS_TO_WAIT = frozenset({429, 503})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Polling:
    """What every poll of a task works with. `announce` gets the ids of new articles while a poll is under way."""

    feeds: FeedStore
    fetcher: Fetcher
    parser: Parser
    max_age: timedelta
    clock: Callable[[], datetime]
    announce: Callable[[Sequence[str]], None]


async def refresh_feeds(
    feed_ids: Sequence[int],
    *,
    feeds: FeedStore,
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
    polling = Polling(feeds, fetcher, parser, max_age, clock, announce)
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
    fresh = _fresh(feed, read.entries, polling.feeds) if read else {}
    news = _News(polling.announce)
    try:
        is_whole = outcome is not Outcome.NO_TURN and await _take_all(fresh, feed, polling, ends_at, news)
    finally:
        news.announce()
    # Only now: a worker killed on the way has recorded nothing, so the next poll reads the same entries again.
    poll = _poll(_Answer(outcome, fetched, read, len(fresh), bool(news.article_ids), is_whole), feed, polling.clock())
    polling.feeds.record(feed.id, poll)
    log.info(
        "feed polled",
        feed=feed.id,
        publisher=feed.publisher.id,
        outcome=outcome.value,
        new=len(news.article_ids),
        whole=is_whole,
        next_poll_at=poll.next_poll_at.isoformat(timespec="seconds"),
    )
    return news.article_ids


class _News:
    """The new articles of one poll, told in parts."""

    def __init__(self, tell: Callable[[Sequence[str]], None]) -> None:
        self.article_ids: list[str] = []
        self._tell, self._told = tell, 0

    def add(self, article_id: str) -> None:
        self.article_ids.append(article_id)
        if len(self.article_ids) - self._told >= ANNOUNCED_AT_ONCE:
            self.announce()

    def announce(self) -> None:
        untold, self._told = self.article_ids[self._told :], len(self.article_ids)
        if untold:
            self._tell(untold)


async def _read(feed: FeedStatus, fetched: Fetched, parser: Parser) -> tuple[Outcome, Feed | None]:
    if fetched.outcome is not Outcome.OK:
        return fetched.outcome, None
    if _hash(fetched.body) == feed.body_hash:
        return Outcome.UNCHANGED, None
    read = await parser.feed(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    return (read, None) if isinstance(read, Outcome) else (Outcome.OK, read)


def _fresh(feed: FeedStatus, entries: Sequence[Entry], feeds: FeedStore) -> dict[str, Entry]:
    """The entries that were not dealt with yet, by the hash of their guid, in the feed's order."""
    hashed: dict[str, Entry] = {}
    for entry in entries:
        hashed.setdefault(_hash((entry.guid or entry.url).encode()), entry)
    ended = feeds.ended(feed.id, list(hashed))
    return {guid_hash: entry for guid_hash, entry in hashed.items() if guid_hash not in ended}


async def _take_all(
    fresh: Mapping[str, Entry], feed: FeedStatus, polling: Polling, ends_at: datetime, news: _News
) -> bool:
    """Deals with entries until time is up; whether it got through all of them."""
    for guid_hash, entry in fresh.items():
        if polling.clock() >= ends_at:
            return False
        taken = await _take(guid_hash, entry, feed, polling, ends_at)
        if taken is Outcome.NO_TURN:
            return False
        if not isinstance(taken, Outcome):
            news.add(taken)
    return True


async def _take(guid_hash: str, entry: Entry, feed: FeedStatus, polling: Polling, ends_at: datetime) -> str | Outcome:
    """Deals with one entry, once: the id of its new article, or why there is none."""
    feeds, now = polling.feeds, polling.clock()
    is_too_old = not feed.was_read and entry.published_at and entry.published_at < now - polling.max_age
    fetched = None if is_too_old else await fetch_page(entry, polling.fetcher, ends_at)
    if fetched and fetched.outcome is Outcome.NO_TURN:
        return Outcome.NO_TURN
    # The attempt counts from here, where strangers' text is read: a worker that is killed while an entry waits for its
    # host, three times over, must not cost the entry.
    dealt_with = feeds.begin_entry(feed.id, guid_hash)
    if dealt_with is not None:
        return dealt_with
    if is_too_old:
        feeds.end_entry(feed.id, guid_hash, Outcome.TOO_OLD, None)
        return Outcome.TOO_OLD
    speaker = replace(feed.publisher, language=feed.language)  # a publisher's feeds may differ in it
    extracted = await extract(entry, fetched, speaker, parser=polling.parser, seen_at=now)
    if isinstance(extracted, Outcome):
        feeds.end_entry(feed.id, guid_hash, extracted, None)
        return extracted
    if extracted.page is not None:
        feeds.count_page(feed.id, extracted.page)
    is_new = feeds.end_entry(feed.id, guid_hash, Outcome.STORED, extracted.article)
    return extracted.article.id if is_new else Outcome.KNOWN


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a poll brought."""

    outcome: Outcome
    fetched: Fetched
    read: Feed | None
    fresh: int  # entries that had not been dealt with
    has_new: bool
    is_whole: bool


def _poll(answer: _Answer, feed: FeedStatus, now: datetime) -> Poll:
    interval, next_poll_at = _next(answer, feed, now)
    return Poll(
        at=now,
        outcome=answer.outcome,
        next_poll_at=next_poll_at,
        etag=answer.fetched.headers.get("etag"),
        last_modified=answer.fetched.headers.get("last-modified"),
        body_hash=_hash(answer.fetched.body),
        interval=interval,
        http_status=answer.fetched.status,
        has_new=answer.has_new,
        is_whole=answer.is_whole,
    )


def _next(answer: _Answer, feed: FeedStatus, now: datetime) -> tuple[timedelta | None, datetime]:
    """The interval from now on, None for the one before, and when to poll again."""
    headers = answer.fetched.headers
    if not answer.is_whole:
        return None, now
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
            new=answer.fresh if feed.was_read else 0,
            wish=schedule.wished_interval(answer.read.ttl_seconds, headers.get("cache-control", "")),
            now=now,
        )
    return interval, schedule.next_poll(feed, interval, now)


def _hash(content: bytes) -> str:
    return xxhash.xxh3_128_hexdigest(content)
