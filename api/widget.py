"""The widget's one file, and the one reply that it asks for, both open to any site."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import event_views, replies, widget_views
from api.envelopes import envelope, ready, tagged
from api.hot_reads import kept_by_now
from api.outages import OUT_OF_REACH
from api.promises import promised
from api.reads import BAD_QUERY, UNKNOWN, article_at, bad_parameter, spoken_of, way_from
from api.service import Service, Using
from api.shown.sites import Showing, site_named
from api.widget_replies import WidgetReply
from cluster.event import Event, Status

SCRIPT_CACHING = "public, max-age=3600"
READ_CACHING = "public, max-age=60"
SCRIPT = Path(__file__).parent / "static" / "widget.js"
Address = Annotated[
    str | None,
    Query(
        min_length=1,
        description="Of the article's page. Its own origin is no row.",
        examples=["https://harbour-ledger.example/bitcoin-slips"],
    ),
]
OfEvent = Annotated[
    str | None, Query(min_length=1, description="The event, for a page that is no article we read.", examples=[None])
]

router = APIRouter()


@router.get(
    "/widget.js",
    summary="The <same-story> element, a JavaScript module",
    response_model=None,
    responses={200: {"content": {"text/javascript": {"schema": {"type": "string"}}}}},
)
def widget(request: Request) -> Response:
    """The `<same-story>` element."""
    return tagged(request, _script(), "text/javascript", SCRIPT_CACHING)


@router.get(
    "/v1/widget",
    summary="What the widget shows on a page",
    response_model=None,
    responses={
        200: {"model": replies.Envelope[WidgetReply | None]},
        404: UNKNOWN,
        422: BAD_QUERY,
        503: promised(503, "Nothing was heard of the database lately.", OUT_OF_REACH),
    },
)
def shown_on_a_page(request: Request, service: Using, url: Address = None, event: OfEvent = None) -> Response:
    """The other origins of the event that a page stands in; `data` is null where there is nothing to show.

    An event that was merged is the one it is in by now.
    """
    hot, query = service.hot, request.scope["query_string"]
    kept = kept_by_now(request, hot.widgets, query)
    if kept is None:
        began = hot.begin(service.surroundings())
        page = on_page(service, url, event)
        body = envelope(began.around, page.shown, page.event.updated_at if page.event else service.changed_at())
        kept = ready(body, READ_CACHING, page.showing(url))
        hot.keep_widget(query, kept, page.ids, began)
    if kept.showing:
        service.showings.shown(kept.showing, request.headers.raw)
    return kept.response(request.headers.raw)


@dataclass(frozen=True, slots=True)
class OnPage:
    """The event of a page, what a widget shows of it there, None for each where there is nothing, and why.

    `ids` are all that a change of may change it: the event's own, those that led to it, and the page's article.
    """

    event: Event | None = None
    shown: WidgetReply | None = None
    ids: tuple[str, ...] = ()

    def showing(self, url: str | None) -> Showing | None:
        """What is counted where something is shown: the event and, where a page was asked about, its site."""
        return Showing(self.shown.event_id, site_named(url) if url else None) if self.shown else None


def on_page(service: Service, url: str | None, event_id: str | None) -> OnPage:
    """What a page is told of other reports.

    Raises:
        RequestValidationError: when neither an address nor an event is given.
        HTTPException: 404 for an event id never given out.
    """
    if url is None and event_id is None:
        raise bad_parameter("url", "Give the address of a page, or an event.")
    host = article_at(service, url) if url else None
    asked = event_id or (service.events.event_of([host.id]).get(host.id) if host else None)
    way = way_from(service, asked) if asked else []
    if not way or way[-1].status is Status.REMOVED:
        return OnPage()
    event = way[-1]
    ids = (*spoken_of(event), *(passed.id for passed in way), *([host.id] if host else []))
    if event.overrides.hidden:
        return OnPage(None, None, ids)
    if not event_views.is_described(event):
        return OnPage(event, None, ids)
    host_id = host.id if host and host.id in {member.article.id for member in event.members} else None
    return OnPage(event, widget_views.same_story(event, host_id), ids)


@cache
def _script() -> bytes:
    return SCRIPT.read_bytes()
