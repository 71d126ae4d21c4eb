"""Which suggestion an editor dismisses: it has to be one that the queue may make, and is what it asks just now."""

from sqlalchemy import Connection

from cluster.action import Dismissal
from cluster.doubt_store import DoubtStore
from cluster.doubts import DoubtKind
from cluster.refusing import Refused, live
from cluster.store import EventStore

_OF_TWO = frozenset({DoubtKind.NEAR_MISS})
_GONE = "Nothing of this kind is asked any more: look again."
_ANOTHER = "Something else of this kind is asked by now: look again."


def dismissal(
    connection: Connection, kind: str, event_id: str, other_id: str | None, about: str | None = None
) -> Dismissal:
    """A suggestion as the queue knows it: of two events the one that was opened first is in front.

    What is asked now is no longer asked; another article, source or quantity of the event will be. `about` is what the
    editor saw asked. With None it is whatever is asked now; where nothing of the kind is, nothing of it ever is.

    Raises:
        Refused: when there is no such kind, it is not about as many events, one of them is not live, or it is not asked
            any more.
    """
    if kind not in list(DoubtKind):
        raise Refused(f"There is no such suggestion. Choose one of {', '.join(DoubtKind)}.")
    events = EventStore(connection)
    named = [live(events, one).id for one in (event_id, other_id) if one is not None]
    wanted = 2 if kind in _OF_TWO else 1
    if len(set(named)) != wanted:
        raise Refused(f"This suggestion is about {'two events' if wanted == 2 else 'one event'}.")
    first, *others = events.by_age(named)
    other = next(iter(others), None)
    asked = DoubtStore(connection).asked(DoubtKind(kind), first, other)
    if about not in (None, asked):
        raise Refused(_GONE if asked is None else _ANOTHER)
    return Dismissal(kind, first, other, asked or "")
