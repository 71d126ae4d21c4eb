"""Entries whose headline changed since their article was stored: from then on the article says what it says now.

A changed headline is what a feed tells of a changed text, so the page is read again with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
import xxhash

from ingest.article import Article, Flag
from ingest.entry import Entry
from ingest.extracting import Extracted, extract, fetch_page
from ingest.feed_status import FeedStatus
from ingest.outcome import Outcome
from ingest.polling import Polling

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Retitled:
    """An entry with another headline than the one its article was stored with."""

    guid_hash: str
    entry: Entry
    article: Article


def title_hash(entry: Entry) -> str:
    """By which an entry's headline is known again."""
    return xxhash.xxh3_128_hexdigest(entry.title.encode())


async def revise_all(
    changed: Sequence[Retitled], feed: FeedStatus, polling: Polling, ends_at: datetime
) -> datetime | None:
    """Revises the articles of entries until time is up; when to take up those that are left, None when none is."""
    for one in changed:
        if polling.clock() >= ends_at or not await _revise(one, feed, polling, ends_at):
            return polling.clock()
    return None


async def _revise(one: Retitled, feed: FeedStatus, polling: Polling, ends_at: datetime) -> bool:
    """Whether the entry had its turn."""
    stored = one.article
    fetched = await fetch_page(one.entry, feed.speaker, sites=polling.sites, pages=polling.pages, wait_until=ends_at)
    if fetched and fetched.outcome is Outcome.NO_TURN:
        return False
    try:
        extracted = await extract(
            one.entry, fetched, feed.speaker, sites=polling.sites, parser=polling.parser, seen_at=stored.seen_at
        )
    except Exception:  # what a stranger's text finds in us is no known set; the headline is known nevertheless
        log.exception("revised entry broke", feed=feed.id, publisher=feed.publisher.id, entry=one.guid_hash)
        extracted = Extracted(Outcome.PARSE_FAILED)
    now_says = _as_now(stored, extracted.found, one.entry)
    if polling.feeds.end_revision(feed.id, one.guid_hash, title_hash(one.entry), now_says, extracted.page):
        polling.announce([stored.id])
    return True


def _as_now(stored: Article, found: Article | Outcome, entry: Entry) -> Article:
    """The article as it is called now, with the text found now, unless that is no more than a teaser of it."""
    if isinstance(found, Article) and found.url == stored.url and Flag.TEASER_ONLY not in found.flags - stored.flags:
        return replace(found, id=stored.id)
    return replace(stored, title=entry.title)
