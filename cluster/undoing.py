"""Takes an editor's action back, exactly, and says which later one has to be taken back first."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cluster.acting import Acting, ends
from cluster.action import Action, ActionType, Field, Link, Pair
from cluster.editing_store import action_of, drop_dismissal, drop_pairs, standing_after, write_pairs
from cluster.event import Placement
from cluster.refusing import FindsEvents, Refused, live, refuse_locked
from cluster.store import EventStore

NOTHING_TO_UNDO = "There is no action of this number that could be undone."
LOCKS = {ActionType.LOCK: True, ActionType.UNLOCK: False}


def undo(act: Acting, seq: int) -> Action:
    """Takes an action back: articles return, an event that it emptied lives again, words and settings are as before.

    Raises:
        Refused: when there is no such action, or `check` refuses.
    """
    action = action_of(act.ledger.connection, seq)
    if action is None:
        raise Refused(NOTHING_TO_UNDO)
    check(action, standing_after(act.ledger.connection, seq), places=act.events, events=act.events)
    draft = action.draft
    if draft.type in LOCKS:
        return _undo_lock(act, action)
    if draft.dismissed:
        drop_dismissal(act.ledger.connection, draft.dismissed)
    if draft.before:
        return _move_back(act, action)
    if draft.after:
        return _take_out(act, action)
    if draft.added:
        return _unsay(act, action)
    is_seen = bool(draft.settings_after)
    return act.record(ActionType.UNDO, draft.event_ids, is_seen=is_seen, settings=draft.settings_before, undoes=seq)


def check(action: Action, standing: Iterable[Action], *, places: EventStore, events: FindsEvents) -> None:
    """Whether an action may be taken back as things stand; `standing` are the later ones that nobody took back.

    Raises:
        Refused: when it was undone already, a later one depends on it, or an event that it would change is locked or
            not live any more.
    """
    if action.draft.type is ActionType.UNDO:
        raise Refused(NOTHING_TO_UNDO)
    if action.undone_by is not None:
        raise Refused("This action was undone already.")
    placed = places.placed(sorted(_moved(action)))
    emptied = _left_empty(places, placed.values(), action)
    for later in standing:
        if later.seq > action.seq and (why := _depends(later, action, emptied)):
            raise Refused(f"A later action {why}: undo action {later.seq} first.", later.seq)
    _refuse_as_it_stands(action, placed, events)


def _refuse_as_it_stands(action: Action, placed: Mapping[str, Placement], events: FindsEvents) -> None:
    draft = action.draft
    if draft.type in LOCKS:
        (event_id,), locked = draft.event_ids, LOCKS[draft.type]
        if live(events, event_id).locked != locked:
            raise Refused(f"The event was {'unlocked' if locked else 'locked'} since.")
    elif draft.after:
        if not placed:
            raise Refused("The articles that this action moved were taken back by their publishers.")
        homes = [_home(events, one.event_id, action) for one in draft.before if one.article_id in placed]
        for event_id in dict.fromkeys((*(one.event_id for one in placed.values()), *homes)):
            refuse_locked(events.get(event_id))
    elif not draft.added:
        for one in draft.settings_after:
            live(events, one.event_id)


def _move_back(act: Acting, action: Action) -> Action:
    draft = action.draft
    placed = act.events.placed(sorted(_moved(action)))
    before = list(placed.values())
    after = [_back(act.events, one, action) for one in draft.before if one.article_id in placed]
    drop_pairs(act.ledger.connection, draft.added)
    undone = act.regroup(
        ActionType.UNDO, before, after, draft.superseded, settings=draft.settings_before, undoes=action.seq
    )
    act.ledger.lead_again(dict(draft.leads))
    return undone


def _take_out(act: Acting, action: Action) -> Action:
    """Articles that stood nowhere before stand nowhere again."""
    undone = act.take_out(action, list(act.events.placed(sorted(_moved(action))).values()))
    act.ledger.lead_again(dict(action.draft.leads))
    return undone


def _back(events: EventStore, before: Placement, action: Action) -> Placement:
    return replace(before, event_id=_home(events, before.event_id, action))


def _home(events: FindsEvents, event_id: str, action: Action) -> str:
    """Where an article returns to: its former event, or whatever a re-clustering has made that one part of."""
    if event_id in action.draft.emptied:
        return event_id
    event = events.get(event_id)
    return _home(events, event.merged_into, action) if event and event.merged_into else event_id


def _unsay(act: Acting, action: Action) -> Action:
    """Takes a word back that moved nothing."""
    drop_pairs(act.ledger.connection, action.draft.added)
    write_pairs(act.ledger.connection, action.draft.superseded)
    act.ledger.bind(action.draft.event_ids)
    return act.record(ActionType.UNDO, action.draft.event_ids, is_seen=True, undoes=action.seq)


def _undo_lock(act: Acting, action: Action) -> Action:
    (event_id,) = action.draft.event_ids
    act.ledger.lock(event_id, not LOCKS[action.draft.type])
    return act.record(ActionType.UNDO, [event_id], is_seen=True, undoes=action.seq)


def _depends(later: Action, action: Action, emptied: set[str]) -> str | None:
    """What a later action has of an earlier one, so that it does not stand without; None when nothing.

    `emptied` are the events that taking the earlier one back leaves without articles.
    """
    if _regrouped(later) & (_regrouped(action) or _bound(action)):
        return "touched the same event"
    if _moved(later) & _moved(action):
        return "moved the same article"
    if _articles(later) & _moved(action) or _pairs(later) & _pairs(action):
        return "spoke of the same articles"
    if emptied & {event_id for event_id, _ in _fields(later)}:
        return "set something on the event that this one opened"
    if _fields(later) & _fields(action):
        return "set the same of the same event"
    return None


def _left_empty(places: EventStore, placed: Iterable[Placement], action: Action) -> set[str]:
    now_in = places.placements([one.event_id for one in placed])
    gone = {event_id for event_id, own in now_in.items() if {one.article_id for one in own} <= _moved(action)}
    return gone - {one.event_id for one in action.draft.before}


def _regrouped(action: Action) -> set[str]:
    """The events whose articles it moved."""
    return set(action.draft.event_ids) if action.draft.after else set()


def _bound(action: Action) -> set[str]:
    """The events in which it bound articles: whoever regroups them later may say the same and keep no word of it."""
    is_bound = any(pair.link is Link.MUST for pair in action.draft.added)
    return set(action.draft.event_ids) if is_bound else set()


def _moved(action: Action) -> set[str]:
    # By the article, since a re-clustering may have put it under another id between two actions.
    return {one.article_id for one in action.draft.after}


def _articles(action: Action) -> set[str]:
    return ends(action.draft.added)


def _pairs(action: Action) -> set[tuple[str, str]]:
    said: tuple[Pair, ...] = (*action.draft.added, *action.draft.superseded)
    return {(pair.one, pair.other) for pair in said}


def _fields(action: Action) -> set[tuple[str, Field]]:
    return {(one.event_id, one.field) for one in action.draft.settings_after}
