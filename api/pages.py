"""The readers' pages: front page, event, article and status, rendered on the server."""

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import event_feeds, feed_views, views
from api.envelopes import REVALIDATE, tagged
from api.event_reads import timeline_of
from api.parameters import EventQuery
from api.rate_limits import SEARCH, limited_with_words
from api.reads import RETRY_SECONDS, find_article, find_event, page_of_events
from api.rendering import error_page, rendered
from api.service import Service, Using
from cluster.event import Event, Status
from cluster.store import EventFilter

LATEST = 8

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[limited_with_words(SEARCH)])
def front(request: Request, service: Using) -> Response:
    """Events, best first, under a line that says how much of the news we could reach."""
    query = _front_query(request)
    found, next_cursor = page_of_events(service, query)
    latest = service.events.page(EventFilter(), "recency", LATEST)
    more = f"/?{urlencode(_given(request) | {'cursor': next_cursor})}" if next_cursor else None
    return _page(
        request,
        service,
        "front.html",
        cards=[views.card(event) for event in found],
        latest=[views.card(event) for event in latest if views.is_described(event)],
        query=query,
        feeds=event_feeds.addresses(query),
        narrowed=query.only() != EventFilter() or query.cursor is not None,
        more=more,
        articles=service.articles.count(),
        next_poll_at=service.publishers.next_poll_at(),
    )


@router.get("/events/{event_id}")
@router.get("/events/{event_id}/{slug}")
def event_page(request: Request, event_id: str, service: Using, slug: str = "") -> Response:
    """One event. The id finds it; any other slug than the title's leads to the canonical address."""
    event = find_event(service, event_id)
    if event.status is Status.MERGED:
        return _towards(f"/events/{event.merged_into}")
    if event.status is Status.REMOVED:
        return _removed(event, service)
    if not views.is_described(event):
        return _waiting(request, service, event)
    shown = views.full_event(event)
    path = views.event_path(shown.id, shown.title)
    if request.url.path != path:
        return _towards(path)
    lead, others = views.rows(shown)
    articles = {article.id: article for article in shown.articles}
    timeline, _ = timeline_of(service, event)
    return _page(
        request,
        service,
        "event.html",
        event=shown,
        lead=lead,
        rows=others,
        articles=articles,
        path=path,
        spread=timeline.spread,
        milestones=timeline.milestones,
    )


@router.get("/articles/{article_id}")
def article_page(request: Request, article_id: str, service: Using) -> Response:
    """One article: what we may quote of it, and the event it stands in."""
    article = find_article(service, article_id)
    event_id = service.events.event_of([article.id]).get(article.id)
    event = service.events.get(event_id) if event_id else None
    card = views.card(event) if event and views.is_described(event) else None
    shown = views.lone_article(article, event_id)
    return _page(request, service, "article.html", article=shown, card=card)


@router.get("/status")
def status_page(request: Request, service: Using) -> Response:
    """What each feed last answered, and when it is tried next; `state` shows those in one state alone."""
    rows = feed_views.feed_rows(service.publishers.list(), service.clock())
    asked = request.query_params.get("state")
    only = next((state for state, _ in feed_views.state_counts(rows) if state == asked), None)
    return _page(
        request,
        service,
        "status.html",
        rows=[row for row in rows if only in (None, row.state)],
        counts=feed_views.state_counts(rows),
        only=only,
        feeds=len(rows),
        outcomes=feed_views.outcome_lists(service.publishers.outcomes()),
        articles=service.articles.count(),
        events=service.events.count(),
        changed_at=service.changed_at(),
        next_poll_at=service.publishers.next_poll_at(),
        now=service.clock(),
    )


def _waiting(request: Request, service: Service, event: Event) -> Response:
    """An event that says nothing yet, by the titles of its articles: 503, since it will say more in a moment."""
    shown = [views.lone_article(member.article, event.id) for member in event.members]
    waiting = _page(request, service, "waiting.html", status=503, articles=shown)
    waiting.headers["retry-after"] = str(RETRY_SECONDS)
    return waiting


def _page(request: Request, service: Service, template: str, status: int = 200, **shown: Any) -> Response:
    body = rendered(template, banner=service.banner.text(), coverage=service.coverage(), **shown)
    return tagged(request, body, "text/html", REVALIDATE, status)


def _towards(path: str) -> Response:
    return RedirectResponse(path, 307, {"cache-control": REVALIDATE})


def _removed(event: Event, service: Service) -> Response:
    said = f"This event was removed on {views.instant_words(event.updated_at)}."
    return error_page(410, said, service.banner.text())


def _given(request: Request) -> dict[str, str]:
    # A form sends its empty fields too; they ask for nothing.
    return {name: value for name, value in request.query_params.items() if value}


def _front_query(request: Request) -> EventQuery:
    try:
        return EventQuery.model_validate(_given(request))
    except ValidationError as error:
        located = [{**one, "loc": ("query", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(located) from error
