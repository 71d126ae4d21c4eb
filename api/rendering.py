"""Fills the pages' templates."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from api import feed_views, narrowing, timeline_views, words
from api.desk_door import FRESH
from api.envelopes import REVALIDATE
from cluster.event import Level, Theme

HERE = Path(__file__).parent


def rendered(template: str, **shown: Any) -> bytes:
    """A page of HTML, as bytes; every value is escaped.

    Raises:
        jinja2.UndefinedError: when the template asks for something that was not given.
    """
    return _templates().get_template(template).render(**shown).encode()


def desk_page(template: str, status: int = 200, **shown: Any) -> Response:
    """A page of the desk, which nobody may keep."""
    return Response(rendered(template, **shown), status, FRESH, "text/html")


def error_page(status: int, detail: str, banner: str | None, back: str = "/") -> Response:
    """An error for a reader, under the banner, with the way back. It asks no store, since that may be what failed."""
    body = rendered("error.html", status=status, detail=detail, banner=banner, back=back)
    return Response(body, status, {"cache-control": REVALIDATE}, "text/html")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "static": _static,
        "event_path": words.event_path,
        "levels": [level.value for level in Level],
        "themes": [theme.value for theme in Theme],
        "words": words,
        "feed_words": feed_views,
        "timeline_words": timeline_views,
    }
    made.filters |= {
        "instant": words.instant_words,
        "number": words.number_words,
        "plain": narrowing.plain_words,
        "theme": words.theme_words,
    }
    return made


@cache
def _static(name: str) -> str:
    """A static file's address, new whenever its content is, so that browsers may keep it for ever."""
    digest = hashlib.blake2b((HERE / "static" / name).read_bytes(), digest_size=5).hexdigest()
    return f"/static/{name}?v={digest}"
