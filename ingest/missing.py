"""Articles that left their feed before older ones did: whose page is gone too, twice a day apart, was withdrawn."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from ingest.entry_store import Made, Span
from ingest.extracting import PAGE_DEADLINE
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetched
from ingest.naming import Named
from ingest.outcome import OUR_DOING, Outcome
from ingest.polling import Polling
from ingest.taking import tell_it_broke

YOUNGER_THAN = timedelta(hours=72)  # later an article stands in no event that still changes
ASKED_AT_ONCE = 3  # of one poll, so that a feed that lists everything anew costs its site little
GONE = frozenset({404, 410})
NEVER = datetime.max.replace(tzinfo=UTC)

log = structlog.get_logger()


async def look_for_missing(listed: Sequence[Named], feed: FeedStatus, polling: Polling, ends_at: datetime) -> None:
    """Asks for the pages of articles that left early, a few at each poll; `listed` is empty where no feed was read."""
    now = polling.clock()
    span = Span(max(_listed_from(listed), now - YOUNGER_THAN), now)
    for made in polling.feeds.to_be_missed(feed.id, [one.name for one in listed], span, now, ASKED_AT_ONCE):
        if polling.clock() >= ends_at or not await _ask(made, feed, polling, ends_at):
            return


def _listed_from(listed: Sequence[Named]) -> datetime:
    """The instant from which a feed lists everything; a tenth of its entries may be older ones that it pinned."""
    dates = sorted(one.entry.published_at for one in listed if one.entry.published_at)
    return dates[len(dates) // 10] if dates else NEVER


async def _ask(made: Made, feed: FeedStatus, polling: Polling, ends_at: datetime) -> bool:
    """Whether there was a turn and time for it."""
    article, now = made.article, polling.clock()
    try:
        fetched = await polling.pages.fetch(article.url, deadline=PAGE_DEADLINE, wait_until=ends_at)
    except Exception:  # what a stranger's address finds in us is no known set, and says nothing of the page
        tell_it_broke(made.guid_hash, feed)
        fetched = Fetched(Outcome.PARSE_FAILED, article.url)
    if fetched.outcome in OUR_DOING:
        return False
    is_gone = fetched.status in GONE if fetched.outcome in (Outcome.OK, Outcome.HTTP_CLIENT_ERROR) else None
    if polling.feeds.end_missing(feed.id, made.guid_hash, is_gone, fetched.outcome, now):
        log.info("article withdrawn", feed=feed.id, publisher=feed.publisher.id, article=article.id)
    return True
