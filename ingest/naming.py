"""What an entry is known again by, though guids are missing, shared, reused or changed.

A guid belongs to its feed, and there it is an entry's name while nothing speaks against it:

- Several entries of one document have it: each is named by guid and link, so that none is lost.
- It has another link, another title and another date than before: it was reused, and the entry is a new one, or that
  whose link it has now. As long as title or date are as they were, the article has only moved. A day without a time is
  no date in this: all articles of the day have it.
- It is new, but its link is an entry's whose guid is gone from the feed: the guid was changed, not the article.

Without a guid the link is the name, without both the words.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from ingest.entry import Entry
from ingest.fingerprints import fingerprint
from ingest.oddity import Oddity
from ingest.urls import canonical_url


@dataclass(frozen=True, slots=True)
class Marks:
    """What of an entry is compared when it comes again, as fingerprints; None where it has none, or it was not kept."""

    link: str | None  # canonical
    title: str | None
    date: str | None  # as the feed has it
    words: str | None  # headline and teaser


@dataclass(frozen=True, slots=True)
class Named:
    """An entry under the name that it has in its feed."""

    name: str
    entry: Entry
    marks: Marks


@dataclass(frozen=True, slots=True)
class Known:
    """The entries of a feed that earlier polls saw: those with one of some names or one of some links."""

    marks: Mapping[str, Marks]  # by name
    by_link: Mapping[str, str]  # the name of the first entry at each link


def name_of(entry: Entry) -> str:
    """An entry's name by itself."""
    return fingerprint(entry.guid or entry.url or "\n".join((entry.title, entry.summary, entry.content)))


def name_with_link(entry: Entry) -> str:
    """The name of one whose guid is another's too."""
    return fingerprint(f"{entry.guid}\n{canonical_url(entry.url) or ''}")


def marks_of(entry: Entry) -> Marks:
    """What of an entry is compared when it comes again."""
    link, at = canonical_url(entry.url), entry.published_at
    is_timed = at is not None and at.time() != time.min
    return Marks(
        link=fingerprint(link) if link else None,
        title=fingerprint(entry.title),
        date=fingerprint(entry.published_raw) if is_timed else None,
        words=fingerprint("\n".join((entry.title, entry.summary, entry.content))),
    )


def named(entries: Sequence[Entry], known: Known) -> tuple[list[Named], Counter[Oddity]]:
    """The entries, each name once, in the feed's order, and how many of them have which oddity of names."""
    odd, found = Counter[Oddity](), dict[str, Named]()
    marked = [(entry, marks_of(entry)) for entry in entries]
    document = _Document(marked)
    for entry, marks in marked:
        name, oddity = _name(entry, marks, document, known)
        if name in found and found[name].marks.link != marks.link:
            name = name_with_link(entry)
        if name not in found:
            found[name] = Named(name, entry, marks)
            odd.update([oddity] if oddity else [])
    return list(found.values()), odd


class _Document:
    """What the entries of one body have in common: how many links a name has, and how many names a link."""

    def __init__(self, marked: Sequence[tuple[Entry, Marks]]) -> None:
        places = {(name_of(entry), marks.link) for entry, marks in marked}
        self.names = {name for name, _ in places}
        self.places_of = Counter(name for name, _ in places)
        self.names_at = Counter(link for _, link in places)


def _name(entry: Entry, marks: Marks, document: _Document, known: Known) -> tuple[str, Oddity | None]:
    own, apart = name_of(entry), name_with_link(entry)
    before = known.marks.get(own)
    if document.places_of[own] > 1:
        return (own if before and before.link == marks.link else apart), None
    if apart in known.marks:
        return apart, None
    # Where several entries share a link, it tells none of them from the others.
    there = known.by_link.get(marks.link or "") if document.names_at[marks.link] == 1 else None
    if before is None:
        return (there, _changed(entry)) if there and there not in document.names else (own, None)
    if before.link is None or before.link == marks.link:
        return own, None
    return (there or apart, Oddity.REUSED_GUID) if _is_reused(before, marks) else (own, Oddity.MOVED)


def _changed(entry: Entry) -> Oddity | None:
    """A link with other parameters stands for a missing guid, and that is no changed one."""
    return None if entry.guid == entry.url else Oddity.CHANGED_GUID


def _is_reused(before: Marks, now: Marks) -> bool:
    is_dated_alike = before.date is not None and before.date == now.date
    return before.title is not None and before.title != now.title and not is_dated_alike


def candidates(entries: Sequence[Entry]) -> Iterator[tuple[str, str, str | None]]:
    """For each entry the names that it may have, and its link's mark."""
    for entry in entries:
        yield name_of(entry), name_with_link(entry), marks_of(entry).link
