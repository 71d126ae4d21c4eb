"""Tells a feed's entries from each other, over all polls: missing, shared and reused guids included."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.entry import Entry
from ingest.fingerprints import fingerprint
from ingest.urls import canonical_url


@dataclass(frozen=True, slots=True)
class Marks:
    """By what an entry is known to say something else than before: fingerprints."""

    title: str
    words: str  # headline and teaser
    url: str  # canonical


def marks_of(entry: Entry) -> Marks:
    """What an entry says now."""
    words = "\n".join((entry.title, entry.summary, entry.content))
    return Marks(fingerprint(entry.title), fingerprint(words), fingerprint(canonical_url(entry.url) or ""))


def named(entries: Sequence[Entry]) -> dict[str, Entry]:
    """The entries, each once and in the feed's order, by the hash of what tells it from the feed's others.

    That is its guid, unless other entries that lead elsewhere have the same.
    """
    pages = defaultdict[str, set[str]](set)
    for entry in entries:
        pages[entry.guid].add(_page(entry))
    found: dict[str, Entry] = {}
    for entry in entries:
        # A guid that is the entry's link may have other tracking at each poll.
        is_own = entry.guid not in ("", entry.url) and len(pages[entry.guid]) == 1
        found.setdefault(fingerprint(entry.guid) if is_own else _by_page(entry), entry)
    return found


def renamed(listed: Mapping[str, Entry], reused: set[str]) -> dict[str, Entry]:
    """The same, where the guids of some stand for other articles than they did before: these go by their pages."""
    found: dict[str, Entry] = {}
    for guid_hash, entry in listed.items():
        found.setdefault(_by_page(entry) if guid_hash in reused else guid_hash, entry)
    return found


def _by_page(entry: Entry) -> str:
    return fingerprint(_page(entry) if entry.guid in ("", entry.url) else f"{entry.guid}\n{_page(entry)}")


def _page(entry: Entry) -> str:
    """Where an entry leads; without a link, its words."""
    return canonical_url(entry.url) or "\n".join((entry.title, entry.summary, entry.content))
