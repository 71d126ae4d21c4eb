"""The widget's one file, served so that any site may load it."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.envelopes import tagged

CACHING = "public, max-age=3600"
SCRIPT = Path(__file__).parent / "static" / "widget.js"

router = APIRouter()


@router.get(
    "/widget.js",
    summary="The <same-story> element, a JavaScript module",
    response_model=None,
    responses={200: {"content": {"text/javascript": {"schema": {"type": "string"}}}}},
)
def widget(request: Request) -> Response:
    """The `<same-story>` element."""
    return tagged(request, _script(), "text/javascript", CACHING)


@cache
def _script() -> bytes:
    return SCRIPT.read_bytes()
