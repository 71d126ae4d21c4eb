"""Carries an editor's action out for whoever asks, a form or a program, and shows what came of it before the reply."""

import re
from collections.abc import Callable, Mapping, Sequence

import structlog
from starlette.exceptions import HTTPException

from api.service import Service
from cluster.action import Action
from cluster.changes import StaleVersion
from cluster.editing import Desk, Refused
from cluster.following_up import follow_up

CHANGED = "Somebody or something changed an event while you were looking at it, so nothing was done. Look again."
OWN_TITLE = "own"  # a form's choice of a title that is typed
log = structlog.get_logger()
_SEEN = re.compile(r"(evt_[0-9A-Za-z]+) ([0-9]{1,9})")


class Conflict(HTTPException):
    """409: events have changed since the editor looked at them. Nothing was written."""

    def __init__(self, event_ids: Sequence[str], seen: Mapping[str, int]) -> None:
        super().__init__(409, CHANGED)
        self.event_ids = tuple(event_ids)
        self.seen = seen  # the versions that the editor saw


class Hindered(HTTPException):
    """409: a later action, of this seq, stands in the way of an undo. Nothing was written."""

    def __init__(self, says: str, later: int) -> None:
        super().__init__(409, says)
        self.later = later


def carry_out(service: Service, by: str, act: Callable[[Desk], Action]) -> Action:
    """An action as it was written down; what events say now is made before this returns, or by a worker soon after.

    Raises:
        Conflict: when an event has another version than the editor saw.
        Hindered: when a later action has to be taken back first.
        HTTPException: 409 with a sentence when it cannot be done.
    """
    now = service.clock()
    try:
        action = act(Desk(service.engine, by, now))
    except Refused as refused:
        raise _refusal(refused) from refused
    except StaleVersion as stale:
        raise Conflict(stale.event_ids, stale.seen) from stale
    _follow(action, lambda: follow_up(action.draft, engine=service.engine, now=now))
    _follow(action, service.hot.look)  # whoever acts reads it back at once; other processes do within a second
    return action


def _follow(action: Action, follows: Callable[[], None]) -> None:
    try:
        follows()
    except Exception:  # whatever it was: what is done is done, and an editor who hears of an error tries again
        log.exception("action not followed up", seq=action.seq)


def as_seen(value: str) -> tuple[str, int] | None:
    """The event, and the version of it that an editor saw, of a form's field that says `evt_… 7`; None of another."""
    match = _SEEN.fullmatch(value)
    return (match[1], int(match[2])) if match else None


def seen_versions(fields: Mapping[str, str], *event_ids: str) -> dict[str, int]:
    """The versions of some events as an editor saw them, from whichever fields of a form say `evt_… 7`.

    Raises:
        HTTPException: 409 when the form does not say one of them.
    """
    found = dict(seen for value in fields.values() if (seen := as_seen(value)))
    if not found.keys() >= set(event_ids):
        raise HTTPException(409, CHANGED)
    return {event_id: found[event_id] for event_id in event_ids}


def _refusal(refused: Refused) -> HTTPException:
    return HTTPException(409, str(refused)) if refused.later is None else Hindered(str(refused), refused.later)
