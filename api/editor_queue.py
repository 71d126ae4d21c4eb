"""`GET /v1/editor/queue`: what needs a person first."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from api import cursors
from api.editor.router import replied, router_for_editors
from api.parameters import ListQuery
from api.queue_replies import QueueReply
from api.queue_views import doubt_replies
from api.reads import BAD_QUERY, position
from api.replies import Envelope
from api.service import Service, Using
from cluster.doubts import DoubtKind
from cluster.event import Level, Theme
from cluster.saying_changes import SIGNAL_RANK

router = router_for_editors()


class QueueQuery(ListQuery):
    """What the queue can be narrowed to."""

    kind: list[DoubtKind] = Field(default=[], max_length=len(DoubtKind), description="These kinds; all when left out.")
    theme: Theme | None = Field(default=None, description="Events of this theme, primary or not.")
    signal: Literal["high", "medium", "low"] | None = Field(
        default=None, description="Events of exactly this level; of two events the higher one counts."
    )


@router.get(
    "/queue",
    summary="What needs a person first",
    response_model=None,
    responses={200: {"model": Envelope[QueueReply]}, 422: BAD_QUERY},
)
def list_queue(query: Annotated[QueueQuery, Query()], service: Using) -> Response:
    """Doubts about live events, by the level of the signal times the doubt."""
    data, next_cursor = queue_page(service, query)
    return replied(service, data, next_cursor, service.changed_at())


def queue_page(service: Service, query: QueueQuery) -> tuple[QueueReply, str | None]:
    """A page of the queue, and the cursor of the next one.

    Raises:
        RequestValidationError: for a cursor of another list.
    """
    after = position(query.cursor, "queue") if query.cursor else None
    rank = SIGNAL_RANK[Level(query.signal)] if query.signal else None
    found = service.doubts.page(query.kind, query.theme, rank, query.limit + 1, after)
    shown = found[: query.limit]
    next_cursor = cursors.encode("queue", shown[-1].position) if len(found) > len(shown) else None
    replies = doubt_replies(service, [one.doubt for one in shown])
    counts = {kind.value: count for kind, count in service.doubts.counts(query.theme, rank).items()}
    return QueueReply(doubts=replies, counts=counts), next_cursor
