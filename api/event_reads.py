"""What `/v1/events/{id}` has beneath it: the event's history, its related events and its timeline."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import (
    change_replies,
    change_views,
    cursors,
    event_replies,
    event_views,
    replies,
    timeline_replies,
    timeline_views,
)
from api.envelopes import enveloped
from api.parameters import EventId, ListQuery
from api.reads import BAD_QUERY, MOVED, REMOVED, UNKNOWN, WAITING, find_event, position, still_waiting, what_ended
from api.service import Service, Using
from cluster.event import ChangeType, Event

_OF_AN_EVENT: dict[int | str, dict[str, Any]] = {307: MOVED, 404: UNKNOWN, 410: REMOVED}

router = APIRouter(prefix="/v1/events/{event_id}")


@router.get(
    "/history",
    summary="How one event changed",
    response_model=None,
    responses={200: {"model": replies.Envelope[list[change_replies.ChangeReply]]}, 422: BAD_QUERY, **_OF_AN_EVENT},
)
def get_history(request: Request, event_id: EventId, query: Annotated[ListQuery, Query()], service: Using) -> Response:
    """The rows of the change log on one event, newest first: each made one version of it."""
    event = find_event(service, event_id)
    if ended := what_ended(service, event, "/history"):
        return ended
    (before,) = position(query.cursor, "history") if query.cursor else (None,)
    found = service.events.history(event.id, query.limit + 1, before)
    shown = found[: query.limit]
    next_cursor = cursors.encode("history", (shown[-1].version,)) if len(found) > len(shown) else None
    data = [change_views.change(one) for one in shown]
    return enveloped(request, service, data, as_of=event.updated_at, next_cursor=next_cursor)


@router.get(
    "/related",
    summary="Other events that give one context",
    response_model=None,
    responses={200: {"model": replies.Envelope[list[event_replies.RelatedReply]]}, 503: WAITING, **_OF_AN_EVENT},
)
def get_related(request: Request, event_id: EventId, service: Using) -> Response:
    """At most six: the event that it follows and those that follow it, then others, unlike each other."""
    event = find_event(service, event_id)
    if ended := what_ended(service, event, "/related"):
        return ended
    return enveloped(request, service, event_views.full_event(_described(event)).related, as_of=event.updated_at)


@router.get(
    "/timeline",
    summary="How one event came about",
    response_model=None,
    responses={200: {"model": replies.Envelope[timeline_replies.TimelineReply]}, 503: WAITING, **_OF_AN_EVENT},
)
def get_timeline(request: Request, event_id: EventId, service: Using) -> Response:
    """Milestones of the event and the other events of its chain, earliest first, and how its reports spread."""
    event = find_event(service, event_id)
    if ended := what_ended(service, event, "/timeline"):
        return ended
    shown, chain = timeline_of(service, _described(event))
    return enveloped(request, service, shown, as_of=service.events.changed_at([event.id, *chain]))


def timeline_of(service: Service, event: Event) -> tuple[timeline_replies.TimelineReply, list[str]]:
    """A described event's timeline, and the ids of the events of its chain."""
    chain = service.chains.chain(event.id)
    closed = service.events.history(event.id, 1, only=ChangeType.CLOSED)
    shown = timeline_views.shown_timeline(event, chain, closed[0].at if closed else None)
    return shown, [outline.event_id for outline in chain]


def _described(event: Event) -> Event:
    if not event_views.is_described(event):
        raise still_waiting()
    return event
