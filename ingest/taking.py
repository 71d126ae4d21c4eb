"""Deals with the new entries of one poll: each becomes an article or ends in the outcome that says why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ingest.article import Article
from ingest.dates import clamp
from ingest.entry import Entry
from ingest.extracting import Extracted, extract, fetch_page, from_feed, is_passing
from ingest.feed_status import FeedStatus
from ingest.landing import Landing, is_one_title, is_shared
from ingest.naming import Marks
from ingest.outcome import BROKE_ITS_READER, OUR_DOING, Outcome
from ingest.polling import Polling

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
class _Busy:
    """The host of an entry's page has no turn for us, or nobody reads it, in the time of this poll."""

    until: datetime


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
    again_at = None
    for one in fresh:
        if polling.clock() >= ends_at:
            again_at = polling.clock()
            break
        taken, page = await _take(one, feed, polling, ends_at)
        if isinstance(taken, _Busy):
            again_at = taken.until
            break
        if taken is None or page in BROKE_ITS_READER:
            again_at = polling.clock() + TRY_AGAIN_AFTER
        if isinstance(taken, _Led):
            led.append(taken)
        elif taken is not None and not isinstance(taken, Outcome):
            news.add(taken)
    _settle(led, feed, polling, news)
    return again_at


def _settle(led: Sequence[_Led], feed: FeedStatus, polling: Polling, news: News) -> None:
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
    one: Fresh, feed: FeedStatus, polling: Polling, ends_at: datetime
) -> tuple[str | Outcome | _Led | _Busy | None, Outcome | None]:
    """Deals with one entry, once: the id of its new article, or why there is none; None: it is to be tried again.

    Beside it how the fetch of its page ended, None when it needed none.
    """
    entry, feeds, sites, now = one.entry, polling.feeds, polling.sites, polling.clock()
    speaker = feed.speaker
    fetched = None
    if not (is_old := _is_too_old(entry.published_at, feed, polling, now)):
        fetched = await fetch_page(entry, speaker, sites=sites, pages=polling.pages, wait_until=ends_at)
    if fetched and fetched.outcome in OUR_DOING:
        return _Busy(fetched.free_at or polling.clock()), None
    # The attempt counts from here, where strangers' text is read: a worker that is killed while an entry waits for its
    # host, three times over, must not cost the entry.
    dealt_with = feeds.begin_entry(feed.id, one.guid_hash)
    if dealt_with is Outcome.QUARANTINED:
        return await _set_aside(one, feed, polling, now), None
    if dealt_with is not None:
        return dealt_with, None
    if fetched and is_passing(fetched) and one.attempts + 1 < PAGE_TRIES:
        feeds.count_page(feed.id, fetched.outcome)
        return None, None
    try:
        extracted = Extracted(Outcome.TOO_OLD)
        if not is_old:
            extracted = await extract(entry, fetched, speaker, sites=sites, parser=polling.parser, seen_at=now)
        if extracted.page is Outcome.NO_TIME:
            feeds.leave_entry(feed.id, one.guid_hash)
            return _Busy(polling.clock()), None
        if extracted.landing:
            return _Led(one, extracted, extracted.landing), extracted.page
        return _end(one, extracted, feed, polling, now), extracted.page
    except Exception:  # what a stranger's text finds in us is no known set, and must not cost the feed's other entries
        _tell_it_broke(one, feed)
        return None, None


async def _set_aside(one: Fresh, feed: FeedStatus, polling: Polling, now: datetime) -> str | Outcome:
    """Keeps what broke its reader too often as the feed tells it; the id of its article where that is new."""
    try:
        extracted = Extracted(Outcome.TOO_OLD)
        if not _is_too_old(one.entry.published_at, feed, polling, now):
            extracted = await extract(
                one.entry, None, feed.speaker, sites=polling.sites, parser=polling.parser, seen_at=now
            )
        article = extracted.found if isinstance(extracted.found, Article) else None
        is_new = polling.feeds.set_aside(feed.id, one.guid_hash, one.entry.url, article, now)
    except Exception:  # as in _take
        _tell_it_broke(one, feed)
        return Outcome.QUARANTINED
    return article.id if article and is_new else Outcome.QUARANTINED


def _tell_it_broke(one: Fresh, feed: FeedStatus) -> None:
    log.exception("entry broke", feed=feed.id, publisher=feed.publisher.id, entry=one.guid_hash)


def _end(one: Fresh, extracted: Extracted, feed: FeedStatus, polling: Polling, now: datetime) -> str | Outcome:
    """Keeps what an entry came to: the id of its article where that is new, else why there is none."""
    found, marks = extracted.found, one.marks
    if isinstance(found, Article) and _is_too_old(found.published_at, feed, polling, now):
        found = Outcome.TOO_OLD  # the feed gave no date, the page did
    if isinstance(found, Outcome):
        polling.feeds.end_entry(feed.id, one.guid_hash, found, None, extracted.page, marks)
        return found
    is_new = polling.feeds.end_entry(feed.id, one.guid_hash, Outcome.STORED, found, extracted.page, marks)
    return found.id if is_new else Outcome.KNOWN


def _is_too_old(published_at: datetime | None, feed: FeedStatus, polling: Polling, now: datetime) -> bool:
    """At a feed's first poll what is old is no news; later it is late news."""
    believed, _ = clamp(published_at, now)
    return not feed.was_read and believed < now - polling.max_age
