"""Looks again at events whose articles changed: what has become one is merged, what fell apart is split.

An editor's word stays: no article that an editor placed is moved, what is bound stays together, what is to be apart
stays apart. An event that does not change keeps its id and its version.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from cluster.changes import Ledger, change_events
from cluster.copies import COPY_FROM, containment
from cluster.decision import RIVAL_FROM
from cluster.doubt_store import replace_doubts
from cluster.doubts import GROUPING
from cluster.doubts_after_repair import doubts_once_repaired
from cluster.editing_store import EditingStore
from cluster.event import Event, Evidence, Placement, Rival
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.regrouping import MERGE_AT, SPLIT_AT, Flow, Regrouped, Rows, regroup
from cluster.remembering import LOG_AT_ONCE
from cluster.repair_scope import REPAIR, Due, Past, Scope, apart, lead, next_due, scope_of, standings
from cluster.similarity import RULESET
from cluster.store import EventStore
from cluster.withdrawing import withdraw
from storage.engine import Database
from storage.ids import new_id

WITHDRAWAL = "withdrawal"  # not repair's own: what is left of an event may fall apart
STEPS = 50
TRIES = 3


def repair(engine: Engine, now: datetime, is_over: Callable[[], bool] = lambda: False) -> list[str]:
    """Repairs what changed since the last time; the ids of the events that are others now.

    Running it twice changes nothing more. What changes again and again while it is decided on waits for the next time,
    and so does what is left behind the step after which time `is_over`.
    """
    changed, past = _withdraw(engine, now), Past(engine)
    for _ in range(STEPS):
        due = next_due(engine)
        if due is None:
            break
        done = next((step for _ in range(TRIES) if (step := _step(engine, due, past, now)) is not None), None)
        if done is None:
            break
        changed += done
        if is_over():
            break
    return list(dict.fromkeys(changed))


def _withdraw(engine: Engine, now: datetime) -> list[str]:
    """Takes articles that were taken back out of their events."""
    if not ReadingStore(engine).removed(1):
        return []
    with change_events(engine, by=WITHDRAWAL, at=now) as ledger:
        gone = ReadingStore(ledger.connection).removed(LOG_AT_ONCE)
        left = EventStore(ledger.connection).event_of(gone)
        withdraw(ledger, gone)
    return list(left.values())


def _step(engine: Engine, due: Due, past: Past, now: datetime) -> list[str] | None:
    """Decides and writes; the ids of the events that changed, None when others changed them meanwhile."""
    scope = scope_of(engine, due, past)
    kept_apart, before = apart(scope), standings(scope, due.revised)
    found = regroup(scope.probabilities, kept_apart, before)
    groups = [(rows, event_id or new_id("evt")) for rows, event_id in found.groups]
    looked_at = _looked_at(due, found, groups)
    doubts = doubts_once_repaired(scope, kept_apart, before, groups, looked_at)
    with change_events(engine, by=REPAIR, at=now) as ledger:
        if not _still_holds(scope, ledger.connection):
            return None
        moved = _move(ledger, scope, found, [event_id for _, event_id in groups], due.revised)
        moved += _revise(ledger, due.revised)
        replace_doubts(ledger.connection, looked_at, GROUPING, doubts)
        EventStore(ledger.connection).move_bookmark(REPAIR, due.seq)
    return moved


def _looked_at(due: Due, found: Regrouped, groups: Sequence[tuple[Rows, str]]) -> set[str]:
    """The events whose nearest rivals were compared too, among those that there are now."""
    moved = {one for flow in found.flows for one in (flow.source, groups[flow.target][1])}
    return {*due.touched, *moved} & {event_id for _, event_id in groups}


def _still_holds(scope: Scope, database: Database) -> bool:
    """Whether the events have the articles that they had when they were read, and editors said nothing since."""
    editing = EditingStore(database)
    now_in = EventStore(database).placements([event.id for event in scope.events])
    stands = all(
        {one.article_id for one in now_in[event.id]} == {member.article.id for member in event.members}
        for event in scope.events
    )
    is_free = not {event.id for event in scope.events} & set(editing.at_rest())
    return stands and is_free and scope.pairs == frozenset(editing.pairs())


def _move(
    ledger: Ledger, scope: Scope, found: Regrouped, targets: Sequence[str], revised: dict[str, Reading]
) -> list[str]:
    """Writes what is to move, one flow after the other; the ids of the events it concerns.

    `targets` are the events that the groups go to, in their order.
    """
    by_id = {event.id: event for event in scope.events}
    # The lead last: an event that is left empty leads to where its lead went.
    flows = sorted(found.flows, key=lambda flow: _takes_lead(flow, by_id[flow.source], scope))
    for flow in flows:
        reason = _reason(flow, is_new=found.groups[flow.target][1] is None)
        moved = [_moved(one, flow, targets[flow.target], reason) for one in _leaving(flow, by_id[flow.source], scope)]
        ledger.regroup([_as_read(ledger, one, revised) for one in moved], because=(reason,))
    return [one for flow in flows for one in (flow.source, targets[flow.target])]


def _leaving(flow: Flow, source: Event, scope: Scope) -> list[Placement]:
    """The placements of the articles that move; those that were not compared go where all the others go."""
    goes = _ids(flow.rows, scope)
    own = {member.article.id for member in source.members}
    if own & set(scope.article_ids) <= goes:
        goes = own
    return [member.placement for member in source.members if member.article.id in goes]


def _moved(placement: Placement, flow: Flow, event_id: str, reason: Evidence) -> Placement:
    rival = Rival(flow.source, flow.left) if flow.left >= RIVAL_FROM else None
    probability = flow.joined or 1.0  # of a new event's first articles
    return replace(
        placement,
        event_id=event_id,
        probability=probability,
        because=(reason,),
        nearest_rival=rival,
        ruleset=RULESET,
    )


def _revise(ledger: Ledger, revised: dict[str, Reading]) -> list[str]:
    """Events whose articles changed their text and stayed have something else to say."""
    placed = EventStore(ledger.connection).placed(list(revised))
    stayed = [one for one in placed.values() if one.revision < revised[one.article_id].revision]
    for one in stayed:
        ledger.revise(_as_read(ledger, one, revised))
    return [one.event_id for one in stayed]


def _as_read(ledger: Ledger, placement: Placement, revised: dict[str, Reading]) -> Placement:
    """A placement by what its article says now: whether it is still a copy, and of which text this was decided."""
    reading = revised.get(placement.article_id)
    if reading is None:
        return placement
    originals = ReadingStore(ledger.connection).get_many([placement.copy_of] if placement.copy_of else [])
    copied = [one for one, original in originals.items() if containment(reading.sketch, original.sketch) >= COPY_FROM]
    return replace(placement, revision=reading.revision, copy_of=copied[0] if copied else None)


def _reason(flow: Flow, is_new: bool) -> Evidence:
    if is_new:
        return Evidence("fell_apart", f"the others of its event tell something else (below {SPLIT_AT})", flow.left, 0.0)
    return Evidence("same_on_average", f"both events tell the same (from {MERGE_AT})", flow.joined, 0.0)


def _takes_lead(flow: Flow, source: Event, scope: Scope) -> bool:
    return lead(source) in _ids(flow.rows, scope)


def _ids(rows: Rows, scope: Scope) -> set[str]:
    return {scope.article_ids[row] for row in rows}
