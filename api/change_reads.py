"""`GET /v1/changes`: the change log from a cursor."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from api import change_views, replies
from api.change_replies import FollowedChangeReply
from api.envelopes import REVALIDATE, envelope, tagged
from api.log_cursor import BROKEN, Seq, must_continue
from api.parameters import MAX_LIMIT
from api.reads import BAD_QUERY
from api.service import Using

router = APIRouter(prefix="/v1")


class ChangesQuery(BaseModel):
    """What the list of changes takes."""

    after: Seq = Field(default=0, description="The seq of the last change that you have: `next_cursor`.")
    limit: int = Field(default=20, ge=1, le=MAX_LIMIT, description="How many at most.")


@router.get(
    "/changes",
    summary="The change log from a cursor, without gaps",
    response_model=None,
    responses={200: {"model": replies.Envelope[list[FollowedChangeReply]]}, **BROKEN, 422: BAD_QUERY},
)
def list_changes(request: Request, query: Annotated[ChangesQuery, Query()], service: Using) -> Response:
    """Every change of every event, oldest first. `next_cursor` is always there: ask again with it as `after`.

    No `data` means that you have all there is so far.
    """
    must_continue(service.log.span(), query.after)
    found = service.log.after(query.after, query.limit)
    last = found[-1].change if found else None
    data = [change_views.followed_change(one.change) for one in found]
    next_cursor = str(last.seq if last else query.after)
    # A cached reply would show a follower an end of the log that is none any more.
    body = envelope(service.surroundings(), data, last.at if last else service.changed_at(), next_cursor)
    return tagged(request, body, "application/json", REVALIDATE)
