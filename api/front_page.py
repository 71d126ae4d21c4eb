"""The front page: events by signal, or those that somebody looks for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import narrowing, page_heads, views
from api.directory_replies import TrendReply
from api.parameters import EventQuery
from api.rate_limits import SEARCH, limited_with_words
from api.reader_page import reader_page
from api.reads import page_of_events
from api.search import found_events
from api.service import Service, Using
from cluster.event import ArticleType, Event
from cluster.filter_store import EventFilter

LATEST = 8
TRENDS_SHOWN = 6

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[limited_with_words(SEARCH)])
def front(request: Request, service: Using) -> Response:
    """Events, best first, under a line that says how much of the news we could reach."""
    given = narrowing.given_in(request.query_params)
    query = narrowing.read_query(given)
    change = service.events.last_change()  # before the list is read: whoever goes on from it misses nothing
    found, next_cursor = _page(service, query)
    publishers = sorted(service.publishers.all(), key=lambda one: one.name.casefold())
    conditions = narrowing.conditions(given, publishers)
    is_first = not conditions and query.cursor is None
    cards = [views.card(event) for event in found]
    narrowed_to = ", ".join(one.words for one in conditions)
    head = page_heads.of_front(
        service.origin(request), narrowing.address(given), narrowed_to, cards, is_passing=bool(given)
    )
    return reader_page(
        request,
        service,
        "front.html",
        head,
        of=query,
        cards=cards,
        is_first=is_first,
        is_pinning=_pins(query),
        given=given,
        sought=query.q or "",
        conditions=conditions,
        publishers=publishers,
        types=[one.value for one in ArticleType],
        first=narrowing.address(given),
        more=f"/?{urlencode({**given, 'cursor': next_cursor})}" if next_cursor else None,
        changed_at=change.at if change else None,
        changed_seq=change.seq if change else 0,
        live=narrowing.stream_address(given) if cards else None,
        **_surroundings(service, is_whole=is_first),
    )


def _page(service: Service, query: EventQuery) -> tuple[Sequence[Event], str | None]:
    """Events and the cursor of those behind them; by relevance where words are looked for."""
    if query.q is None:
        return _with_pins(service, query) if _pins(query) else page_of_events(service, query)
    found = found_events(service, query)
    return found.events, found.next_cursor


def _pins(query: EventQuery) -> bool:
    """Whether what editors have pinned comes first: in the usual order, unless words are looked for."""
    return query.q is None and query.sort == "signal"


def _with_pins(service: Service, query: EventQuery) -> tuple[Sequence[Event], str | None]:
    """The pinned events above the first page, the newest first, and on no later page again."""
    only = query.only()
    others, next_cursor = page_of_events(service, query, replace(only, pinned=False))
    pinned = service.events.page(replace(only, pinned=True), "recency", query.limit) if query.cursor is None else []
    return [*(event for event in pinned if views.is_described(event)), *others], next_cursor


def _surroundings(service: Service, *, is_whole: bool) -> Mapping[str, Any]:
    """What stands around the list: how far we read, what came last and, where nothing is asked for, what rises."""
    latest = service.events.page(EventFilter(), "recency", LATEST)
    return {
        "latest": [views.card(event) for event in latest if views.is_described(event)],
        "trends": service.trending.about(service.clock()) if is_whole else None,
        "trends_shown": TRENDS_SHOWN,
        "trend_address": _trend_address,
        "articles": service.articles.count(),
        "next_poll_at": service.publishers.next_poll_at(),
    }


def _trend_address(trend: TrendReply) -> str:
    """Events on what rises: a theme or an asset is a condition, whoever acts has to be looked for."""
    if trend.kind in narrowing.FOLLOWED:
        return f"/?{trend.kind}={quote(trend.tag)}"
    phrase = quote(f'"{trend.tag}"')
    return f"/?q={phrase}"
