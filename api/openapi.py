"""The OpenAPI document: FastAPI's, with errors in the media type that they are sent in."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from api.envelopes import tagged
from api.key_door import NOT_A_KEY
from api.needing_keys import SCHEME
from api.problems import MEDIA_TYPE, members

DESCRIPTION = (
    "Crypto news grouped into events, each with the number of independent sources that report it, "
    "and the proof of every judgement. Successful replies stand in an envelope: "
    "`data`, `next_cursor`, `as_of`, and `demo: true` while the news is invented. "
    "Lists are paged by an opaque cursor. Errors are problem+json (RFC 9457). Instants are UTC. "
    "Reads are open; a key with the scope `read` may ask more often."
)
CACHING = "public, max-age=300"
_PROBLEM = "#/components/schemas/Problem"
REFUSED = {
    "description": "The key that was sent is unknown or was revoked.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM}}},
}
_FASTAPI_ERROR = "#/components/schemas/HTTPValidationError"
EXAMPLES = Path(__file__).parent / "examples.json"  # real replies, written by tests/integration/api/examples.py
_ALIKE = {
    "401": members(401, NOT_A_KEY),
    "403": members(403, "This needs a key with the scope webhooks."),
    "409": members(409, "The event “Two desks, one filing” is locked: unlock it first."),
    "422": members(422, "bogus: There are no parameters here."),
    "429": members(429, "At most 30 requests a minute: ask again in 12 seconds."),
}

PATH = "/openapi.json"

router = APIRouter()


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function that FastAPI asks for the document; it is made once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = _with_examples(_with_problems(made))
        return app.openapi_schema

    return document


@router.get(
    PATH,
    summary="This document",
    response_model=None,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}}}},
)
def served(request: Request) -> Response:
    """What can be asked and what is answered, in OpenAPI 3.1."""
    return tagged(request, orjson.dumps(request.app.openapi()), "application/json", CACHING)


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    for _, operation in operations(document):
        responses = operation["responses"]
        # A key that is not valid is refused wherever it is sent.
        operation.setdefault("security", [{}, {SCHEME: []}])
        responses.setdefault("401", REFUSED)
        for response in responses.values():
            content = response.get("content", {})
            if (_refers_to(content) or "").endswith("Problem"):
                content[MEDIA_TYPE] = content.pop("application/json")
        if _refers_to(responses.get("422", {}).get("content", {})) == _FASTAPI_ERROR:
            del responses["422"]  # FastAPI adds it to every route with a path parameter; ours take any string
    for unused in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(unused, None)
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation under its name, `GET /v1/events` say."""
    for path, methods in document["paths"].items():
        yield from ((f"{method.upper()} {path}", operation) for method, operation in methods.items())


def _with_examples(document: dict[str, Any]) -> dict[str, Any]:
    """An example for each reply: what was asked of an invented event, and of what every route refuses alike."""
    known = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            example = known.get(name, {}).get(status) or _ALIKE.get(status)
            for content in response.get("content", {}).values():
                if example is not None and not {"example", "examples"} & set(content):
                    content["example"] = example
    return document


def _refers_to(content: dict[str, Any]) -> str | None:
    found: str | None = content.get("application/json", {}).get("schema", {}).get("$ref")
    return found
