"""What every route under `/v1/editor` shares: who may ask, how often, and that nobody keeps the reply."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from api.envelopes import envelope
from api.needing_keys import REFUSALS, KeyedRoute, needs_scope
from api.rate_limits import EDITOR, TOO_MANY, rate_limited
from api.scopes import Scope
from api.service import Service

PRIVATE = {"cache-control": "no-store"}


def router_for_editors() -> APIRouter:
    """A router under `/v1/editor` that asks for the scope before anything else, and counts what is asked."""
    return APIRouter(
        prefix="/v1/editor",
        route_class=KeyedRoute,
        dependencies=[needs_scope(Scope.EDITOR), rate_limited(EDITOR)],
        responses={**REFUSALS, 429: TOO_MANY},
    )


def replied(
    service: Service,
    data: BaseModel | Sequence[BaseModel],
    next_cursor: str | None = None,
    as_of: datetime | None = None,
) -> Response:
    """A reply for editors alone."""
    body = envelope(service.surroundings(), data, as_of, next_cursor)
    return Response(body, 200, PRIVATE, "application/json")
