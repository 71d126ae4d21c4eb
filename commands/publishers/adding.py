"""`publishers add`: finds the feed behind an address, shows what it is, and adds it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from commands.errors import CannotStart
from commands.publishers.choosing import directory_of, open_publishers
from commands.publishers.showing import count_of, ended, printable, refuse, shown_address, switched
from ingest.article import Publisher, Standing
from ingest.discovering import Discovery, FoundFeed, discover
from ingest.entry import Entry
from ingest.feed_status import FeedStatus
from ingest.publishers import Listed, ListedFeed
from ingest.readers import readers
from ingest.sites import home_of
from ingest.subscriptions import Directory, feed_address
from storage.settings import Settings

SHOWN_ENTRIES = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """What an address leads to, in lines to show, and what can be added; None: nothing new, the lines say why."""

    lines: list[str]
    addable: Listed | None


def look_up(settings: Settings, address: str, standing: Standing) -> Looked:
    """Finds the one feed behind an address. Nothing is stored.

    Raises:
        CannotStart: when the address cannot be had, leads to no feed, or to several.
    """
    host = address.partition("/")[0]
    if not {".", ":"} & set(host):
        raise CannotStart(f"{printable(address)}: no address; it has to look like https://news.example/feed")
    url = feed_address(address if ":" in host else f"https://{address}")
    if url is None:
        raise CannotStart(f"{shown_address(address)}: not an http(s) address, as https://news.example/feed is")
    directory = directory_of(open_publishers(settings))
    known = directory.feed_at(url)
    if known:
        return Looked([_known(known)], None)
    found = asyncio.run(_discover(url, settings))
    if not found.feeds:
        raise refuse(url, found.outcome)
    if len(found.feeds) > 1:
        raise CannotStart(_several(url, found.feeds, directory))
    known = directory.feed_at(found.feeds[0].url)
    if known:
        return Looked([_known(known)], None)
    return _new(found, directory, standing)


def add(settings: Settings, looked: Looked) -> None:
    """Stores what was found, due at once."""
    if looked.addable:
        open_publishers(settings).add([looked.addable], datetime.now(UTC))


async def _discover(url: str, settings: Settings) -> Discovery:
    async with readers(settings) as (fetcher, parser):
        return await discover(url, fetcher, parser)


def _new(found: Discovery, directory: Directory, standing: Standing) -> Looked:
    one = found.feeds[0]
    if found.page:
        directory.vouch(found.page, one.url)
    home = home_of(found.page) if found.page else None
    language = one.feed.language or "en"
    known = directory.named_by(one.url, one.feed.title)
    publisher = known or directory.publisher_of(one.url, one.feed.title, home, standing, language)
    feed = ListedFeed(one.url, language=language if language != publisher.language else None)
    return Looked(_preview(one, publisher, known is not None), Listed(publisher, (feed,)))


def _preview(found: FoundFeed, publisher: Publisher, is_known: bool) -> list[str]:
    entries = found.feed.entries
    belongs = "a further feed of" if is_known else "a new publisher:"
    return [
        f"{printable(found.feed.title) or 'a feed without a title'}",
        f"  address    {printable(found.url)}",
        f"  language   {found.feed.language or 'not declared'}",
        f"  publisher  {belongs} {printable(publisher.name)} ({publisher.id}), {publisher.standing}",
        f"  entries    {len(entries)}{', the newest:' if entries else ''}",
        *(f"    {_dated(entry)}  {printable(entry.title) or printable(entry.url)}" for entry in _newest(entries)),
    ]


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(entries, key=lambda entry: entry.published_at or oldest, reverse=True)[:SHOWN_ENTRIES]


def _dated(entry: Entry) -> str:
    return f"{entry.published_at:%Y-%m-%d %H:%M}" if entry.published_at else "without a date "


def _known(feed: FeedStatus) -> str:
    publisher = feed.publisher
    way = "" if feed.enabled else f"; `secondsource publishers on {publisher.id}` turns it on"
    return (
        f"already there: {printable(feed.url)} of {printable(publisher.name)} ({publisher.id}), "
        f"{publisher.standing}, {switched(feed)}, {ended(feed)}{way}"
    )


def _several(url: str, feeds: Sequence[FoundFeed], directory: Directory) -> str:
    listed = "\n".join(
        f"  {printable(one.url)}  {printable(one.feed.title)}, {count_of(len(one.feed.entries), 'entry', 'entries')}"
        f"{', already there' if directory.feed_at(one.url) else ''}"
        for one in feeds
    )
    return f"{printable(url)} declares several feeds:\n{listed}\nadd the one you want by its own address"
