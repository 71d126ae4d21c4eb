"""`publishers check`: fetches feeds once, to see what answers. Nothing is stored."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from commands.publishers.choosing import choose, open_publishers
from commands.publishers.showing import age, columns, printable, switched
from ingest.answer import read_answer
from ingest.discovering import POLITE_PAUSE
from ingest.failing import Grade, grade
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetcher
from ingest.oddity_counts import impossible_dates
from ingest.oddity_words import oddities_said
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.readers import readers
from ingest.urls import host_of
from storage.settings import Settings

SIDE_BY_SIDE = 16  # hosts; within one, one request at a time
PARSERS = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """What one feed answered. `newest` is None where no entry has a date."""

    feed: FeedStatus
    outcome: Outcome
    grade: Grade | None = None  # how bad that is; None where it gave a feed
    entries: int = 0
    newest: datetime | None = None
    odd: Sequence[str] = ()


def check_feeds(settings: Settings, names: Sequence[str]) -> list[str]:
    """Fetches the feeds that are on, or those that are named: a line for each, then a summary.

    Raises:
        CannotStart: when there is no such publisher or feed.
    """
    chosen = choose(open_publishers(settings), names)
    feeds = [feed for feed in chosen if feed.enabled or names]
    progress = (TextColumn("checking"), BarColumn(), MofNCompleteColumn())
    with Progress(*progress, console=Console(stderr=True)) as bar:
        task = bar.add_task("checking", total=len(feeds))
        checked = asyncio.run(_check(feeds, settings, lambda: bar.advance(task)))
    return [*_table(checked, datetime.now(UTC)), *_odd(checked), _summary(checked)]


async def _check(feeds: Sequence[FeedStatus], settings: Settings, advance: Callable[[], None]) -> list[Checked]:
    by_host: dict[str, list[FeedStatus]] = {}
    for feed in feeds:
        by_host.setdefault(host_of(feed.url), []).append(feed)
    places = asyncio.Semaphore(SIDE_BY_SIDE)
    async with readers(settings, workers=PARSERS) as (fetcher, parser):
        hosts = (_check_host(own, fetcher, parser, places, advance) for own in by_host.values())
        checked = [one for host in await asyncio.gather(*hosts) for one in host]
    return sorted(checked, key=lambda one: (one.feed.publisher.name.casefold(), one.feed.url))


async def _check_host(
    feeds: Sequence[FeedStatus],
    fetcher: Fetcher,
    parser: Parser,
    places: asyncio.Semaphore,
    advance: Callable[[], None],
    pause: timedelta = POLITE_PAUSE,
) -> list[Checked]:
    checked: list[Checked] = []
    async with places:
        for feed in feeds:
            if checked:
                await asyncio.sleep(pause.total_seconds())
            checked.append(await _check_feed(feed, fetcher, parser, datetime.now(UTC)))
            advance()
    return checked


async def _check_feed(feed: FeedStatus, fetcher: Fetcher, parser: Parser, now: datetime) -> Checked:
    fetched = await fetcher.fetch(feed.url)
    outcome, read = await read_answer(fetched, parser)
    if read is None:
        return Checked(feed, outcome, grade(outcome, fetched.status, now - (feed.failing_since or now)))
    dates = [entry.published_at for entry in read.entries if entry.published_at]
    odd = Counter(read.oddities) + impossible_dates(read.entries, now)
    return Checked(feed, outcome, None, len(read.entries), max(dates, default=None), oddities_said(odd))


def _table(checked: Sequence[Checked], now: datetime) -> list[str]:
    heading = ("ID", "STATE", "OUTCOME", "ENTRIES", "NEWEST", "FEED")
    return columns([heading, *(_row(one, now) for one in checked)])


def _row(one: Checked, now: datetime) -> tuple[str, ...]:
    state = switched(one.feed)
    if one.grade:
        return one.feed.publisher.id, state, f"{one.outcome.value}, {one.grade}", "", "", one.feed.url
    newest = f"{age(one.newest, now)} ago" if one.newest else "no date"
    return one.feed.publisher.id, state, one.outcome.value, str(one.entries), newest, one.feed.url


def _odd(checked: Sequence[Checked]) -> list[str]:
    """A line for each feed that can be read though something is wrong with it."""
    return [printable(f"odd: {one.feed.url}: {'; '.join(one.odd)}") for one in checked if one.odd]


def _summary(checked: Sequence[Checked]) -> str:
    failed = Counter(one.outcome.value for one in checked if one.outcome is not Outcome.OK)
    said = f"{len(checked) - failed.total()} of {len(checked)} feeds answered"
    if not failed:
        return said
    return f"{said}; the others: {', '.join(f'{count} {outcome}' for outcome, count in failed.most_common())}"
