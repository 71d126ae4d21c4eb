"""The page about the API: what programs can ask for here, listed from the OpenAPI document itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import openapi
from api.needing_keys import SCHEME
from api.page_heads import Head
from api.reader_page import reader_page
from api.service import Using

API_SAYS = (
    "Crypto news by event for programs: JSON, a change stream, webhooks, feeds and a widget, and every operation."
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the table."""

    method: str
    path: str
    summary: str
    scopes: tuple[str, ...]  # that a key needs; empty where everybody may ask
    exception: str  # who may ask without that key; empty where nobody may


router = APIRouter(include_in_schema=False)


@router.get("/api")
def api_page(request: Request, service: Using) -> Response:
    """What there is for programs, in a few words, and every operation in a line."""
    head = Head("API", f"{service.origin(request)}/api", API_SAYS, json_at=openapi.PATH)
    listed = list(_listed(request.app.openapi()))
    return reader_page(request, service, "api.html", head, operations=listed)


def _listed(document: dict[str, Any]) -> Iterator[Operation]:
    for name, operation in openapi.operations(document):
        method, _, path = name.partition(" ")
        ways: list[Mapping[str, list[str]]] = operation["security"]
        scopes = tuple(scope for way in ways for scope in way.get(SCHEME, ()))
        exception = operation["description"].replace("`", "") if scopes and {} in ways else ""
        yield Operation(method, path, operation["summary"], scopes, exception)
