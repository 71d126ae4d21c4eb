"""The OpenAPI document: FastAPI's, with errors in the media type that they are sent in."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from api.envelopes import tagged
from api.problems import MEDIA_TYPE

DESCRIPTION = (
    "Crypto news grouped into events, each with the number of independent sources that report it, "
    "and the proof of every judgement. Successful replies stand in an envelope: "
    "`data`, `next_cursor`, `as_of`, and `demo: true` while the news is invented. "
    "Lists are paged by an opaque cursor. Errors are problem+json (RFC 9457). Instants are UTC."
)
CACHING = "public, max-age=300"
_PROBLEM = "#/components/schemas/Problem"
_FASTAPI_ERROR = "#/components/schemas/HTTPValidationError"


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function that FastAPI asks for the document; it is made once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = _with_problems(made)
        return app.openapi_schema

    return document


async def served(request: Request) -> Response:
    """The document, as JSON."""
    return tagged(request, orjson.dumps(request.app.openapi()), "application/json", CACHING)


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    for responses in (operation["responses"] for operation in operations):
        for response in responses.values():
            content = response.get("content", {})
            if _refers_to(content) == _PROBLEM:
                content[MEDIA_TYPE] = content.pop("application/json")
        if _refers_to(responses.get("422", {}).get("content", {})) == _FASTAPI_ERROR:
            del responses["422"]  # FastAPI adds it to every route with a path parameter; ours take any string
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    return document


def _refers_to(content: dict[str, Any]) -> str | None:
    found: str | None = content.get("application/json", {}).get("schema", {}).get("$ref")
    return found
