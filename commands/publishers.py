"""`secondsource publishers`: the feeds we poll."""

import asyncio
from datetime import timedelta
from pathlib import Path

from commands.errors import CannotStart
from commands.preparing import prepare
from ingest.article import Standing
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetcher
from ingest.opml import NotOpml, read_opml
from ingest.outcome import Outcome
from ingest.store import PublisherStore
from storage.settings import Settings

FETCHED_WITHIN = timedelta(seconds=30)


def import_opml(source: str, standing: Standing, settings: Settings) -> tuple[int, int]:
    """Adds the feeds of an OPML file or URL: how many the list has, and how many of them are new.

    Raises:
        CannotStart: when the list cannot be had, or holds no feed.
    """
    document = asyncio.run(_fetch(source, settings)) if "://" in source else _read(Path(source))
    try:
        listed = read_opml(document, standing)
    except NotOpml as error:
        raise CannotStart(f"{source}: {error}") from error
    store = PublisherStore(prepare(settings, ()))
    before = len(store.list())
    prepare(settings, listed)
    return sum(len(one.feeds) for one in listed), len(store.list()) - before


def list_feeds(settings: Settings) -> list[FeedStatus]:
    """Every feed with how it is doing."""
    return PublisherStore(prepare(settings, ())).list()


async def _fetch(url: str, settings: Settings) -> bytes:
    fetcher = Fetcher(settings.allow_addresses, settings.user_agent)
    try:
        fetched = await fetcher.fetch(url, deadline=FETCHED_WITHIN)
    finally:
        await fetcher.aclose()
    if fetched.outcome is not Outcome.OK:
        hint = "; SECONDSOURCE_ALLOW_ADDRESSES opens it" if fetched.outcome is Outcome.REFUSED_ADDRESS else ""
        raise CannotStart(f"{url}: {fetched.outcome.value}{hint}")
    return fetched.body


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotStart(f"{path}: {error.strerror}") from error
