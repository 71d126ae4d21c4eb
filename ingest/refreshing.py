"""Polls feeds: fetches each, reads what is new in it, and stores the articles."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ingest.answer import Answer, conditions, content_hash, poll_of
from ingest.article import Article
from ingest.dates import clamp
from ingest.entry import Entry, Feed
from ingest.extracting import Extracted, extract, fetch_page, from_feed, is_passing
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetched, Fetcher
from ingest.landing import Landing, is_one_title, is_shared
from ingest.outcome import Outcome
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.polling import Polling
from ingest.revising import Retitled, revise_all, title_hash
from ingest.site_rule_store import SiteRuleStore
from ingest.site_rules import Pages
from ingest.store import FeedStore

FEED_DEADLINE = timedelta(seconds=20)
# At one request a second a first poll of 300 entries would take five minutes, and nobody else would get its worker.
POLL_LASTS = timedelta(seconds=60)
ANNOUNCED_AT_ONCE = 10  # articles; at one a second a feed's first ones are events while its last ones are fetched
# A page that does not come is asked for once more; then the teaser has to do, since news cannot wait for long.
PAGE_TRIES, TRY_AGAIN_AFTER = 2, timedelta(minutes=2)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Fresh:
    """An entry that was not dealt with yet."""

    guid_hash: str
    entry: Entry
    attempts: int  # before this poll


@dataclass(frozen=True, slots=True)
class _Led:
    """An entry whose link led to another page; whether that is its article is told from where the others' led."""

    fresh: _Fresh
    extracted: Extracted
    landing: Landing


@dataclass(frozen=True, slots=True)
class _Busy:
    """The host of an entry's page has no turn for us in the time of this poll."""

    until: datetime


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
    fresh = _fresh(feed, read.entries, polling.feeds) if read else []
    news = _News(polling.announce)
    try:
        led: list[_Led] = []
        again_at = await _take_all(fresh, feed, polling, ends_at, news, led)
        _settle(led, feed, polling, news)
        again_at = await revise_all(_retitled(feed, read, polling), feed, polling, ends_at) or again_at
    finally:
        news.announce()
    now = polling.clock()
    again_at = (fetched.free_at or now) if outcome is Outcome.NO_TURN else again_at
    first_seen = sum(not one.attempts for one in fresh)
    # Only now: a worker killed on the way has recorded nothing, so the next poll reads the same entries again.
    answer = Answer(outcome, fetched, read, first_seen, bool(news.article_ids), again_at)
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
    if content_hash(fetched.body) == feed.body_hash:
        return Outcome.UNCHANGED, None
    read = await parser.feed(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    return (read, None) if isinstance(read, Outcome) else (Outcome.OK, read)


def _fresh(feed: FeedStatus, entries: Sequence[Entry], feeds: FeedStore) -> list[_Fresh]:
    """The entries that were not dealt with yet, each once, in the feed's order."""
    hashed: dict[str, Entry] = {}
    for entry in entries:
        hashed.setdefault(_guid_hash(entry), entry)
    begun = feeds.attempts(feed.id, list(hashed))
    tried = ((guid_hash, entry, begun.get(guid_hash, 0)) for guid_hash, entry in hashed.items())
    return [_Fresh(guid_hash, entry, attempts) for guid_hash, entry, attempts in tried if attempts is not None]


def _retitled(feed: FeedStatus, read: Feed | None, polling: Polling) -> list[Retitled]:
    """The entries that have another headline than the one their article was stored with."""
    titled = {_guid_hash(entry): entry for entry in reversed(read.entries if read else ()) if entry.title}
    hashes = {guid_hash: title_hash(entry) for guid_hash, entry in titled.items()}
    found = polling.feeds.retitled(feed.id, hashes)
    return [Retitled(guid_hash, titled[guid_hash], article) for guid_hash, article in found.items()]


def _guid_hash(entry: Entry) -> str:
    """What tells an entry from the feed's others: its guid or link; without both, its words."""
    name = entry.guid or entry.url or "\n".join((entry.title, entry.summary, entry.content))
    return content_hash(name.encode())


async def _take_all(
    fresh: Sequence[_Fresh], feed: FeedStatus, polling: Polling, ends_at: datetime, news: _News, led: list[_Led]
) -> datetime | None:
    """Deals with entries until time is up; when to take up those that are left, None when none is.

    Those that `led` gets are still to be settled.
    """
    again_at = None
    for one in fresh:
        if polling.clock() >= ends_at:
            return polling.clock()
        taken = await _take(one, feed, polling, ends_at)
        if isinstance(taken, _Busy):
            return taken.until
        if taken is None:
            again_at = polling.clock() + TRY_AGAIN_AFTER
        elif isinstance(taken, _Led):
            led.append(taken)
        elif not isinstance(taken, Outcome):
            news.add(taken)
    return again_at


def _settle(led: Sequence[_Led], feed: FeedStatus, polling: Polling, news: _News) -> None:
    """Ends the entries whose links led elsewhere, now that all of them are known."""
    for one in led:
        try:
            now = polling.clock()
            is_anothers = is_shared(one.landing, [other.landing for other in led]) or _is_taken(one.landing, polling)
            extracted = from_feed(one.fresh.entry, feed.speaker, now) if is_anothers else one.extracted
            ended = _end(one.fresh, extracted, feed, polling, now)
        except Exception:  # as in _take
            _tell_it_broke(one.fresh, feed)
            continue
        if not isinstance(ended, Outcome):
            news.add(ended)


def _is_taken(landing: Landing, polling: Polling) -> bool:
    """Whether an article about something else was found there before."""
    title = polling.feeds.title_at(landing.address)
    return title is not None and not is_one_title(landing.title, title)


async def _take(
    one: _Fresh, feed: FeedStatus, polling: Polling, ends_at: datetime
) -> str | Outcome | _Led | _Busy | None:
    """Deals with one entry, once: the id of its new article, or why there is none; None: it is to be tried again."""
    entry, feeds, sites, now = one.entry, polling.feeds, polling.sites, polling.clock()
    speaker = feed.speaker
    fetched = None
    if not (is_old := _is_too_old(entry.published_at, feed, polling, now)):
        fetched = await fetch_page(entry, speaker, sites=sites, pages=polling.pages, wait_until=ends_at)
    if fetched and fetched.outcome is Outcome.NO_TURN:
        return _Busy(fetched.free_at or polling.clock())
    # The attempt counts from here, where strangers' text is read: a worker that is killed while an entry waits for its
    # host, three times over, must not cost the entry.
    dealt_with = feeds.begin_entry(feed.id, one.guid_hash)
    if dealt_with is not None:
        return dealt_with
    if fetched and is_passing(fetched) and one.attempts + 1 < PAGE_TRIES:
        feeds.count_page(feed.id, fetched.outcome)
        return None
    try:
        extracted = Extracted(Outcome.TOO_OLD)
        if not is_old:
            extracted = await extract(entry, fetched, speaker, sites=sites, parser=polling.parser, seen_at=now)
        if extracted.landing:
            return _Led(one, extracted, extracted.landing)
        return _end(one, extracted, feed, polling, now)
    except Exception:  # what a stranger's text finds in us is no known set, and must not cost the feed's other entries
        _tell_it_broke(one, feed)
        return None


def _tell_it_broke(one: _Fresh, feed: FeedStatus) -> None:
    log.exception("entry broke", feed=feed.id, publisher=feed.publisher.id, entry=one.guid_hash)


def _end(one: _Fresh, extracted: Extracted, feed: FeedStatus, polling: Polling, now: datetime) -> str | Outcome:
    """Keeps what an entry came to: the id of its article where that is new, else why there is none."""
    found = extracted.found
    if isinstance(found, Article) and _is_too_old(found.published_at, feed, polling, now):
        found = Outcome.TOO_OLD  # the feed gave no date, the page did
    if isinstance(found, Outcome):
        polling.feeds.end_entry(feed.id, one.guid_hash, found, None, extracted.page)
        return found
    is_new = polling.feeds.end_entry(
        feed.id, one.guid_hash, Outcome.STORED, found, extracted.page, title_hash(one.entry)
    )
    return found.id if is_new else Outcome.KNOWN


def _is_too_old(published_at: datetime | None, feed: FeedStatus, polling: Polling, now: datetime) -> bool:
    """At a feed's first poll what is old is no news; later it is late news."""
    believed, _ = clamp(published_at, now)
    return not feed.was_read and believed < now - polling.max_age
