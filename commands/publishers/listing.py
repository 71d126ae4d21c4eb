"""`publishers list` and `publishers status`: which feeds there are, and how they are doing."""

from collections.abc import Sequence
from datetime import UTC, datetime

from commands.publishers.choosing import choose, open_publishers
from commands.publishers.showing import age, columns, count_of, ended, printable, switched
from ingest.feed_status import FeedStatus
from ingest.oddity_words import oddities_said
from ingest.store import PublisherStore
from storage.settings import Settings


def list_feeds(settings: Settings, with_off: bool) -> list[str]:
    """A line for each feed that is on, or for every feed, under a heading; the last one says what there is more."""
    feeds = sorted(open_publishers(settings).list(), key=lambda feed: feed.publisher.name.casefold())
    shown = [feed for feed in feeds if feed.enabled or with_off]
    rows = [("ID", "NAME", "STANDING", "STATE", "LAST OUTCOME", "FEED"), *(_row(feed) for feed in shown)]
    publishers = len({feed.publisher.id for feed in shown})
    off = sum(not feed.enabled for feed in feeds)
    hidden = f"; {off} more {'is' if off == 1 else 'are'} off, --all shows {'it' if off == 1 else 'them'}"
    more = "" if not off else f"; {off} of them off" if with_off else hidden
    return [*columns(rows), f"{count_of(len(shown), 'feed')} of {count_of(publishers, 'publisher')}{more}"]


def feeds_status(settings: Settings, names: Sequence[str]) -> list[str]:
    """How each feed is doing: a table of those that are on, or a paragraph for each one named."""
    store, now = open_publishers(settings), datetime.now(UTC)
    feeds = choose(store, names)
    if names:
        odd = store.oddities()
        return [line for feed in feeds for line in _paragraph(feed, store, oddities_said(odd.get(feed.id, {})), now)]
    rows = [("ID", "LAST OUTCOME", "LAST SUCCESS", "NEXT POLL", "FAILURES", "FEED")]
    return columns(rows + [_status_row(feed, now) for feed in feeds if feed.enabled])


def _row(feed: FeedStatus) -> tuple[str, ...]:
    publisher = feed.publisher
    return publisher.id, publisher.name, publisher.standing, switched(feed), ended(feed), feed.url


def _status_row(feed: FeedStatus, now: datetime) -> tuple[str, ...]:
    success = f"{age(feed.last_success_at, now)} ago" if feed.last_success_at else "never"
    return feed.publisher.id, ended(feed), success, _next(feed, now), str(feed.failures), feed.url


def _paragraph(feed: FeedStatus, store: PublisherStore, odd: Sequence[str], now: datetime) -> list[str]:
    publisher = feed.publisher
    owner = f"{publisher.owner}, by {publisher.owner_basis or 'no stated basis'}" if publisher.owner else "not known"
    outcomes = sorted(store.outcomes_of(feed.id).items())
    said = {
        "publisher": f"{publisher.name} ({publisher.id}), {publisher.kind}, {publisher.standing}",
        "owner": owner,
        "feed": f"{switched(feed)}, {feed.language}, in {feed.folder or 'no folder'}",
        "last outcome": f"{ended(feed)}, {count_of(feed.failures, 'failure')} in a row",
        "last success": f"{age(feed.last_success_at, now)} ago" if feed.last_success_at else "never",
        "next poll": _next(feed, now),
        "odd": "; ".join(odd) or "nothing",
        "formerly at": ", ".join(feed.formerly) or "no other address",
        "counted": ", ".join(f"{unit} {outcome.value} {count}" for (unit, outcome), count in outcomes) or "nothing yet",
    }
    return [printable(feed.url), *(f"  {name:<13}{printable(text)}" for name, text in said.items())]


def _next(feed: FeedStatus, now: datetime) -> str:
    if not feed.enabled:
        return f"{switched(feed)}; `secondsource publishers on {feed.publisher.id}` turns it on"
    return f"in {age(feed.next_poll_at, now)}" if feed.next_poll_at > now else "due now"
