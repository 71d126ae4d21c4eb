"""`/v1/editor/articles`: adds an article by its address, and says how that stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path
from starlette.responses import Response

from api.additions.asking import NO_ADDRESS, UNKNOWN, ask, find
from api.additions.replies import ADDITION_ID, NEW, AdditionReply, NewAddition
from api.envelopes import envelope
from api.key_store import Key
from api.needing_keys import REFUSALS, KeyedRoute, needs_scope
from api.promises import promised
from api.replies import Envelope
from api.scopes import Scope
from api.service import Service, Using
from ingest.addition import Addition

LOCKED = "The event “Corvane halts withdrawals” is locked: unlock it first."
BAD: dict[int | str, dict[str, Any]] = {
    400: promised(400, "The body is no text in UTF-8.", "There was an error parsing the body"),
    404: promised(404, "No event has this id.", "No event has this id."),
    409: promised(409, "Nothing can be added to the event, or too many requests are open.", LOCKED),
    422: promised(422, "The body does not parse.", NO_ADDRESS),
}
AdditionId = Annotated[str, Path(description="A request's id.", examples=[ADDITION_ID])]
Caller = Annotated[Key, needs_scope(Scope.EDITOR)]

router = APIRouter(prefix="/v1/editor/articles", route_class=KeyedRoute)


@router.post(
    "",
    status_code=202,
    summary="Add an article by its address",
    response_model=None,
    responses={202: {"model": Envelope[AdditionReply]}, **REFUSALS, **BAD},
)
def add(
    asked: Annotated[NewAddition, Body(openapi_examples={"one that a feed left out": {"value": NEW}})],
    caller: Caller,
    service: Using,
) -> Response:
    """The page is fetched, read and placed within about a minute; `Location` says where to look for what came of it.

    An article that is known already moves to the event. Who asks twice for the same, while it is worked on, gets the
    same request.
    """
    kept = ask(service, caller.name, asked.url, asked.event_id, asked.reason)
    return _replied(service, kept, 202, location=f"/v1/editor/articles/additions/{kept.id}")


@router.get(
    "/additions/{addition_id}",
    summary="How the adding of an article stands",
    response_model=None,
    responses={
        200: {"model": Envelope[AdditionReply]},
        **REFUSALS,
        404: promised(404, "No request has this id.", UNKNOWN),
    },
)
def addition(addition_id: AdditionId, caller: Caller, service: Using) -> Response:
    """Ask again, every few seconds, until `state` is placed or refused."""
    return _replied(service, find(service, addition_id))


def _replied(service: Service, one: Addition, status: int = 200, **headers: str) -> Response:
    body = envelope(service.surroundings(), _reply(one), None)
    return Response(body, status, {"cache-control": "no-store", **headers}, "application/json")


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
