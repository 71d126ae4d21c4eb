"""Finds the feeds behind an address that somebody typed: a feed's own, or a page's."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

from ingest.answer import read_answer
from ingest.entry import Feed
from ingest.fetching import Fetcher
from ingest.outcome import Outcome
from ingest.parser import Parser

# Where publishing systems put a feed, the commonest first. The first one is asked below the page itself too.
COMMON_PATHS = ("feed", "rss", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json")
MAX_TRIED = 10
POLITE_PAUSE = timedelta(seconds=1)  # between two requests to one site


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that answers."""

    url: str
    feed: Feed


@dataclass(frozen=True, slots=True)
class Discovery:
    """What is behind an address.

    `outcome` is how its own fetch and reading ended: OK for a feed, NOT_A_FEED for a page. `page` is the page's last
    address when the page itself declares the feeds; None where they were guessed, or the address was a feed's.
    """

    outcome: Outcome
    feeds: tuple[FoundFeed, ...] = ()
    page: str | None = None


async def discover(url: str, fetcher: Fetcher, parser: Parser, pause: timedelta = POLITE_PAUSE) -> Discovery:
    """The feed at an address; else those its page declares; else the first at a common path. Asks one at a time."""
    fetched = await fetcher.fetch(url)
    outcome, feed = await read_answer(fetched, parser)
    if feed:
        return Discovery(Outcome.OK, (FoundFeed(url, feed),))
    if outcome is not Outcome.NOT_A_FEED:
        return Discovery(outcome)
    kind = fetched.headers.get("content-type", "")
    declared = await parser.declared_feeds(fetched.body, fetched.url, kind)
    if not isinstance(declared, Outcome) and declared:
        found = [one async for one in _answering(declared[:MAX_TRIED], fetcher, parser, pause)]
        if found:
            return Discovery(outcome, tuple(found), page=fetched.url)
    async for one in _answering(_guesses(fetched.url), fetcher, parser, pause):
        return Discovery(outcome, (one,))
    return Discovery(outcome)


async def _answering(
    urls: Iterable[str], fetcher: Fetcher, parser: Parser, pause: timedelta
) -> AsyncIterator[FoundFeed]:
    for url in urls:
        await asyncio.sleep(pause.total_seconds())
        _, feed = await read_answer(await fetcher.fetch(url), parser)
        if feed:
            yield FoundFeed(url, feed)


def _guesses(page: str) -> tuple[str, ...]:
    below = urljoin(page.partition("?")[0].rstrip("/") + "/", COMMON_PATHS[0])
    at_root = (urljoin(page, f"/{path}") for path in COMMON_PATHS)
    return tuple(dict.fromkeys((below, *at_root)))
