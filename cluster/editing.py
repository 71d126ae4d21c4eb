"""What editors may do at the desk. Their word outlives re-clustering, and each action can be taken back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from cluster import regrouping_by_hand, undoing
from cluster.acting import Acting
from cluster.action import Action, ActionType, Field, Link
from cluster.changes import change_events
from cluster.dismissing import dismissal
from cluster.editing_store import write_dismissal
from cluster.refusing import MAX_REASON, live, plain
from cluster.refusing import Refused as Refused  # what every action may raise
from cluster.setting import new_setting

Versions = Mapping[str, int]  # of events, by id, as the editor saw them


@dataclass(frozen=True, slots=True)
class Desk:
    """One editor's hand on the events, at one instant.

    Every action is one transaction: it moves articles or sets what events say, keeps what the editor said of articles
    as pairs that placing and re-clustering obey, and adds one row to the editors' record. After each action every pair
    that is kept holds: a newer word takes the place of an older one that it contradicts.

    `versions` are those of the events as the editor saw them. When one has changed since, `changes.StaleVersion` is
    raised and nothing is written. A `reason` has at most MAX_REASON characters. What cannot be done raises `Refused`.
    """

    engine: Engine
    by: str
    at: datetime

    def merge(
        self,
        event_id: str,
        other_id: str,
        versions: Versions,
        *,
        keep: str | None = None,
        title: str | None = None,
        lead: str | None = None,
        reason: str = "",
    ) -> Action:
        """Makes two events one. The id to keep, else the older one, survives, and the other leads to it.

        `title` and `lead`, an article of either event, are set with it.

        Raises:
            Refused: when they are one event already, or one of them is not live or is locked.
        """
        with self._acting(versions, reason) as act:
            return regrouping_by_hand.merge(act, event_id, other_id, keep, title, lead)

    def split(
        self, article_ids: Sequence[str], versions: Versions, *, within: str | None = None, reason: str = ""
    ) -> Action:
        """Makes a selection of an event's articles an event of its own, to stay together and apart from the others.

        Raises:
            Refused: when they are all of the event, or of several, or of another than `within`, or the event is not
                live or is locked.
        """
        with self._acting(versions, reason) as act:
            return regrouping_by_hand.split(act, article_ids, within=within)

    def move(self, article_ids: Sequence[str], event_id: str | None, versions: Versions, *, reason: str = "") -> Action:
        """Moves articles to another event; with None one article to an event of its own, several as `split` does.

        Raises:
            Refused: when one stands there already, was not placed yet, or an event is not live or is locked.
        """
        with self._acting(versions, reason) as act:
            if event_id is not None:
                return regrouping_by_hand.move(act, article_ids, event_id)
            is_one = len(set(article_ids)) == 1
            return regrouping_by_hand.split(act, article_ids, ActionType.MOVE if is_one else ActionType.SPLIT)

    def link(self, article_id: str, other_id: str, said: Link, versions: Versions, *, reason: str = "") -> Action:
        """Says that two articles must, or cannot, stand in one event.

        Where they do not stand so, the first moves: to the other's event, with whatever is bound to it, or out to an
        event of its own.

        Raises:
            Refused: when it was said already, one was not placed yet, or an event that would change is locked.
        """
        with self._acting(versions, reason) as act:
            return regrouping_by_hand.link(act, article_id, other_id, said)

    def lock(self, event_id: str, versions: Versions, *, reason: str = "") -> Action:
        """Lets an event keep the articles it has, whatever the rules say.

        Raises:
            Refused: when it is locked already, or the event is not live.
        """
        with self._acting(versions, reason) as act:
            return _set_lock(act, event_id, ActionType.LOCK)

    def unlock(self, event_id: str, versions: Versions, *, reason: str = "") -> Action:
        """Lets the rules have an event back.

        Raises:
            Refused: when it is not locked, or the event is not live.
        """
        with self._acting(versions, reason) as act:
            return _set_lock(act, event_id, ActionType.UNLOCK)

    def set(self, event_id: str, field: Field, value: str | None, versions: Versions, *, reason: str = "") -> Action:
        """Sets what an event says or where it shows; None takes it back. Pinned and hidden are `true` or nothing.

        Raises:
            Refused: when the value makes no sense, nothing would change, a level has no reason, or the event is not
                live. A lock is on articles alone.
        """
        with self._acting(versions, reason) as act:
            event = live(act.events, event_id)
            wanted = new_setting(event, field, value, by=self.by, at=self.at, reason=act.reason)
            return act.record(ActionType.SET, [event_id], is_seen=True, settings=[wanted])

    def dismiss(
        self,
        kind: str,
        event_id: str,
        other_id: str | None,
        versions: Versions,
        *,
        about: str | None = None,
        reason: str = "",
    ) -> Action:
        """Lets a suggestion of this kind, on one event or on two, be made no more.

        `about` is what of the event was asked, as the doubt has it; None: whatever is asked now.

        Raises:
            Refused: when it was dismissed already, there is no such kind, it is not about as many events, one of them
                is not live, or something else is asked by now.
        """
        with self._acting(versions, reason) as act:
            dismissed = dismissal(act.ledger.connection, kind, event_id, other_id, about)
            event_ids = [one for one in (dismissed.event_id, dismissed.other_id) if one is not None]
            if not write_dismissal(act.ledger.connection, dismissed):
                raise Refused("This suggestion was dismissed already.")
            return act.record(ActionType.DISMISS, event_ids, dismissed=dismissed, leads=act.leads(event_ids))

    def keep_apart(self, event_id: str, other_id: str, versions: Versions, *, reason: str = "") -> Action:
        """Says that two events tell two happenings: their articles stay apart, and nobody is asked about them again.

        Raises:
            Refused: when they are one event, that was said already, or one of them is not live.
        """
        with self._acting(versions, reason) as act:
            return regrouping_by_hand.keep_apart(act, event_id, other_id)

    def note(self, event_id: str, text: str, versions: Versions) -> Action:
        """Writes something down about an event, for editors alone.

        Raises:
            Refused: when there is nothing to write down, or the event is not live.
        """
        with self._acting(versions, text) as act:
            if not act.reason:
                raise Refused("Write down something.")
            return act.record(ActionType.NOTE, [live(act.events, event_id).id])

    def undo(self, seq: int, reason: str = "") -> Action:
        """Takes an action back: its articles return, an event that it emptied lives again, words and settings too.

        What came since stays: a text that was found to be a copy meanwhile returns as one.

        Raises:
            Refused: when there is no such action, it was undone already, a later one depends on it, or an event that
                it would change is locked, was removed or, where something was set on it, is not live any more.
        """
        with self._acting({}, reason) as act:
            return undoing.undo(act, seq)

    @contextmanager
    def _acting(self, versions: Versions, reason: str) -> Iterator[Acting]:
        kept = plain(reason, "The reason", MAX_REASON)
        with change_events(self.engine, by=self.by, at=self.at, versions=versions) as ledger:
            yield Acting(ledger, kept)


def _set_lock(act: Acting, event_id: str, type_: ActionType) -> Action:
    locked = undoing.LOCKS[type_]
    if live(act.events, event_id).locked == locked:
        raise Refused(f"This event is {'locked already' if locked else 'not locked'}.")
    act.ledger.lock(event_id, locked)
    return act.record(type_, [event_id], is_seen=True)
