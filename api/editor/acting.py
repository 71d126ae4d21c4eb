"""What all routes that act share: who may, what they answer, and how an action is carried out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends
from pydantic import BaseModel
from starlette.responses import Response

from api.editing import CHANGED, Conflict, carry_out
from api.editor.replies import ConflictProblem, DoneReply
from api.editor.views import changed_replies, done_reply
from api.envelopes import envelope
from api.key_store import Key
from api.needing_keys import REFUSALS, KeyedRoute, needs_scope
from api.problems import members, problem
from api.promises import bad_body
from api.rate_limits import EDITOR, TOO_MANY, rate_limited
from api.replies import EVENT_ID, INSTANT, Envelope
from api.scopes import Scope
from api.service import Service, Using
from cluster.action import Action
from cluster.editing import Desk

PRIVATE = {"cache-control": "no-store"}
_CHANGED = {
    "id": EVENT_ID,
    "seen": 7,
    "version": 8,
    "status": "active",
    "merged_into": None,
    "changes": [
        {
            **{"seq": 4711, "version": 8, "type": "edited", "at": INSTANT, "by": "Grace", "fields": ["title"]},
            **{"event_id": EVENT_ID, "status": None, "merged_into": None, "split_from": None, "came": [], "went": []},
        }
    ],
}
_NOT_DONE = {
    "it cannot be done": {"value": members(409, "These are one event already.")},
    "an event has changed since": {"value": members(409, CHANGED) | {"events": [_CHANGED]}},
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": Envelope[DoneReply]},
    409: {
        "model": ConflictProblem,
        "description": "It cannot be done, and `detail` says why; or an event has changed since it was seen, and "
        "`events` says how. Nothing was written.",
        "content": {"application/json": {"examples": _NOT_DONE}},
    },
    **REFUSALS,
    **bad_body("reason: String should have at most 500 characters"),
}


def router_for_editors() -> APIRouter:
    """A router under `/v1/editor` that asks for the scope before anything else, and counts what is asked."""
    return APIRouter(
        prefix="/v1/editor",
        route_class=KeyedRoute,
        dependencies=[rate_limited(EDITOR)],
        responses={429: TOO_MANY},
    )


@dataclass(frozen=True, slots=True)
class Hand:
    """Whoever acts, by the name of a key."""

    service: Service
    by: str

    def done(self, versions: Mapping[str, int], act: Callable[[Desk], Action]) -> Response:
        """Carries an action out on events in the versions that were seen, and says what came of it.

        Raises:
            HTTPException: 409 with a sentence when it cannot be done.
        """
        try:
            action = carry_out(self.service, self.by, act)
        except Conflict as conflict:
            changed = changed_replies(self.service, conflict.event_ids, versions)
            reply = problem(409, CHANGED, events=[one.model_dump(mode="json") for one in changed])
            reply.headers.update(PRIVATE)
            return reply
        return replied(self.service, done_reply(self.service, action))


def _hand(caller: Annotated[Key, needs_scope(Scope.EDITOR)], service: Using) -> Hand:
    return Hand(service, caller.name)


AtWork = Annotated[Hand, Depends(_hand)]


def example(**sent: object) -> Any:
    """A body as the document shows it."""
    return Body(openapi_examples={"for one": {"value": sent}})


def replied(service: Service, data: BaseModel | Sequence[BaseModel], next_cursor: str | None = None) -> Response:
    """A reply for editors alone, which nobody keeps."""
    body = envelope(service.surroundings(), data, None, next_cursor)
    return Response(body, 200, PRIVATE, "application/json")
