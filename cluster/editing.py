"""What editors may do: merge, move, lock, and take an action back. Their word outlives re-clustering."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from cluster.action import Action, ActionType, Draft, Link, Pair
from cluster.changes import Ledger, change_events
from cluster.constraints import still_together
from cluster.decision import EDITORS_WORD, is_print
from cluster.editing_store import action_of, drop_pairs, pairs_of, standing_after, write_action, write_pairs
from cluster.event import Event, Evidence, Placement
from cluster.reading_store import ReadingStore
from cluster.store import LISTED, EventStore
from storage.ids import new_id

_LOCKS = {ActionType.LOCK: True, ActionType.UNLOCK: False}
MERGED_HERE = Evidence("editor", "an editor merged its event into this one", 1.0, 0.0)


class Refused(Exception):
    """The action cannot be done; the message is a sentence for the editor. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One editor's hand on the events, at one instant.

    Every action is one transaction: it moves articles, keeps what the editor said of them as pairs that placing and
    re-clustering obey, and adds one row to the editors' record. After each action every pair that is kept holds: a
    newer word takes the place of an older one that it contradicts.

    `versions` are those of the events as the editor saw them. When one has changed since, `changes.StaleVersion` is
    raised and nothing is written.
    """

    engine: Engine
    by: str
    at: datetime

    def merge(self, event_id: str, other_id: str, versions: Mapping[str, int]) -> Action:
        """Makes two events one. The older id survives, the other leads to it.

        Raises:
            Refused: when they are one event already, or one of them is not live or is locked.
        """
        with self._changing(versions) as ledger:
            if event_id == other_id:
                raise Refused("These are one event already.")
            events = EventStore(ledger.connection)
            found = {one: _open(events, one) for one in (event_id, other_id)}
            kept, gone = (found[one] for one in events.by_age([event_id, other_id]))
            before = [member.placement for member in gone.members]
            after = [replace(one, event_id=kept.id, because=(MERGED_HERE, *one.because)) for one in before]
            after = _with_copies(ledger, after, kept)
            lead = _lead(kept)
            together = [member.article.id for member in (*kept.members, *gone.members)]
            added = [Pair.of(lead, one, Link.MUST) for one in together if one != lead]
            return self._carry_out(ledger, ActionType.MERGE, before, after, added)

    def move(self, article_id: str, event_id: str | None, versions: Mapping[str, int]) -> Action:
        """Moves an article to another event, or to a new one of its own when `event_id` is None.

        Raises:
            Refused: when it stands there already, was not placed yet, or one of the events is not live or is locked.
        """
        with self._changing(versions) as ledger:
            events = EventStore(ledger.connection)
            before, left = _place_of(events, article_id)
            _open(events, before.event_id)
            target = _open(events, event_id) if event_id else None
            if target is None and not left:
                raise Refused("This article stands alone in its event already.")
            if target is not None and target.id == before.event_id:
                raise Refused("This article stands in that event already.")
            home = target.id if target else new_id("evt")
            after = replace(before, event_id=home, probability=1.0, because=(EDITORS_WORD,), nearest_rival=None)
            (after,) = _with_copies(ledger, [after], target) if target else [after]
            added = [Pair.of(article_id, one, Link.CANNOT) for one in left]
            added += [Pair.of(article_id, _lead(target), Link.MUST)] if target else []
            return self._carry_out(ledger, ActionType.MOVE, [before], [after], added)

    def lock(self, event_id: str, versions: Mapping[str, int]) -> Action:
        """Lets an event keep the articles it has, whatever the rules say.

        Raises:
            Refused: when it is locked already, or the event is not live.
        """
        return self._set_lock(event_id, versions, ActionType.LOCK)

    def unlock(self, event_id: str, versions: Mapping[str, int]) -> Action:
        """Lets the rules have an event back.

        Raises:
            Refused: when it is not locked, or the event is not live.
        """
        return self._set_lock(event_id, versions, ActionType.UNLOCK)

    def undo(self, seq: int) -> Action:
        """Takes an action back: its articles return, an event that it emptied lives again, its pairs are lifted.

        Raises:
            Refused: when there is no such action, it was undone already, a later one touched the same events or
                moved one of its articles, or an event that it would change is locked.
        """
        with self._changing({}) as ledger:
            events = EventStore(ledger.connection)
            action = _undoable(ledger, seq)
            if action.draft.type in _LOCKS:
                return self._undo_lock(ledger, action)
            placed = events.placed(sorted(_moved(action)))
            if not placed:
                raise Refused("The articles that this action moved were taken back by their publishers.")
            before = list(placed.values())
            after = [
                replace(one, event_id=_home(events, one.event_id, action))
                for one in action.draft.before
                if one.article_id in placed
            ]
            for event_id in dict.fromkeys(one.event_id for one in (*before, *after)):
                _refuse_locked(events.get(event_id))
            drop_pairs(ledger.connection, action.draft.added)
            return self._carry_out(ledger, ActionType.UNDO, before, after, action.draft.superseded, undoes=seq)

    def _set_lock(self, event_id: str, versions: Mapping[str, int], type_: ActionType) -> Action:
        with self._changing(versions) as ledger:
            locked = _LOCKS[type_]
            if _live(EventStore(ledger.connection), event_id).locked == locked:
                raise Refused(f"This event is {'locked already' if locked else 'not locked'}.")
            return self._lock(ledger, event_id, locked, type_)

    def _undo_lock(self, ledger: Ledger, action: Action) -> Action:
        (event_id,), locked = action.draft.event_ids, _LOCKS[action.draft.type]
        if _live(EventStore(ledger.connection), event_id).locked != locked:
            raise Refused(f"The event was {'unlocked' if locked else 'locked'} since.")
        return self._lock(ledger, event_id, not locked, ActionType.UNDO, undoes=action.seq)

    def _lock(
        self, ledger: Ledger, event_id: str, locked: bool, type_: ActionType, undoes: int | None = None
    ) -> Action:
        ledger.lock(event_id, locked)
        draft = Draft(type=type_, by=self.by, at=self.at, event_ids=(event_id,), before=(), after=(), undoes=undoes)
        return Action(write_action(ledger.connection, draft), draft, None)

    def _changing(self, versions: Mapping[str, int]) -> AbstractContextManager[Ledger]:
        return change_events(self.engine, by=self.by, at=self.at, versions=versions)

    def _carry_out(
        self,
        ledger: Ledger,
        type_: ActionType,
        before: Sequence[Placement],
        after: Sequence[Placement],
        added: Sequence[Pair],
        undoes: int | None = None,
    ) -> Action:
        emptied = ledger.regroup(after)
        kept, superseded = _settle(ledger, after, added)
        draft = Draft(
            type=type_,
            by=self.by,
            at=self.at,
            event_ids=tuple(dict.fromkeys(one.event_id for one in (*before, *after))),
            before=tuple(before),
            after=tuple(after),
            emptied=emptied,
            added=kept,
            superseded=superseded,
            undoes=undoes,
        )
        return Action(write_action(ledger.connection, draft), draft, None)


def _with_copies(ledger: Ledger, moved: Sequence[Placement], target: Event) -> list[Placement]:
    """Those that print a text of the event they come to as copies: rules compare none that are days apart."""
    there = {member.article.id: member.placement for member in target.members}
    readings = ReadingStore(ledger.connection).get_many([*there, *(one.article_id for one in moved)])

    def original(one: Placement) -> str | None:
        prints = (other for other in there if is_print(readings[one.article_id], readings[other]))
        return next((there[other].copy_of or other for other in prints), None)

    return [replace(one, copy_of=one.copy_of or original(one)) for one in moved]


def _undoable(ledger: Ledger, seq: int) -> Action:
    action = action_of(ledger.connection, seq)
    if action is None or action.draft.type is ActionType.UNDO:
        raise Refused("There is no action of this number that could be undone.")
    if action.undone_by is not None:
        raise Refused("This action was undone already.")
    for later in standing_after(ledger.connection, seq):
        if later.draft.type not in _LOCKS and set(later.draft.event_ids) & set(action.draft.event_ids):
            raise Refused(f"A later action touched the same event: undo action {later.seq} first.")
        if _moved(later) & _moved(action):
            raise Refused(f"A later action moved the same article: undo action {later.seq} first.")
    return action


def _settle(
    ledger: Ledger, after: Sequence[Placement], added: Sequence[Pair]
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Keeps the new pairs and drops those that no longer hold: what is new of them, and what was dropped."""
    moved = [one.article_id for one in after]
    said = pairs_of(ledger.connection, sorted({*moved, *_ends(added)}))
    now_in = EventStore(ledger.connection).event_of(sorted(_ends((*said, *added))))
    dropped = tuple(pair for pair in said if not _holds(pair, now_in))
    candidates = dict.fromkeys((*added, *still_together(dropped, now_in, moved)))
    new = tuple(pair for pair in candidates if pair not in said and _holds(pair, now_in))
    drop_pairs(ledger.connection, dropped)
    write_pairs(ledger.connection, new)
    return new, dropped


def _live(events: EventStore, event_id: str) -> Event:
    event = events.get(event_id)
    if event is None:
        raise Refused(f"There is no event {event_id}.")
    if event.status not in LISTED:
        into = f" into {event.merged_into}" if event.merged_into else ""
        raise Refused(f"The event {event_id} was {event.status}{into} meanwhile.")
    return event


def _open(events: EventStore, event_id: str) -> Event:
    event = _live(events, event_id)
    _refuse_locked(event)
    return event


def _refuse_locked(event: Event | None) -> None:
    if event and event.locked:
        name = f"“{event.description.title}”" if event.description else event.id
        raise Refused(f"The event {name} is locked: unlock it first.")


def _place_of(events: EventStore, article_id: str) -> tuple[Placement, list[str]]:
    """An article's placement, and the other articles of its event."""
    placement = events.placed([article_id]).get(article_id)
    if placement is None:
        raise Refused(f"The article {article_id} stands in no event yet.")
    members = events.placements([placement.event_id])[placement.event_id]
    return placement, sorted(one.article_id for one in members if one.article_id != article_id)


def _home(events: EventStore, event_id: str, action: Action) -> str:
    """Where an article returns to: its former event, or whatever a re-clustering has made that one part of."""
    if event_id in action.draft.emptied:
        return event_id
    event = events.get(event_id)
    return _home(events, event.merged_into, action) if event and event.merged_into else event_id


def _moved(action: Action) -> set[str]:
    # By the article, since a re-clustering may have put it under another id between two actions.
    return {one.article_id for one in action.draft.before}


def _lead(event: Event) -> str:
    """The article that stands for an event: its lead or, before it was described, its earliest."""
    return event.description.lead_article_id if event.description else event.members[0].article.id


def _ends(pairs: Iterable[Pair]) -> set[str]:
    return {end for pair in pairs for end in (pair.one, pair.other)}


def _holds(pair: Pair, now_in: Mapping[str, str]) -> bool:
    if not {pair.one, pair.other} <= now_in.keys():
        return False  # an article that was taken back stands nowhere
    return (now_in[pair.one] == now_in[pair.other]) == (pair.link is Link.MUST)
