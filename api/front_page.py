"""The front page: events by signal, or those that somebody looks for."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import event_cards, event_views, narrowing, page_heads
from api.directory_replies import TrendReply
from api.event_lists import has_pins, with_pins
from api.rate_limits import SEARCH, limited_with_words
from api.reader_page import reader_page
from api.service import Service, Using
from cluster.event import ArticleType
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
    found = with_pins(service, query)
    publishers = sorted(service.publishers.all(), key=lambda one: one.name.casefold())
    conditions = narrowing.conditions(given, publishers)
    is_first = not conditions and query.cursor is None
    cards = [event_cards.card(event) for event in found.events]
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
        is_pinning=has_pins(query),
        given=given,
        sought=query.q or "",
        conditions=conditions,
        publishers=publishers,
        types=[one.value for one in ArticleType],
        first=narrowing.address(given),
        more=f"/?{urlencode({**given, 'cursor': found.next_cursor})}" if found.next_cursor else None,
        changed_at=change.at if change else None,
        changed_seq=change.seq if change else 0,
        live=narrowing.stream_address(given) if cards else None,
        **_surroundings(service, is_whole=is_first),
    )


def _surroundings(service: Service, *, is_whole: bool) -> Mapping[str, Any]:
    """What stands around the list: how far we read, what came last and, where nothing is asked for, what rises."""
    latest = service.events.page(EventFilter(), "recency", LATEST)
    return {
        "latest": [event_cards.card(event) for event in latest if event_views.is_described(event)],
        "trends": service.trending.about(service.clock()) if is_whole else None,
        "trends_shown": TRENDS_SHOWN,
        "trend_address": _trend_address,
        "articles": service.articles.count(),
        "was_polled": service.publishers.was_polled(),
        "next_poll_at": service.publishers.next_poll_at(),
    }


def _trend_address(trend: TrendReply) -> str:
    """Events on what rises: a theme or an asset is a condition, whoever acts has to be looked for."""
    if trend.kind in narrowing.FOLLOWED:
        return f"/?{trend.kind}={quote(trend.tag)}"
    phrase = quote(f'"{trend.tag}"')
    return f"/?q={phrase}"
