"""`/v1/editor/articles`: adds an article by its address, and says how that stands."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from api.additions.asking import NO_ADDRESS, UNKNOWN, ask, find
from api.additions.replies import ADDITION_ID, NEW, AdditionReply, NewAddition
from api.editor.acting import AtWork, example
from api.editor.router import replied, router_for_editors
from api.promises import bad_body, promised
from api.reads import NO_EVENT
from api.replies import Envelope
from ingest.addition import Addition

LOCKED = "The event “Corvane halts withdrawals” is locked: unlock it first."
BAD: dict[int | str, dict[str, Any]] = {
    404: promised(404, "The event's id was never given out.", NO_EVENT),
    409: promised(409, "Nothing can be added to the event, or too many requests are open.", LOCKED),
    **bad_body(NO_ADDRESS),
}
AdditionId = Annotated[str, Path(description="A request's id.", examples=[ADDITION_ID])]

router = router_for_editors()


@router.post(
    "/articles",
    status_code=202,
    summary="Add an article by its address",
    response_model=None,
    responses={202: {"model": Envelope[AdditionReply]}, **BAD},
)
def add(hand: AtWork, asked: Annotated[NewAddition, example(**NEW)]) -> Response:
    """The page is fetched, read and placed within about a minute; `Location` says where to look for what came of it.

    An article that is known already moves to the event. Who asks twice for the same, while it is worked on, gets the
    same request.
    """
    kept = ask(hand.service, hand.by, asked.url, asked.event_id, asked.reason)
    reply = replied(hand.service, _reply(kept))
    reply.status_code = 202
    reply.headers["location"] = f"/v1/editor/articles/additions/{kept.id}"
    return reply


@router.get(
    "/articles/additions/{addition_id}",
    summary="How the adding of an article stands",
    response_model=None,
    responses={
        200: {"model": Envelope[AdditionReply]},
        404: promised(404, "No request has this id.", UNKNOWN),
    },
)
def addition(addition_id: AdditionId, hand: AtWork) -> Response:
    """Ask again, every few seconds, until `state` is placed or refused."""
    return replied(hand.service, _reply(find(hand.service, addition_id)))


def _reply(one: Addition) -> AdditionReply:
    return AdditionReply(
        id=one.id,
        url=one.url,
        event_id=one.event_id,
        by=one.by,
        at=one.at,
        reason=one.reason,
        state=one.state.value,
        detail=one.sentence or None,
        article_id=one.article_id,
        action=one.action,
    )
