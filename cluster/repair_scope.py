"""What repair looks at: events that changed, their nearest rivals, and how near all their articles are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Engine

from cluster.action import Field, Pair
from cluster.constraints import Constraints
from cluster.decision import decide
from cluster.editing_changes import LINKED
from cluster.editing_store import EditingStore
from cluster.event import MEMBERSHIP, ChangeType, Event, Overrides, Placement, Status
from cluster.pairwise import pairwise
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.regrouping import Apart, Standing
from cluster.remembering import LOG_AT_ONCE, load_window, outdates
from cluster.store import EventStore
from cluster.window import WINDOW, Measure, Window

REPAIR = "repair"
EVENTS_AT_ONCE = 30  # looked at in one step, their rivals apart
RIVALS = 5  # of each event, the nearest
LOOKED_AT = MEMBERSHIP | {ChangeType.UNLOCKED}
SAID = frozenset({LINKED, Field.HIDDEN.value})  # by an editor: it decides what may be merged, or what is looked at
REACH = 2 * WINDOW  # of article time, from an event's newest article back: what is older is not compared


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be looked at, and how far in the log that goes."""

    touched: tuple[str, ...]  # event ids
    revised: dict[str, Reading]  # placed articles whose text is another now
    seq: int


@dataclass(frozen=True, slots=True)
class Scope:
    """The events that are compared, oldest first, and everything that the decision rests on."""

    events: tuple[Event, ...]
    article_ids: tuple[str, ...]  # n, those of their members that can be compared
    readings: tuple[Reading, ...]  # n
    probabilities: Measure  # [n, n]
    pairs: frozenset[Pair]


def next_due(engine: Engine) -> Due | None:
    """The next events to look at; None when there are none."""
    events, readings = EventStore(engine), ReadingStore(engine)
    seq = events.bookmark(REPAIR)
    touched: dict[str, None] = {}
    for change in events.changes_after(seq, LOG_AT_ONCE):
        # What repair itself has changed is at rest: it was regrouped until nothing moved any more.
        if change.by != REPAIR and (change.type in LOOKED_AT or not SAID.isdisjoint(change.fields)):
            touched[change.event_id] = None
        if len(touched) > EVENTS_AT_ONCE:
            touched.popitem()
            break
        seq = change.seq
    revised = readings.get_many(readings.revised(EVENTS_AT_ONCE))
    touched |= dict.fromkeys(events.event_of(list(revised)).values())
    if not touched and seq == events.bookmark(REPAIR):
        return None
    return Due(tuple(touched), revised, seq)


class Past:
    """The recent past for the steps of one repair, read again only where somebody else changed events meanwhile."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._events = EventStore(engine)
        self._window: Window | None = None
        self._seq = 0  # of the last change before it was read

    def since(self, instant: datetime, revised: Mapping[str, Reading]) -> Window:
        """A window of at least the articles published since an instant; what repair moved stands where it stood.

        Where articles were revised, what is held may be their earlier text.
        """
        if self._window is None or instant < self._window.start or revised or self._is_stale():
            last = self._events.last_change()
            self._seq = last.seq if last else 0
            self._window = load_window(self._engine, instant)
        return self._window

    def _is_stale(self) -> bool:
        return outdates(self._events.changes_after(self._seq, LOG_AT_ONCE), but_by=REPAIR)


def scope_of(engine: Engine, due: Due, past: Past) -> Scope:
    """The active events among those that are due, with their nearest rivals."""
    events = EventStore(engine)
    pairs = frozenset(EditingStore(engine).pairs())
    touched = _active(events, due.touched)
    near = [rival for one in touched for rival in _rivals(engine, one.id)]
    if due.revised:
        first = min(one.published_at for one in due.revised.values())
        window = load_window(engine, first - WINDOW, undecided=due.revised)
        near += [rival for one in due.revised.values() for rival in _rivals_by_text(one, window)]
    compared = {one.id: one for one in (*touched, *_active(events, near))}
    if not compared:
        return Scope((), (), (), np.zeros((0, 0)), pairs)
    window = past.since(min(map(_compared_from, compared.values())), due.revised)
    held = {one.id: one for one in compared.values() if any(m.article.id in window.rows for m in one.members)}
    ids = [m.article.id for one in held.values() for m in one.members if m.article.id in window.rows]
    readings = tuple(window.readings[window.rows[one]] for one in ids)
    oldest_first = tuple(held[one] for one in events.by_age(list(held)))
    return Scope(oldest_first, tuple(ids), readings, pairwise(window, ids), pairs)


def _compared_from(event: Event) -> datetime:
    # One old article that an editor put into an event must not make every repair read months.
    return max(event.first_published_at, event.last_published_at - REACH)


def _active(events: EventStore, event_ids: Iterable[str]) -> list[Event]:
    """The events that some ids lead to and that may change.

    A closed one has come to rest; a late article makes it active again. One that is locked or hidden stays as it is.
    """
    found = events.get_many(sorted(set(event_ids)))
    merged = {one.merged_into for one in found.values() if one.merged_into}
    led_to = _active(events, merged) if merged else []
    return [*(one for one in found.values() if _may_change(one)), *led_to]


def _may_change(event: Event) -> bool:
    return event.status is Status.ACTIVE and not event.locked and not event.overrides.hidden


def _rivals(engine: Engine, event_id: str) -> list[str]:
    scores = EditingStore(engine).near_misses(event_id)
    return sorted(scores, key=lambda one: (-scores[one], one))[:RIVALS]


def _rivals_by_text(reading: Reading, window: Window) -> list[str]:
    """Where an article would go by what it says now."""
    placement = decide(reading, window)
    rival = placement.nearest_rival
    return [placement.event_id, *([rival.event_id] if rival else [])]


def standings(scope: Scope, revised: Collection[str]) -> list[Standing]:
    """How the events stand, oldest first; an article that was revised is no copy of what it copied before."""
    rows = {article_id: row for row, article_id in enumerate(scope.article_ids)}
    constraints = Constraints(scope.pairs)
    return [_standing(event, rows, constraints, revised) for event in scope.events]


def _standing(event: Event, rows: dict[str, int], constraints: Constraints, revised: Collection[str]) -> Standing:
    members = [member.placement for member in event.members]
    own = frozenset(rows[one.article_id] for one in members if one.article_id in rows)
    by_editor = {one.article_id for one in members if is_by_editor(one)}
    # What is not compared (too old, in another language, of another engine) can be no part of a split either.
    is_whole = len(own) < len(members)
    anchor = own if is_whole else frozenset(rows[one] for one in {lead(event), *by_editor})
    tied: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in (member for member in members if member.article_id in rows):
        copied = None if one.article_id in revised else one.copy_of
        tied["text", copied or one.article_id].add(rows[one.article_id])
        tied["word", constraints.group(one.article_id)].add(rows[one.article_id])
    bound = tuple(frozenset(group) for group in tied.values() if len(group) > 1)
    return Standing(event.id, own, anchor, bound, may_vanish=not by_editor and event.overrides == Overrides())


def apart(scope: Scope) -> Apart:
    """[n, n]: which articles an editor wants apart, or apart from one that stands with them and was not compared."""
    constraints, rows = Constraints(scope.pairs), {one: row for row, one in enumerate(scope.article_ids)}
    groups: list[frozenset[str]] = [frozenset()] * len(rows)
    for event in scope.events:
        hidden = [member.article.id for member in event.members if member.article.id not in rows]
        for member in event.members:
            if member.article.id in rows:
                groups[rows[member.article.id]] = frozenset(map(constraints.group, (member.article.id, *hidden)))
    barred = [frozenset[str]().union(*map(constraints.apart, own)) for own in groups]
    return np.array([[bool(own & other) for other in groups] for own in barred]).reshape(len(rows), len(rows))


def lead(event: Event) -> str:
    """The article that an event's id stays with: its lead or, before it has one, its earliest."""
    members: Sequence[str] = [member.article.id for member in event.members]
    shown = event.description.lead_article_id if event.description else ""
    return shown if shown in members else members[0]


def is_by_editor(placement: Placement) -> bool:
    """Whether an editor put the article where it stands."""
    return any(one.code == "editor" for one in placement.because)
