"""Finds events and articles by words: the route for programs, and the function for pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import article_views, cursors, event_views
from api.envelopes import enveloped
from api.parameters import EventQuery, SearchQuery
from api.rate_limits import SEARCH, TOO_MANY, rate_limited
from api.reads import BAD_QUERY, bad_parameter, position
from api.search_replies import FoundReply, HitReply
from api.service import Service, Using
from cluster.event import Event
from cluster.search_store import After, Hit, Where
from storage.search_words import Sought, sought

FOUND_IN = {Where.TITLE: "title", Where.HEADLINES: "headlines", Where.FACTS: "facts"}

router = APIRouter(prefix="/v1")


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events, best first."""

    events: tuple[Event, ...]  # described
    next_cursor: str | None  # None at the end


@router.get(
    "/search",
    summary="Articles and events by words, most relevant first",
    response_model=None,
    responses={200: {"model": FoundReply}, 422: BAD_QUERY, 429: TOO_MANY},
    dependencies=[rate_limited(SEARCH)],
)
def search(request: Request, query: Annotated[SearchQuery, Query()], service: Using) -> Response:
    """What has the words in its title comes first, then in its headlines, then the rest; roundups come after all that.

    In each, what has more independent sources comes first (an article is one), and then the newest.
    """
    hits, next_cursor = _page(service.search.all(_words(query.q), query.limit + 1, _after(query.cursor)), query.limit)
    data = _shown(service, hits)
    articles_at = [one.article.seen_at for one in data if one.article]
    as_of: datetime | None = max((*articles_at, *filter(None, [service.changed_at()])), default=None)
    return enveloped(request, service, data, as_of=as_of, next_cursor=next_cursor)


def found_events(service: Service, query: EventQuery) -> Found:
    """A page of the events that have the words of `query.q` and fit its other conditions, by relevance.

    Raises:
        RequestValidationError: for a query without words, and for a cursor of another list.
    """
    wanted, only = _words(query.q or ""), replace(query.only(), sought=None)
    found = service.search.events(wanted, only, query.limit + 1, _after(query.cursor))
    hits, next_cursor = _page(found, query.limit)
    events = service.events.get_many([hit.id for hit in hits])
    shown = (events[hit.id] for hit in hits if hit.id in events)
    return Found(tuple(event for event in shown if event_views.is_described(event)), next_cursor)


def _words(query: str) -> Sought:
    wanted = sought(query)
    if wanted is None:
        raise bad_parameter("q", "there is no word in it to look for")
    return wanted


def _after(cursor: str | None) -> After:
    if not cursor:
        return None
    rank, sources, at, id_ = position(cursor, "search")
    return rank, sources, at, id_


def _page(found: Sequence[Hit], limit: int) -> tuple[Sequence[Hit], str | None]:
    shown = found[:limit]
    return shown, cursors.encode("search", shown[-1].values) if len(found) > limit else None


def _shown(service: Service, hits: Sequence[Hit]) -> list[HitReply]:
    ids = [hit.id for hit in hits]
    events, articles = service.events.get_many(ids), service.articles.get_many(ids)
    placed = service.events.shown_event_of(list(articles))
    data: list[HitReply] = []
    for hit in hits:
        where = FOUND_IN[hit.where]
        if article := articles.get(hit.id):
            alone = article_views.lone_article(article, placed.get(article.id))
            data.append(HitReply(kind="article", found_in=where, article=alone))
        elif (event := events.get(hit.id)) and event_views.is_described(event):
            data.append(HitReply(kind="event", found_in=where, event=event_views.listed_event(event)))
    return data
