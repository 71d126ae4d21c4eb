"""Decides anew which events recent articles belong to, by today's rules; what editors said of them stays."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.constraints import Constraints, Held
from cluster.cross_encoder import ReadsPairs
from cluster.decision import decide
from cluster.editing_store import EditingStore
from cluster.event import Overrides, Placement
from cluster.pairwise import pairwise
from cluster.reading_store import ReadingStore
from cluster.regrouping import SPLIT_AT, average
from cluster.remembering import held_by_editors, hold
from cluster.repair_scope import lead
from cluster.store import EventStore
from cluster.window import WINDOW, Window

TRIES = 3


class KeepsChanging(Exception):
    """Events changed each time while their articles were decided anew; nothing was written."""


@dataclass(frozen=True, slots=True)
class Reclustered:
    """What a re-clustering came to: articles decided anew, those that went to another event, and the events of both."""

    articles: int
    moved: tuple[str, ...]
    events: tuple[str, ...] = ()  # that have other articles now


def recluster(engine: Engine, since: datetime, now: datetime, reader: ReadsPairs | None = None) -> Reclustered:
    """Decides anew on every placed article published at or after an instant, in the order of their publication.

    Ids stay: a group of articles keeps the id of the event whose lead it holds, of several one on which an editor has
    set something, else the oldest; or that of the one it shares most articles with. A lead leaves no event on which an
    editor has set something. Only what differs is written.

    Raises:
        KeepsChanging: when the events did not stand still long enough to be decided on.
    """
    events = EventStore(engine)
    for _ in range(TRIES):
        last = events.last_change()
        decided = _decide_anew(engine, since, reader)
        with change_events(engine, by="recluster", at=now) as ledger:
            if events.last_change() != last:
                continue
            before = {one: placement.event_id for one, placement in events.placed(list(decided)).items()}
            moved = [one for one in decided.values() if one.event_id != before[one.article_id]]
            ledger.regroup(moved)
        touched = dict.fromkeys(event_id for one in moved for event_id in (before[one.article_id], one.event_id))
        return Reclustered(len(decided), tuple(one.article_id for one in moved), tuple(touched))
    raise KeepsChanging("events changed while they were decided on: try again when fewer articles come in")


def _decide_anew(engine: Engine, since: datetime, reader: ReadsPairs | None) -> dict[str, Placement]:
    """A placement for each placed article since an instant, under the ids that its events have."""
    events = EventStore(engine)
    placed = {one.article_id: one for one in events.placed_since(since - WINDOW)}
    readings = ReadingStore(engine).since(since - WINDOW)
    at_rest = set(EditingStore(engine).at_rest())
    known = {one: placement for one, placement in placed.items() if one in readings}
    due = {
        one: None
        for one, placement in known.items()
        if readings[one].published_at >= since and placement.event_id not in at_rest
    }
    window = Window(since - WINDOW, held=held_by_editors(engine, at_rest, undecided=due))
    decided: dict[str, Placement] = {}
    for article_id, placement in known.items():
        reading = readings[article_id]
        if article_id in due:
            placement = decided[article_id] = replace(decide(reading, window, reader), revision=reading.revision)
        hold(window, reading, placement)
    named = _under_known_ids(events, decided, placed, window.held)
    return _as_repair_leaves(_with_their_leads(events, named, placed, window.held.constraints), placed, window)


def _with_their_leads(
    events: EventStore, decided: Mapping[str, Placement], placed: Mapping[str, Placement], constraints: Constraints
) -> dict[str, Placement]:
    """Without the moves that carry off the lead of an event on which an editor has set something.

    Repair merges no such event away either. What moves along with the lead stays with it, and so does a copy of either
    where it is; unless what comes instead is to be apart from them.
    """
    moved, came = _flows(decided, placed), defaultdict[str, set[str]](set)
    for (_, target), articles in moved.items():
        came[target].update(map(constraints.group, articles))
    found = events.get_many(list({source for source, _ in moved}))
    leads = {event.id: lead(event) for event in found.values() if event.overrides != Overrides()}
    stay: set[str] = set()
    for (source, _), articles in moved.items():
        barred = frozenset[str]().union(*(constraints.apart(constraints.group(one)) for one in articles))
        if leads.get(source) in articles and barred.isdisjoint(came[source]):
            stay.update(articles)
    stay |= {one for one, placement in decided.items() if placement.copy_of in stay and not constraints.names(one)}
    return {one: placement for one, placement in decided.items() if one not in stay}


def _as_repair_leaves(
    decided: Mapping[str, Placement], placed: Mapping[str, Placement], window: Window
) -> dict[str, Placement]:
    """Without the moves that repair would take back: it would give the articles another id, and theirs would be lost.

    What an editor has spoken on moves in any case, and so does a text of which there is a copy: others moved with it.
    """
    home = {one: (decided.get(one) or placement).event_id for one, placement in placed.items()}
    printed = {one.copy_of for one in decided.values()}

    def is_free(one: str) -> bool:
        is_print = decided[one].copy_of is not None or one in printed
        return one in window.rows and not is_print and not window.held.constraints.names(one)

    taken_back: set[str] = set()
    for (_, target), articles in _flows(decided, placed).items():
        moved = [one for one in articles if is_free(one)]
        there = [
            one for one, event_id in home.items() if event_id == target and one in window.rows and one not in moved
        ]
        rows = frozenset(range(len(moved))), frozenset(range(len(moved), len(moved) + len(there)))
        if moved and there and average(pairwise(window, [*moved, *there]), *rows) < SPLIT_AT:
            taken_back.update(moved)
    return {one: placement for one, placement in decided.items() if one not in taken_back}


def _flows(decided: Mapping[str, Placement], placed: Mapping[str, Placement]) -> dict[tuple[str, str], list[str]]:
    """The articles that move, by the event that they leave and the one that they go to."""
    flows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one, placement in decided.items():
        if placement.event_id != placed[one].event_id:
            flows[placed[one].event_id, placement.event_id].append(one)
    return flows


def _under_known_ids(
    events: EventStore, decided: Mapping[str, Placement], placed: Mapping[str, Placement], held: Held
) -> dict[str, Placement]:
    groups: dict[str, list[str]] = defaultdict(list)
    for article_id, placement in decided.items():
        groups[placement.event_id].append(article_id)
    known = events.versions(list(groups)).keys()
    fresh = {group: members for group, members in groups.items() if group not in known}
    stay = {placed[article_id].event_id for article_id in placed if article_id not in decided}
    former = {one: placed[one].event_id for one in decided}
    named = _names(events, fresh, former, held, taken=stay | known)
    return {
        article_id: replace(placement, event_id=named.get(placement.event_id, placement.event_id))
        for article_id, placement in decided.items()
    }


def _names(
    events: EventStore, groups: Mapping[str, Sequence[str]], former: Mapping[str, str], held: Held, taken: set[str]
) -> dict[str, str]:
    """For each group the id of a former event of its articles that nobody else has a better claim to.

    Its lead is the best one, above all of an event on which an editor has set something.
    """
    found = events.get_many(list(set(former.values()) - taken))
    age = {event_id: place for place, event_id in enumerate(events.by_age(list(found)))}
    leads = {event.description.lead_article_id for event in found.values() if event.description}
    claims = []
    for group, members in groups.items():
        # An event may hold older articles that nobody decides on, and that an editor wants apart from these.
        barred = frozenset[str]().union(*(held.barred_from(one) for one in members))
        for event_id in ({former[one] for one in members} & found.keys()) - barred:
            shared = [one for one in members if former[one] == event_id]
            has_lead = bool(leads.intersection(shared))
            is_set = has_lead and found[event_id].overrides != Overrides()
            claims.append((not is_set, not has_lead, age[event_id], -len(shared), members[0], group, event_id))
    named: dict[str, str] = {}
    for *_, group, event_id in sorted(claims):
        if group not in named and event_id not in named.values():
            named[group] = event_id
    return named
