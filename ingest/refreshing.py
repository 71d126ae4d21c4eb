"""Polls feeds: fetches each, reads what is new in it, and stores the articles."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from ingest.answer import Answer, conditions, poll_of, read_answer
from ingest.entry import Feed
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetched, Fetcher
from ingest.fingerprints import fingerprint
from ingest.missing import look_for_missing
from ingest.naming import Named, named
from ingest.oddity_counts import impossible_dates
from ingest.outcome import ANSWERED, Outcome
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.polling import Polling
from ingest.revising import changed_entries, revise_all
from ingest.site_rule_store import SiteRuleStore
from ingest.site_rules import Pages
from ingest.store import FeedStore
from ingest.taking import Fresh, News, take_all

FEED_DEADLINE = timedelta(seconds=20)
# At one request a second a first poll of 300 entries would take five minutes, and nobody else would get its worker.
POLL_LASTS = timedelta(seconds=60)

log = structlog.get_logger()


async def refresh_feeds(
    feed_ids: Sequence[int],
    *,
    feeds: FeedStore,
    rules: SiteRuleStore,
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
    pages = Pages.by(rules, fetcher, parser, clock)
    polling = Polling(feeds, sites, fetcher, pages, parser, max_age, clock, announce)
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
    etag, last_modified = conditions(feed, polling.clock())
    fetched = await polling.fetcher.fetch(
        feed.url, etag=etag, last_modified=last_modified, deadline=FEED_DEADLINE, wait_until=ends_at
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
    again_at = (fetched.free_at or now) if outcome is Outcome.NO_TURN else again_at
    first_seen = sum(not one.attempts for one in fresh)
    # Only now: a worker killed on the way has recorded nothing, so the next poll reads the same entries again.
    odd = odd_names + impossible_dates(read.entries, now) + Counter(read.oddities) if read else None
    answer = Answer(outcome, fetched, read, odd, first_seen, bool(news.article_ids), again_at)
    poll = poll_of(answer, feed, polling.sites, now)
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
    if fetched.outcome is Outcome.OK and fingerprint(fetched.body) == feed.body_hash:
        return Outcome.UNCHANGED, None
    return await read_answer(fetched, parser)


def _fresh(feed: FeedStatus, listed: Sequence[Named], feeds: FeedStore) -> list[Fresh]:
    """The entries that were not dealt with yet, in the feed's order."""
    begun = feeds.attempts(feed.id, [one.name for one in listed])
    tried = ((one, begun.get(one.name, 0)) for one in listed)
    return [Fresh(one.name, one.entry, one.marks, attempts) for one, attempts in tried if attempts is not None]
