"""The frame for sites that allow no scripts: what the widget shows, made here, at `/embed`."""

from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api.envelopes import REVALIDATE, tagged
from api.reads import BAD_QUERY, UNKNOWN
from api.rendering import rendered
from api.service import Using
from api.widget import READ_CACHING, Address, OfEvent, on_page

PATH = "/embed"
Theme = Literal["light", "dark", "auto"]

router = APIRouter()


@router.get(
    PATH,
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
    theme: Annotated[Theme, Query(description="`auto` is the reader's own.")] = "auto",
) -> Response:
    """The other origins of the event that a page stands in, without a script; an empty page where there are none."""
    page = on_page(service, url, event)
    if showing := page.showing(url):
        service.showings.shown(showing, request.headers.raw)
    body = rendered("embed.html", data=page.shown, theme=theme, is_invented=service.banner.text() is not None)
    return tagged(request, body, "text/html", READ_CACHING)


def nothing_to_show(request: Request, status: int) -> Response:
    """What stands in a frame in place of an error: nothing. It is another site's page; that asks no store."""
    asked = request.query_params.get("theme")
    theme = asked if asked in get_args(Theme) else "auto"
    body = rendered("embed.html", data=None, theme=theme, is_invented=False)
    return Response(body, status, {"cache-control": REVALIDATE}, "text/html")
