"""Carries an editor's action out for whoever asks, a form or a program, and shows what came of it before the reply."""

from collections.abc import Callable, Sequence

from starlette.exceptions import HTTPException

from api.service import Service
from cluster.action import Action
from cluster.changes import StaleVersion
from cluster.editing import Desk, Refused
from cluster.following_up import follow_up

CHANGED = "Somebody or something changed an event while you were looking at it, so nothing was done. Look again."


class Conflict(HTTPException):
    """409: events have changed since the editor looked at them. Nothing was written."""

    def __init__(self, event_ids: Sequence[str]) -> None:
        super().__init__(409, CHANGED)
        self.event_ids = tuple(event_ids)


def carry_out(service: Service, by: str, act: Callable[[Desk], Action]) -> Action:
    """An action as it was written down; what events say now is made before this returns.

    Raises:
        Conflict: when an event has another version than the editor saw.
        HTTPException: 409 with a sentence when it cannot be done.
    """
    now = service.clock()
    try:
        action = act(Desk(service.engine, by, now))
    except Refused as refused:
        raise HTTPException(409, str(refused)) from refused
    except StaleVersion as stale:
        raise Conflict(stale.event_ids) from stale
    follow_up(action.draft, engine=service.engine, now=now)
    return action
