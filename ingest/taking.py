"""Deals with the new entries of one poll: each becomes an article or ends in the outcome that says why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from ingest.article import Article
from ingest.dates import clamp
from ingest.entry import Entry
from ingest.extracting import Extracted, extract, fetch_page, from_feed, is_passing
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetched
from ingest.landing import Landing, is_one_title, is_shared
from ingest.naming import Marks
from ingest.outcome import BROKE_ITS_READER, OUR_DOING, Outcome
from ingest.polling import Polling
from ingest.site_rules import LONGEST_CRAWL_DELAY
from storage.outage import is_outage, no_attempt

ANNOUNCED_AT_ONCE = 10  # articles; at one a second a feed's first ones are events while its last ones are fetched
# A page that does not come is asked for once more; then the teaser has to do, since news cannot wait for long.
PAGE_TRIES, TRY_AGAIN_AFTER = 2, timedelta(minutes=2)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Fresh:
    """An entry that was not dealt with yet."""

    guid_hash: str
    entry: Entry
    marks: Marks
    attempts: int  # before this poll


@dataclass(frozen=True, slots=True)
class _Led:
    """An entry whose link led to another page; whether that is its article is told from where the others' led."""

    fresh: Fresh
    extracted: Extracted
    landing: Landing


@dataclass(frozen=True, slots=True)
class Busy:
    """Our own requests, the pace that is asked of them, or the end of this poll leave an entry no turn or no reader."""

    until: datetime


@dataclass(frozen=True, slots=True)
class _Again:
    """The page of an entry did not come, and may come a little later."""

    at: datetime


class News:
    """The new articles of one poll, told in parts."""

    def __init__(self, tell: Callable[[Sequence[str]], None]) -> None:
        self.article_ids: list[str] = []
        self._tell, self._told = tell, 0

    def add(self, article_id: str) -> None:
        """Takes one in, and tells of those that were not told of when they are enough."""
        self.article_ids.append(article_id)
        if len(self.article_ids) - self._told >= ANNOUNCED_AT_ONCE:
            self.announce()

    def announce(self) -> None:
        """Tells of those that were not told of."""
        untold, self._told = self.article_ids[self._told :], len(self.article_ids)
        if untold:
            self._tell(untold)


async def take_all(
    fresh: Sequence[Fresh], feed: FeedStatus, polling: Polling, ends_at: datetime, news: News
) -> datetime | None:
    """Deals with entries until time is up; when to take up those that are left, None when none is."""
    led: list[_Led] = []
    waits, tries = list[datetime](), list[datetime]()
    for one in fresh:
        if polling.clock() >= ends_at:
            waits.append(polling.clock())
            break
        taken, page = await _take(one, feed, polling, ends_at)
        if taken is None or page in BROKE_ITS_READER:
            tries.append(polling.clock() + TRY_AGAIN_AFTER)
        if isinstance(taken, _Again):
            tries.append(taken.at)
        elif isinstance(taken, Busy):  # the pages of others may lie elsewhere
            waits.append(taken.until)
        elif isinstance(taken, _Led):
            led.append(taken)
        elif isinstance(taken, str) and not isinstance(taken, Outcome):
            news.add(taken)
    _settle(led, feed, polling, news)
    # Once for all, and then for what else is left, too: a page whose host still rests by then would not be asked for a
    # second time.
    return max(tries) if tries else min(waits, default=None)


def _settle(led: Sequence[_Led], feed: FeedStatus, polling: Polling, news: News) -> None:
    """Ends the entries whose links led elsewhere, now that all of them are known."""
    for one in led:
        try:
            if _begin(one.fresh, one.extracted.page, feed, polling) is not None:
                continue
            now = polling.clock()
            is_anothers = is_shared(one.landing, [other.landing for other in led]) or _is_taken(one.landing, polling)
            extracted = one.extracted
            if is_anothers:
                extracted = from_feed(one.fresh.entry, feed.speaker, now, limits=extracted.limits)
            with no_attempt(partial(polling.feeds.take_attempt_back, feed.id, one.fresh.guid_hash)):
                ended = _end(one.fresh, extracted, feed, polling, now)
        except Exception as error:  # as in _take
            if is_outage(error):
                raise
            tell_it_broke(one.fresh.guid_hash, feed)
            continue
        if not isinstance(ended, Outcome):
            news.add(ended)


def _is_taken(landing: Landing, polling: Polling) -> bool:
    """Whether an article about something else was found there before."""
    title = polling.feeds.title_at(landing.address)
    return title is not None and not is_one_title(landing.title, title)


async def _take(
    one: Fresh, feed: FeedStatus, polling: Polling, ends_at: datetime
) -> tuple[str | Outcome | _Led | Busy | _Again | None, Outcome | None]:
    """Deals with one entry, once: the id of its new article, or why there is none; None: it is to be tried again.

    Beside it how the fetch of its page ended, None when it needed none.
    """
    entry, feeds, sites, now = one.entry, polling.feeds, polling.sites, polling.clock()
    speaker = feed.speaker
    fetched = None
    if not (is_old := _is_too_old(entry.published_at, feed, polling, now)):
        fetched = await page_of(entry, one.guid_hash, feed, polling, ends_at)
    if fetched and fetched.outcome in OUR_DOING and not _asks_for_rest(fetched, polling):
        return Busy(fetched.free_at or polling.clock()), None
    # The attempt counts from here, where strangers' text is read: a worker that is killed while an entry waits for its
    # host, three times over, must not cost the entry.
    dealt_with = _begin(one, fetched.outcome if fetched else None, feed, polling)
    if dealt_with is Outcome.QUARANTINED:
        return await _set_aside(one, fetched, feed, polling, now), None
    if dealt_with is not None:
        return dealt_with, None
    may_come = fetched and (is_passing(fetched) or fetched.outcome is Outcome.NO_TURN)
    if fetched and may_come and one.attempts + 1 < PAGE_TRIES:
        feeds.count_page(feed.id, fetched.outcome)
        again_at = polling.clock() + TRY_AGAIN_AFTER
        return _Again(max(again_at, fetched.free_at or again_at)), None
    try:
        extracted = Extracted(Outcome.TOO_OLD)
        if not is_old:
            extracted = await extract(entry, fetched, speaker, sites=sites, parser=polling.parser, seen_at=now)
        if extracted.page is Outcome.NO_TIME:
            feeds.take_attempt_back(feed.id, one.guid_hash)
            return Busy(polling.clock()), None
        if extracted.landing:
            # A worker that is killed before it comes to the others must not cost this one: its page was read well.
            feeds.take_attempt_back(feed.id, one.guid_hash)
            return _Led(one, extracted, extracted.landing), extracted.page
        with no_attempt(partial(feeds.take_attempt_back, feed.id, one.guid_hash)):
            return _end(one, extracted, feed, polling, now), extracted.page
    except Exception as error:  # what a stranger's text finds in us is no known set, and must not cost other entries
        if is_outage(error):
            raise
        tell_it_broke(one.guid_hash, feed)
        return None, None


def _begin(one: Fresh, page: Outcome | None, feed: FeedStatus, polling: Polling) -> Outcome | None:
    """As `begin_entry`. KNOWN: another worker was quicker, after this one's claim had run out."""
    dealt_with = polling.feeds.begin_entry(feed.id, one.guid_hash, one.marks)
    if dealt_with is Outcome.KNOWN and page:
        polling.feeds.count_page(feed.id, page)
    return dealt_with


def _asks_for_rest(fetched: Fetched, polling: Polling) -> bool:
    """Whether a page got no turn because its host refused others (429, 503): as if it had refused this one, too."""
    return fetched.free_at is not None and fetched.free_at - polling.clock() > LONGEST_CRAWL_DELAY


async def _set_aside(
    one: Fresh, fetched: Fetched | None, feed: FeedStatus, polling: Polling, now: datetime
) -> str | Outcome:
    """Keeps what broke its reader too often as the feed tells it; the id of its article where that is new.

    Of its page the headers alone are heeded: they may reserve the text.
    """
    article, page, feeds = None, fetched.outcome if fetched else None, polling.feeds
    aside = (feed.id, one.guid_hash, one.entry.url)
    try:
        if not _is_too_old(one.entry.published_at, feed, polling, now):
            extracted = await extract(one.entry, fetched, feed.speaker, sites=polling.sites, parser=None, seen_at=now)
            article = extracted.found if isinstance(extracted.found, Article) else None
        is_new = feeds.set_aside(*aside, article, now, page)
    except Exception:  # as in _take; not even the feed's words can be kept
        tell_it_broke(one.guid_hash, feed)
        is_new = feeds.set_aside(*aside, None, now, page)
    return article.id if article and is_new else Outcome.QUARANTINED


async def page_of(
    entry: Entry, guid_hash: str, feed: FeedStatus, polling: Polling, ends_at: datetime
) -> Fetched | None:
    """An entry's page, see `fetch_page`. A mistake of ours over its address is as a page that broke its reader."""
    try:
        return await fetch_page(entry, feed.speaker, sites=polling.sites, pages=polling.pages, wait_until=ends_at)
    except Exception:  # as in _take
        tell_it_broke(guid_hash, feed)
        return Fetched(Outcome.PARSE_FAILED, entry.url)


def tell_it_broke(guid_hash: str, feed: FeedStatus) -> None:
    """Tells of a mistake of ours over one entry, from where it is caught."""
    log.exception("entry broke", feed=feed.id, publisher=feed.publisher.id, entry=guid_hash)


def _end(one: Fresh, extracted: Extracted, feed: FeedStatus, polling: Polling, now: datetime) -> str | Outcome:
    """Keeps what an entry came to: the id of its article where that is new, else why there is none."""
    found = extracted.found
    if isinstance(found, Article) and _is_too_old(found.published_at, feed, polling, now):
        found = Outcome.TOO_OLD  # the feed gave no date, the page did
    if isinstance(found, Outcome):
        polling.feeds.end_entry(feed.id, one.guid_hash, found, None, extracted.page)
        return found
    is_new = polling.feeds.end_entry(feed.id, one.guid_hash, Outcome.STORED, found, extracted.page)
    return found.id if is_new else Outcome.KNOWN


def _is_too_old(published_at: datetime | None, feed: FeedStatus, polling: Polling, now: datetime) -> bool:
    """At a feed's first poll what is old is no news; later it is late news."""
    believed, _ = clamp(published_at, now)
    return not feed.was_read and believed < now - polling.max_age
