"""The list beside the open event, and how its address says what stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from api import cursors
from api.reads import position
from api.service import Service
from api.words import source_label
from cluster.doubt_store import Outline
from cluster.doubts import Doubt, DoubtKind
from cluster.event import Event, Level, Theme
from cluster.filter_store import EventFilter
from cluster.lending import headline
from cluster.saying_changes import LEVEL_OF, SIGNAL_RANK
from cluster.store import cursor_values
from storage.search_words import sought

LISTED = 40
MAX_WORDS = 200  # characters
MAX_CURSOR = 500
NOTHING_WAITS = "Nothing here waits for a person."
NO_WORDS = "There is no word in this to look for."


class Tab(StrEnum):
    """Where the rows come from."""

    QUEUE = "queue"
    NEWEST = "newest"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is to show: the whole of it stands in the address, so that it outlives an action."""

    tab: Tab = Tab.QUEUE
    kind: DoubtKind | None = None  # of the queue
    theme: Theme | None = None
    signal: Level | None = None
    q: str = ""
    after: str = ""  # a cursor

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wanted":
        """What an address asks for; what makes no sense in it asks for nothing."""
        q = given.get("q", "").strip()[:MAX_WORDS]
        kind, theme, signal = (given.get(name) for name in ("kind", "theme", "signal"))
        return cls(
            tab=Tab.SEARCH if q else Tab.NEWEST if given.get("tab") == Tab.NEWEST else Tab.QUEUE,
            kind=DoubtKind(kind) if kind in list(DoubtKind) else None,
            theme=Theme(theme) if theme in list(Theme) else None,
            signal=Level(signal) if signal in list(Level) else None,
            q=q,
            after=given.get("after", "")[:MAX_CURSOR],
        )

    @classmethod
    def kept(cls, query: str) -> "Wanted":
        """What a form carries along."""
        return cls.read(dict(parse_qsl(query)))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The names and values that say it in an address."""
        tab = self.tab if self.tab is Tab.NEWEST else ""
        given: dict[str, str | None] = {"tab": tab, "kind": self.kind, "theme": self.theme}
        given |= {"signal": self.signal, "q": self.q, "after": self.after}
        return [(name, value) for name, value in given.items() if value]

    @property
    def query(self) -> str:
        """Its part of an address, without a question mark."""
        return urlencode(self.pairs)

    def at(self, path: str, **more: str) -> str:
        """An address of the desk with the same list in it."""
        query = "&".join(part for part in (urlencode(more), self.query) if part)
        return f"{path}?{query}" if query else path

    def behind(self, cursor: str) -> "Wanted":
        """The same list from behind a cursor on; from its beginning without one."""
        return replace(self, after=cursor)

    def of_kind(self, kind: DoubtKind | None) -> "Wanted":
        """The queue from its beginning, of one kind or of all, under the same theme and signal."""
        return Wanted(kind=kind, theme=self.theme, signal=self.signal)

    @property
    def newest(self) -> "Wanted":
        """All events from the newest on, under the same theme and signal."""
        return Wanted(tab=Tab.NEWEST, theme=self.theme, signal=self.signal)


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the list or, in the queue, a question about one."""

    id: str  # of the row, unique in its list
    event_id: str
    title: str
    level: str
    facts: str
    at: datetime
    marks: tuple[str, ...] = ()  # locked, pinned, hidden
    question: str = ""
    other_title: str = ""  # of the second event that the question is about


@dataclass(frozen=True, slots=True)
class DeskList:
    """A page of rows. `next` is the cursor behind the last, empty at the end; `says` is why there are none."""

    rows: Sequence[Row]
    next: str = ""
    says: str = "No event yet."
    counts: Mapping[DoubtKind, int] = field(default_factory=dict)  # of the queue, by kind


def listed(service: Service, wanted: Wanted) -> DeskList:
    """The rows that an address asks for.

    Raises:
        RequestValidationError: for a cursor of another list.
    """
    match wanted.tab:
        case Tab.QUEUE:
            return _queued(service, wanted)
        case Tab.SEARCH:
            return _searched(service, wanted)
        case Tab.NEWEST:
            return _newest(service, wanted)


def _newest(service: Service, wanted: Wanted) -> DeskList:
    only = EventFilter(theme=wanted.theme, signal=wanted.signal, hidden=None)
    after = position(wanted.after, "recency") if wanted.after else None
    found = service.events.page(only, "recency", LISTED + 1, after)
    shown = found[:LISTED]
    more = cursors.encode("recency", cursor_values(shown[-1], "recency")) if len(found) > LISTED else ""
    return DeskList([_row(one) for one in shown], more)


def _queued(service: Service, wanted: Wanted) -> DeskList:
    rank = SIGNAL_RANK[wanted.signal] if wanted.signal else None
    after = position(wanted.after, "queue") if wanted.after else None
    found = service.doubts.page([wanted.kind] if wanted.kind else [], wanted.theme, rank, LISTED + 1, after)
    shown = [one.doubt for one in found[:LISTED]]
    outlines = service.doubts.outlines({event_id for doubt in shown for event_id in doubt.event_ids})
    return DeskList(
        rows=[_question(one, outlines) for one in shown if outlines.keys() >= set(one.event_ids)],
        next=cursors.encode("queue", found[LISTED - 1].position) if len(found) > LISTED else "",
        says=NOTHING_WAITS,
        counts=service.doubts.counts(wanted.theme, rank),
    )


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


def _question(doubt: Doubt, outlines: Mapping[str, Outline]) -> Row:
    event = outlines[doubt.event_id]
    return Row(
        id=f"{doubt.kind}-{doubt.event_id}-{doubt.other_id or ''}",
        event_id=event.id,
        title=headline(event.title),
        level=LEVEL_OF[event.signal_rank],
        facts=_facts(event.independent_sources, event.articles),
        at=event.last_published_at,
        question=doubt.text,
        other_title=headline(outlines[doubt.other_id].title) if doubt.other_id else "",
    )


def _facts(sources: int, articles: int) -> str:
    return f"{source_label(sources)} · {articles} article{'' if articles == 1 else 's'}"


def _row(event: Event) -> Row:
    said = event.description
    set_by_editors = {"locked": event.locked, "pinned": event.overrides.pinned, "hidden": event.overrides.hidden}
    return Row(
        id=event.id,
        event_id=event.id,
        title=headline(said.title) if said else "",
        level=event.level or "",
        facts=_facts(event.independent_sources, len(event.members)),
        at=event.last_published_at,
        marks=tuple(name for name, is_set in set_by_editors.items() if is_set),
    )
