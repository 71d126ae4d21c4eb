"""Errors as problem+json (RFC 9457), or as a page for a reader who asked for one."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
from pydantic_core import ErrorDetails
from starlette.requests import Request
from starlette.responses import Response

from storage.complaints import BROKEN_JSON, complaint

MEDIA_TYPE = "application/problem+json"
_RENAMED = {422: "Unprocessable Content"}  # by RFC 9110; Python knows it from 3.13 on


def problem(status: int, detail: str, **more: Any) -> Response:
    """One error for a program; `more` are members beside type, title, status and detail."""
    return Response(orjson.dumps(members(status, detail) | more), status, {"cache-control": "no-cache"}, MEDIA_TYPE)


def members(status: int, detail: str) -> dict[str, Any]:
    """What every error says."""
    title = _RENAMED.get(status) or HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def wants_page(request: Request) -> bool:
    """Whether an error should be a page: a browser asks, and not at an address of the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


def what_did_not_parse(errors: Sequence[ErrorDetails]) -> list[dict[str, str]]:
    """The parameters that failed, without the values given: they are not ours to repeat."""
    return [{"field": _field(error), "detail": complaint(error)} for error in errors]


def _field(error: ErrorDetails) -> str:
    """The field within the query or the body; these themselves where no field is to blame."""
    place, *fields = error["loc"]
    named = "" if error["type"] == BROKEN_JSON else ".".join(map(str, fields))
    return named or str(place)
