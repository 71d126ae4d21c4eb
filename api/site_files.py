"""The two files that browsers and crawlers ask every site for."""

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.envelopes import tagged

CACHING = "public, max-age=86400"
MARK = Path(__file__).parent / "static" / "mark.svg"
# Pages may be found; data are for programs that know what they ask for, and every desk page is one to sign in.
ROBOTS = b"User-agent: *\nDisallow: /desk\nDisallow: /v1/\nDisallow: /embed\n"

router = APIRouter(include_in_schema=False)


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """The mark, for browsers that look at no page for where it is."""
    return tagged(request, MARK.read_bytes(), "image/svg+xml", CACHING)


@router.get("/robots.txt")
def robots(request: Request) -> Response:
    """What crawlers may ask for."""
    return tagged(request, ROBOTS, "text/plain", CACHING)
