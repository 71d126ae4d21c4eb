"""`GET /v1/editor/audit` and `/v1/editor/events/{id}/history`: what editors did."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field, StringConstraints
from starlette.responses import Response

from api import cursors
from api.editor.acting import AtWork
from api.editor.replies import ActionReply
from api.editor.router import replied, router_for_editors
from api.editor.views import action_replies
from api.parameters import EventId, ListQuery
from api.promises import promised
from api.reads import BAD_QUERY, NO_EVENT, find_event, position
from api.replies import Envelope
from api.service import Service
from cluster.action import Action, ActionType

FOUND: dict[int | str, dict[str, Any]] = {200: {"model": Envelope[list[ActionReply]]}, 422: BAD_QUERY}

router = router_for_editors()


class AuditQuery(ListQuery):
    """What the record can be narrowed to."""

    by: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,40}$")] | None = Field(
        default=None, description="An editor's name or a key's."
    )
    type: ActionType | None = Field(default=None, description="Actions of this type.")


@router.get("/audit", summary="What editors did", response_model=None, responses=FOUND)
def audit(query: Annotated[AuditQuery, Query()], hand: AtWork) -> Response:
    """The record of all editors and keys, newest first. No row is ever altered or taken away."""
    before = _before(query.cursor)
    found = hand.service.editing.latest(query.limit + 1, by=query.by or "", type=query.type or "", before=before)
    return _page(hand.service, found, query.limit)


@router.get(
    "/events/{event_id}/history",
    summary="What editors did to one event",
    response_model=None,
    responses={**FOUND, 404: promised(404, "The id was never given out.", NO_EVENT)},
)
def history(event_id: EventId, query: Annotated[ListQuery, Query()], hand: AtWork) -> Response:
    """The actions that touched it under this id, newest first, those too that were taken back."""
    event = find_event(hand.service, event_id)
    found = hand.service.editing.latest(query.limit + 1, event_id=event.id, before=_before(query.cursor))
    return _page(hand.service, found, query.limit)


def _before(cursor: str | None) -> int | None:
    return position(cursor, "audit")[0] if cursor else None


def _page(service: Service, found: Sequence[Action], limit: int) -> Response:
    shown = found[:limit]
    next_cursor = cursors.encode("audit", (shown[-1].seq,)) if len(found) > limit else None
    return replied(service, action_replies(service, shown), next_cursor)
