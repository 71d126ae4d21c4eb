"""Takes an editor's action back, exactly, and says which later one has to be taken back first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from cluster.acting import Acting
from cluster.action import Action, ActionType, Field, Link, Pair, ends
from cluster.editing_store import action_of, drop_dismissal, standing_after
from cluster.event import Event, Placement, Status
from cluster.originals import CREDITS
from cluster.refusing import FindsEvents, Refused, live, refuse_locked
from cluster.regrouping_by_hand import with_copies
from cluster.store import EventStore
from cluster.unsaying import bind_anew, unsay

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
    freed = unsay(act.ledger.connection, action)
    undone = _undo(act, action)
    bind_anew(act.ledger.connection, freed)
    return undone


def _undo(act: Acting, action: Action) -> Action:
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
        return _look_again(act, action)
    before, is_seen = draft.settings_before, bool(draft.settings_after)
    return act.record(ActionType.UNDO, draft.event_ids, is_seen=is_seen, settings=before, undoes=action.seq)


def check(action: Action, standing: Iterable[Action], *, places: EventStore, events: FindsEvents) -> None:
    """Whether an action may be taken back as things stand; `standing` are the later ones that nobody took back.

    Raises:
        Refused: when it was undone already, a later one depends on it, or an event that it would change is locked or
            removed for good or, where something was set on it, not live any more.
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
            _refuse_home(events.get(event_id))
    elif not draft.added:
        for one in draft.settings_after:
            live(events, one.event_id)


def _refuse_home(event: Event | None) -> None:
    refuse_locked(event)
    if event and event.status is Status.REMOVED:  # readers were told that it is gone for good
        raise Refused(f"The event {event.id} was removed since: move these articles where they belong.")


def _move_back(act: Acting, action: Action) -> Action:
    draft = action.draft
    placed = act.events.placed(sorted(_moved(action)))
    before = list(placed.values())
    after = _back(act, placed, action)
    undone = act.regroup(
        ActionType.UNDO, before, after, draft.superseded, settings=draft.settings_before, undoes=action.seq
    )
    _lead_again(act, action)
    return undone


def _take_out(act: Acting, action: Action) -> Action:
    """Articles that stood nowhere before stand nowhere again."""
    undone = act.take_out(action, list(act.events.placed(sorted(_moved(action))).values()))
    _lead_again(act, action)
    return undone


def _lead_again(act: Acting, action: Action) -> None:
    now_in = act.events.event_of([article_id for _, article_id in action.draft.leads])
    # One that has left the event since would give it another lead than readers see.
    act.ledger.lead_again({event_id: lead for event_id, lead in action.draft.leads if now_in.get(lead) == event_id})


def _back(act: Acting, placed: Mapping[str, Placement], action: Action) -> list[Placement]:
    """Where the moved articles that are still there return to, as copies of what is there by now."""
    wrote = {one.article_id: one for one in action.draft.after}
    homes: dict[str, list[Placement]] = defaultdict(list)
    for one in action.draft.before:
        if one.article_id in placed:
            home = _home(act.events, one.event_id, action)
            homes[home].append(_as_known(replace(one, event_id=home), wrote[one.article_id], placed[one.article_id]))
    found = act.events.get_many(list(homes))
    return [one for home, own in homes.items() for one in with_copies(act, own, found[home])]


def _as_known(before: Placement, wrote: Placement, now: Placement) -> Placement:
    """A former placement with what was found out since of the text: an original that came later, another wording."""
    if (now.copy_of, now.revision) == (wrote.copy_of, wrote.revision):
        return before
    credits = tuple(one for one in now.because if one.code == CREDITS and one not in before.because)
    return replace(before, copy_of=now.copy_of, revision=now.revision, because=(*before.because, *credits))


def _home(events: FindsEvents, event_id: str, action: Action) -> str:
    """Where an article returns to: its former event, or whatever a re-clustering has made that one part of."""
    if event_id in action.draft.emptied:
        return event_id
    event = events.get(event_id)
    return _home(events, event.merged_into, action) if event and event.merged_into else event_id


def _look_again(act: Acting, action: Action) -> Action:
    """Of a word that moved nothing, nothing is left to take back."""
    # By the articles: an event in which they stood then may lead elsewhere by now, and has no more to be said of it.
    act.ledger.bind(sorted(set(act.events.event_of(sorted(_articles(action))).values())))
    return act.record(ActionType.UNDO, action.draft.event_ids, is_seen=True, undoes=action.seq)


def _undo_lock(act: Acting, action: Action) -> Action:
    (event_id,) = action.draft.event_ids
    act.ledger.lock(event_id, not LOCKS[action.draft.type])
    return act.record(ActionType.UNDO, [event_id], is_seen=True, undoes=action.seq)


def _depends(later: Action, action: Action, emptied: set[str]) -> str | None:
    """What a later action has of an earlier one, so that it does not stand without; None when nothing.

    `emptied` are the events that taking the earlier one back leaves without articles.
    """
    if {later.draft.type, action.draft.type} <= LOCKS.keys() and later.draft.event_ids == action.draft.event_ids:
        return "locked or unlocked the same event"
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
    if _lives_in(action).intersection(later.draft.emptied):
        return "left its event without articles"
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


def _lives_in(action: Action) -> set[str]:
    """The events that have to be live for it to be taken back: what it locked or set it on, where it moved nothing."""
    draft = action.draft
    if draft.type in LOCKS:
        return set(draft.event_ids)
    return set() if draft.after or draft.added else {one.event_id for one in draft.settings_after}


def _fields(action: Action) -> set[tuple[str, Field]]:
    return {(one.event_id, one.field) for one in action.draft.settings_after}
