"""The frame for sites that allow no scripts: what the widget shows, made here, at `/embed`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.envelopes import tagged
from api.reads import BAD_QUERY, UNKNOWN
from api.rendering import rendered
from api.service import Using
from api.widget import READ_CACHING, Address, OfEvent, on_page

router = APIRouter()


@router.get(
    "/embed",
    summary="What the widget shows, as a page for a frame",
    response_model=None,
    responses={
        200: {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}},
        404: UNKNOWN,
        422: BAD_QUERY,
    },
)
def embed(
    request: Request,
    service: Using,
    url: Address = None,
    event: OfEvent = None,
    theme: Annotated[Literal["light", "dark", "auto"], Query(description="`auto` is the reader's own.")] = "auto",
) -> Response:
    """The other origins of the event that a page stands in, without a script; an empty page where there are none."""
    data = on_page(service, url, event).shown
    body = rendered("embed.html", data=data, theme=theme, is_invented=service.banner.text() is not None)
    return tagged(request, body, "text/html", READ_CACHING)
