"""The list of events, of the API and of the front page: by relevance where words are looked for, else by a sort."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import cursors, event_replies, event_views, replies
from api.envelopes import enveloped
from api.parameters import EventQuery
from api.rate_limits import SEARCH, TOO_MANY_WITH_WORDS, limited_with_words
from api.reads import BAD_QUERY, position
from api.search import Found, found_events
from api.service import Service, Using
from cluster.filter_store import EventFilter
from cluster.store import cursor_values

BEST_FIRST = "signal"  # where nothing is looked for

router = APIRouter(prefix="/v1")


@router.get(
    "/events",
    summary="Events, best first",
    response_model=None,
    responses={
        200: {"model": replies.Envelope[list[event_replies.ListedEventReply]]},
        422: BAD_QUERY,
        429: TOO_MANY_WITH_WORDS,
    },
    dependencies=[limited_with_words(SEARCH)],
)
def list_events(request: Request, query: Annotated[EventQuery, Query()], service: Using) -> Response:
    """Active and closed events; each narrows the list, all must hold."""
    found = page_of_events(service, query)
    data = [event_views.listed_event(event) for event in found.events]
    return enveloped(request, service, data, as_of=service.changed_at(), next_cursor=found.next_cursor)


def page_of_events(service: Service, query: EventQuery, only: EventFilter | None = None) -> Found:
    """One page of described events, by relevance or, where one is asked for, by a sort.

    `only` narrows it to something else than the conditions of the query.

    Raises:
        RequestValidationError: for a cursor of another list or sort.
    """
    if query.q is not None and query.sort is None:
        return found_events(service, query)
    sort = query.sort or BEST_FIRST
    after = position(query.cursor, sort) if query.cursor else None
    found = service.events.page(only or query.only(), sort, query.limit + 1, after)
    shown = found[: query.limit]
    more = len(found) > len(shown)
    next_cursor = cursors.encode(sort, cursor_values(shown[-1], sort)) if more else None
    return Found(tuple(event for event in shown if event_views.is_described(event)), next_cursor)


def with_pins(service: Service, query: EventQuery) -> Found:
    """A page of events with what editors have pinned above the first, the newest first, and on no later one again.

    Only in the usual order: whoever looks for words or asks for a sort gets that.
    """
    if not has_pins(query):
        return page_of_events(service, query)
    only = query.only()
    others = page_of_events(service, query, replace(only, pinned=False))
    if query.cursor is not None:
        return others
    pinned = service.events.page(replace(only, pinned=True), "recency", query.limit)
    return Found((*(event for event in pinned if event_views.is_described(event)), *others.events), others.next_cursor)


def has_pins(query: EventQuery) -> bool:
    """Whether a page lists events in the usual order, where pinned ones come first."""
    return query.q is None and query.sort in (None, BEST_FIRST)
