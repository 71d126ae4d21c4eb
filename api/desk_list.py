"""The list beside the open event, and how its address says what stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from api import cursors
from api.reads import position
from api.service import Service
from api.words import source_label
from cluster.event import Event, Level, Theme
from cluster.lending import headline
from cluster.store import EventFilter, cursor_values
from storage.search_words import sought

LISTED = 40
MAX_WORDS = 200  # characters
NO_WORDS = "There is no word in this to look for."


class Tab(StrEnum):
    """Where the rows come from."""

    NEWEST = "newest"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is to show: the whole of it stands in the address, so that it outlives an action."""

    tab: Tab = Tab.NEWEST
    theme: Theme | None = None
    signal: Level | None = None
    q: str = ""
    after: str = ""  # a cursor

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wanted":
        """What an address asks for; what makes no sense in it asks for nothing."""
        q = given.get("q", "").strip()[:MAX_WORDS]
        theme, signal = given.get("theme"), given.get("signal")
        return cls(
            tab=Tab.SEARCH if q else Tab.NEWEST,
            theme=Theme(theme) if theme in list(Theme) else None,
            signal=Level(signal) if signal in list(Level) else None,
            q=q,
            after=given.get("after", ""),
        )

    @classmethod
    def kept(cls, query: str) -> "Wanted":
        """What a form carries along."""
        return cls.read(dict(parse_qsl(query)))

    @property
    def query(self) -> str:
        """Its part of an address, without a question mark."""
        given = {"theme": self.theme, "signal": self.signal, "q": self.q, "after": self.after}
        return urlencode({name: value for name, value in given.items() if value})

    def at(self, path: str, **more: str) -> str:
        """An address of the desk with the same list in it."""
        query = "&".join(part for part in (urlencode(more), self.query) if part)
        return f"{path}?{query}" if query else path

    def behind(self, cursor: str) -> "Wanted":
        """The same list from behind a cursor on; from its beginning without one."""
        return replace(self, after=cursor)


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the list."""

    event_id: str
    version: int
    title: str
    level: str
    facts: str
    at: datetime
    marks: tuple[str, ...] = ()  # locked, pinned, hidden


@dataclass(frozen=True, slots=True)
class DeskList:
    """A page of rows. `next` is the cursor behind the last, empty at the end; `says` is why there are none."""

    rows: Sequence[Row]
    next: str = ""
    says: str = "No event yet."


def listed(service: Service, wanted: Wanted) -> DeskList:
    """The rows that an address asks for.

    Raises:
        RequestValidationError: for a cursor of another list.
    """
    if wanted.tab is Tab.SEARCH:
        return _searched(service, wanted)
    only = EventFilter(theme=wanted.theme, signal=wanted.signal, hidden=None)
    after = position(wanted.after, "recency") if wanted.after else None
    found = service.events.page(only, "recency", LISTED + 1, after)
    shown = found[:LISTED]
    more = cursors.encode("recency", cursor_values(shown[-1], "recency")) if len(found) > LISTED else ""
    return DeskList([_row(one) for one in shown], more)


def _searched(service: Service, wanted: Wanted) -> DeskList:
    words = sought(wanted.q)
    if words is None:
        return DeskList((), says=NO_WORDS)
    after = position(wanted.after, "search") if wanted.after else None
    only = EventFilter(theme=wanted.theme, signal=wanted.signal, hidden=None)
    hits = service.search.events(words, only, LISTED + 1, after)
    shown = hits[:LISTED]
    events = service.events.get_many([hit.id for hit in shown])
    more = cursors.encode("search", shown[-1].values) if len(hits) > LISTED else ""
    return DeskList([_row(events[hit.id]) for hit in shown if hit.id in events], more, "No event has these words.")


def _row(event: Event) -> Row:
    said = event.description
    count = len(event.members)
    set_by_editors = {"locked": event.locked, "pinned": event.overrides.pinned, "hidden": event.overrides.hidden}
    return Row(
        event_id=event.id,
        version=event.version,
        title=headline(said.title) if said else "",
        level=event.level or "",
        facts=f"{source_label(event.independent_sources)} · {count} article{'' if count == 1 else 's'}",
        at=event.last_published_at,
        marks=tuple(name for name, is_set in set_by_editors.items() if is_set),
    )
