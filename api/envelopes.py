"""Puts data into the envelope and the envelope into a reply with its ETag."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from api.service import Service

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
    return tagged(request, envelope(service, data, as_of, next_cursor), "application/json", READ_CACHING)


def envelope(
    service: Service,
    data: BaseModel | Sequence[BaseModel] | None,
    as_of: datetime | None,
    next_cursor: str | None = None,
) -> bytes:
    """The envelope as JSON. `demo` and `coverage` stand in it only while they have something to say."""
    body: dict[str, Any] = {"data": data, "next_cursor": next_cursor, "as_of": as_of}
    if service.banner.text() is not None:
        body["demo"] = True
    coverage = service.coverage()
    if coverage.is_poor:
        body["coverage"] = {"publishers_reached": coverage.reached, "publishers": coverage.polled}
    return orjson.dumps(body, default=_plain, option=orjson.OPT_UTC_Z)


def tagged(request: Request, body: bytes, media_type: str, caching: str, status: int = 200) -> Response:
    """A body with its ETag; 304 without a body when `If-None-Match` names it."""
    # Weak, for the same body also goes out gzipped.
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"etag": etag, "cache-control": caching}
    if status == 200 and names(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, media_type)


def names(if_none_match: str, etag: str) -> bool:
    """Whether an `If-None-Match` header holds this ETag, strong or weak alike."""
    given = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in given or etag.removeprefix("W/") in given


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(f"{type(value).__name__} has no JSON form")
