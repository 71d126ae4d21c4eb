"""What all routes that act share: who may, what they answer, and how an action is carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Body, Depends
from starlette.responses import Response

from api.editing import CHANGED, Conflict, carry_out
from api.editor.replies import ConflictProblem, DoneReply
from api.editor.router import PRIVATE, replied
from api.editor.views import changed_replies, done_reply
from api.key_store import Key
from api.needing_keys import needs_scope
from api.problems import problem
from api.promises import bad_body
from api.replies import Envelope
from api.scopes import Scope
from api.service import Service, Using
from cluster.action import Action
from cluster.editing import Desk

ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": Envelope[DoneReply]},
    409: {
        "model": ConflictProblem,
        "description": "It cannot be done, and `detail` says why; or an event has changed since it was seen, and "
        "`events` says how. Nothing was written.",
    },
    **bad_body("reason: String should have at most 500 characters"),
}


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
