"""Says in words what is odd about a feed."""

from collections.abc import Mapping

from ingest.entry import MAX_ENTRIES
from ingest.oddity import Oddity

_OF_FEED = {
    Oddity.NOT_WELL_FORMED: "not well-formed, read all the same",
    Oddity.CHARSET_MISLABELLED: "in another charset than it says",
    Oddity.NO_ENTRIES: "no entries",
    Oddity.CUT_OFF: "broken off within an entry, which is left out",
}
_OF_ENTRIES = {
    Oddity.CAPPED: f"beyond the newest {MAX_ENTRIES}, not read",
    Oddity.NO_TITLE: "without a title",
    Oddity.NO_LINK: "without a link",
    Oddity.BAD_LINK: "with a link that is no web address",
    Oddity.NO_GUID: "without a guid",
    Oddity.SHARED_GUID: "with a guid that others have too",
    Oddity.REUSED_GUID: "with a guid that another article had",
    Oddity.CHANGED_GUID: "with another guid than before",
    Oddity.MOVED: "at another address than before",
    Oddity.NO_DATE: "without a date",
    Oddity.UNREADABLE_DATE: "with a date that cannot be read",
    Oddity.IMPOSSIBLE_DATE: "with a date that cannot be true, clamped",
}


def oddity_words(oddity: Oddity) -> str:
    """What it is, whatever feed has it."""
    return _OF_FEED.get(oddity) or f"entries {_OF_ENTRIES[oddity]}"


def oddities_said(found: Mapping[Oddity, int]) -> list[str]:
    """What is odd about one feed: `3 entries without a link`."""
    return [_said(oddity, found[oddity]) for oddity in Oddity if found.get(oddity)]


def _said(oddity: Oddity, count: int) -> str:
    if oddity in _OF_FEED:
        return _OF_FEED[oddity]
    return f"{count:,} {'entry' if count == 1 else 'entries'} {_OF_ENTRIES[oddity]}"
