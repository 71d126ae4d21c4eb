"""Puts data into the envelope and the envelope into a reply with its ETag."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.ready import Ready, etag_of, names, unchanged
from api.service import Service
from api.shown.sites import Showing
from api.surroundings import Surroundings

READ_CACHING = "public, max-age=15"
REVALIDATE = "no-cache"


def enveloped(
    request: Request,
    service: Service,
    data: BaseModel | Sequence[BaseModel] | None,
    *,
    as_of: datetime | None,
    next_cursor: str | None = None,
) -> Response:
    """A successful reply in its envelope, or 304 when the client has it already."""
    body = envelope(service.surroundings(), data, as_of, next_cursor)
    return tagged(request, body, "application/json", READ_CACHING)


def envelope(
    around: Surroundings,
    data: BaseModel | Sequence[BaseModel] | None,
    as_of: datetime | None,
    next_cursor: str | None = None,
) -> bytes:
    """The envelope as JSON. `demo` and `coverage` stand in it only while they have something to say."""
    body: dict[str, Any] = {"data": data, "next_cursor": next_cursor, "as_of": as_of}
    if around.is_demo:
        body["demo"] = True
    if coverage := around.poor_coverage:
        body["coverage"] = {"publishers_reached": coverage.reached, "publishers": coverage.polled}
    return orjson.dumps(body, default=_plain, option=orjson.OPT_UTC_Z)


def ready(body: bytes, caching: str = READ_CACHING, showing: Showing | None = None) -> Ready:
    """A successful reply with its ETag, and what it shows where."""
    return Ready(200, body, {"etag": etag_of(body), "cache-control": caching}, showing)


def tagged(request: Request, body: bytes, media_type: str, caching: str, status: int = 200) -> Response:
    """A body with its ETag; 304 without a body when `If-None-Match` names it."""
    etag = etag_of(body)
    headers = {"etag": etag, "cache-control": caching}
    if status == 200 and names(request.headers.get("if-none-match", ""), etag):
        return unchanged(body, headers)
    return Response(body, status, headers, media_type)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(f"{type(value).__name__} has no JSON form")
