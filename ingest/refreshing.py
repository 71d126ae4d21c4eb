"""Polls feeds: fetches each, reads what is new in it, and stores the articles."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from ingest.answer import Answer, broken_poll, conditions, poll_of, read_answer
from ingest.entry import Feed
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetched, Fetcher
from ingest.fingerprints import fingerprint
from ingest.missing import look_for_missing
from ingest.naming import Named, named
from ingest.oddity_counts import impossible_dates
from ingest.outcome import ANSWERED, OUR_DOING, Outcome
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.polling import BEGINS_WITHIN, Polling
from ingest.revising import changed_entries, revise_all
from ingest.site_rule_store import SiteRuleStore
from ingest.site_rules import Pages
from ingest.store import FeedStore
from ingest.taking import Fresh, News, take_all
from storage.outage import is_outage

FEED_DEADLINE = timedelta(seconds=20)

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

    A poll begins nothing after `BEGINS_WITHIN`; one that had more to do is due again at once. `announce` gets the same
    ids in parts, as soon as they are stored, so that no feed's news waits for a slower feed.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: for an outage, once all polls have ended.
    """
    article_ids = list[str]()
    pages = Pages.by(rules, fetcher, parser, clock)
    polling = Polling(feeds, sites, fetcher, pages, parser, max_age, clock, announce)
    found = [feed for feed_id in feed_ids if (feed := feeds.get(feed_id)) and feed.enabled]
    # To its end each of them: what is cancelled has begun entries, whose attempts would stay counted.
    ended = await asyncio.gather(*(_poll(feed, polling) for feed in found), return_exceptions=True)
    for new in ended:
        if isinstance(new, BaseException):
            raise new
        article_ids.extend(new)
    return article_ids


def break_off(feed_ids: Sequence[int], claimed_at: datetime, feeds: FeedStore, now: datetime) -> None:
    """Ends those polls of some feeds, claimed together, that their task was too short for."""
    for feed in feeds.claimed(feed_ids, claimed_at):
        feeds.record(feed.id, broken_poll(feed, now))


async def _poll(feed: FeedStatus, polling: Polling) -> list[str]:
    """A mistake of ours in one feed must not cost the others' news: it is told, and counts as a failed poll.

    A database that fails is no feed's fault, and fails the task in the end: its claims run out.
    """
    try:
        return await _refresh_feed(feed, polling)
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("poll broke", feed=feed.id, publisher=feed.publisher.id)
    try:
        polling.feeds.record(feed.id, broken_poll(feed, polling.clock()))
    except Exception as error:
        if is_outage(error):
            raise
        log.exception("poll not recorded", feed=feed.id, publisher=feed.publisher.id)
    return []


async def _refresh_feed(feed: FeedStatus, polling: Polling) -> list[str]:
    ends_at = polling.clock() + BEGINS_WITHIN
    etag, last_modified = conditions(feed, polling.clock())
    fetched = await polling.fetcher.fetch(
        feed.url,
        etag=etag,
        last_modified=last_modified,
        deadline=FEED_DEADLINE,
        wait_until=ends_at - FEED_DEADLINE,  # so that time is left to read it
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
    again_at = (fetched.free_at or now) if outcome in OUR_DOING else again_at
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
