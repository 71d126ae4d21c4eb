"""Entries that say something else since their article was stored: from then on the article says what it says now.

A changed headline or teaser is what a feed tells of a changed text, so the page is read again with it, but no oftener
than every `LOOK_EVERY`: some teasers count comments. A headline counts at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from ingest.article import Article, Flag
from ingest.ending_store import TO_BE_READ
from ingest.entry import Entry
from ingest.entry_store import MAX_ATTEMPTS, Made
from ingest.extracting import Extracted, extract, is_passing
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetched
from ingest.naming import Marks, Named
from ingest.outcome import BROKE_ITS_READER, OUR_DOING, Outcome
from ingest.polling import Polling
from ingest.taking import TRY_AGAIN_AFTER, Busy, page_of, tell_it_broke
from storage.outage import no_attempt

LOOK_EVERY = timedelta(hours=6)  # at most four times a day for each article
OF_PAGES = frozenset({Flag.PAYWALL, Flag.RESERVED})  # what pages alone tell


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that says something else than when its article was stored."""

    entry: Entry
    marks: Marks
    made: Made


def changed_entries(
    listed: Sequence[Named], fresh: Collection[str], feed: FeedStatus, polling: Polling
) -> list[Changed]:
    """Those that say something else, and those whose pages broke their reader; without what this poll took first.

    An entry that lost its headline says nothing.
    """
    those = {one.name: one for one in listed if one.name not in fresh}
    made = polling.feeds.changed(feed.id, {name: one.marks for name, one in those.items()})
    changed = [Changed(those[one.guid_hash].entry, those[one.guid_hash].marks, one) for one in made]
    return [one for one in changed if one.entry.title or not one.made.is_retitled]


async def revise_all(
    changed: Sequence[Changed], feed: FeedStatus, polling: Polling, ends_at: datetime
) -> datetime | None:
    """Revises the articles of entries until time is up; when to take up those that are left, None when none is."""
    waits = list[datetime]()
    for one in changed:
        if polling.clock() >= ends_at:
            waits.append(polling.clock())
            break
        page = await _revise(one, feed, polling, ends_at)
        if isinstance(page, Busy):
            waits.append(page.until)
        elif page in BROKE_ITS_READER:
            waits.append(polling.clock() + TRY_AGAIN_AFTER)
    return min(waits, default=None)


async def _revise(one: Changed, feed: FeedStatus, polling: Polling, ends_at: datetime) -> Outcome | Busy | None:
    """How the fetch of its page ended: Busy leaves the entry as it was. None: no page was needed."""
    made, now = one.made, polling.clock()
    if not _is_to_be_looked_at(made, now):
        _call(one, feed, polling, now)
        return None
    fetched = None
    if made.attempts < MAX_ATTEMPTS:
        fetched = await page_of(one.entry, made.guid_hash, feed, polling, ends_at)
    if fetched and fetched.outcome in OUR_DOING:
        return Busy(fetched.free_at or polling.clock())
    if not polling.feeds.begin_revision(feed.id, made.guid_hash, made.article.url, now):
        return None
    take_back = partial(polling.feeds.take_revision_back, feed.id, made.guid_hash, made.looked_at)
    extracted = await _extract(one, fetched, feed, polling)
    if extracted.page is Outcome.NO_TIME:
        take_back()
        return Busy(polling.clock())
    now_says = _as_now(made.article, extracted, one.entry)
    is_read = fetched is None or not is_passing(fetched)
    marks = one.marks if is_read else replace(one.marks, words=TO_BE_READ)
    with no_attempt(take_back):
        is_revised = polling.feeds.end_revision(feed.id, made.guid_hash, marks, now_says, now, extracted.page)
    if is_revised:
        polling.announce([made.article.id])
    return extracted.page


def _is_to_be_looked_at(made: Made, now: datetime) -> bool:
    if made.is_set_aside:
        return False
    return made.attempts > 0 or made.looked_at is None or now - made.looked_at >= LOOK_EVERY


def _call(one: Changed, feed: FeedStatus, polling: Polling, now: datetime) -> None:
    """Calls an article by its new headline; its page is read when it may be again.

    A text that is reserved was dropped, and what was read in it must not be forgotten for a headline.
    """
    made = one.made
    if made.is_retitled and Flag.RESERVED not in made.article.flags:
        marks = replace(one.marks, words=TO_BE_READ)
        called = replace(made.article, title=one.entry.title)
        if polling.feeds.end_revision(feed.id, made.guid_hash, marks, called, now):
            polling.announce([called.id])


async def _extract(one: Changed, fetched: Fetched | None, feed: FeedStatus, polling: Polling) -> Extracted:
    seen_at = one.made.article.seen_at
    try:
        return await extract(
            one.entry, fetched, feed.speaker, sites=polling.sites, parser=polling.parser, seen_at=seen_at
        )
    except Exception:  # what a stranger's text finds in us is no known set; the headline is known nevertheless
        tell_it_broke(one.made.guid_hash, feed)
        return Extracted(Outcome.PARSE_FAILED, Outcome.PARSE_FAILED)


def _as_now(stored: Article, extracted: Extracted, entry: Entry) -> Article:
    """The article as it is called now, with the text found now, unless that is no more than a teaser of it.

    What its page says of its use holds for the text that is kept, too.
    """
    found, limits = extracted.found, extracted.limits
    if isinstance(found, Article) and found.url == stored.url:
        if Flag.TEASER_ONLY not in found.flags - stored.flags:
            told = found.flags if extracted.page is Outcome.OK else found.flags | (stored.flags & OF_PAGES)
            return replace(found, id=stored.id, flags=told)
        limits = found.flags & OF_PAGES
    if Flag.RESERVED in stored.flags:  # nothing of it is left to be read again but what its page says
        return stored
    return replace(stored, title=entry.title or stored.title, flags=stored.flags | limits)
