"""Counts what is odd about a feed's entries."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from ingest.dates import clamp
from ingest.entry import Entry
from ingest.oddity import Oddity


def oddities_of(entries: Sequence[Entry], links: Sequence[str], guids: Sequence[str]) -> Counter[Oddity]:
    """Those of a feed's entries; `links` and `guids` are what it states for each, "" where it states none."""
    unusable = [link for link, entry in zip(links, entries, strict=True) if not entry.url]
    named = Counter(entry.guid for entry in entries)
    places = {entry.guid: entry.url for entry in entries}
    shared = {entry.guid for entry in entries if named[entry.guid] > 1 and entry.url != places[entry.guid]}
    return +Counter(
        {
            Oddity.NO_ENTRIES: int(not entries),
            Oddity.NO_TITLE: sum(not entry.title for entry in entries),
            Oddity.NO_LINK: sum(not link.strip() for link in unusable),
            Oddity.BAD_LINK: sum(bool(link.strip()) for link in unusable),
            Oddity.NO_GUID: sum(not guid.strip() for guid in guids),
            Oddity.SHARED_GUID: sum(entry.guid in shared for entry in entries),
            Oddity.NO_DATE: sum(not entry.published_raw for entry in entries),
            Oddity.UNREADABLE_DATE: sum(bool(entry.published_raw) and not entry.published_at for entry in entries),
        }
    )


def impossible_dates(entries: Sequence[Entry], seen_at: datetime) -> Counter[Oddity]:
    """How many entries give a date that cannot be true."""
    doubted = sum(not clamp(entry.published_at, seen_at)[1] for entry in entries if entry.published_at)
    return +Counter({Oddity.IMPOSSIBLE_DATE: doubted})
