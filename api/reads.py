"""The read routes of `/v1`: one event, articles and resolve."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import article_replies, article_views, cursors, event_replies, event_views, replies
from api.envelopes import REVALIDATE, envelope, enveloped, ready
from api.hot_reads import OUT_OF_REACH, kept_by_now
from api.parameters import ArticleId, ArticleQuery, EventId
from api.promises import promised_for
from api.ready import Ready
from api.service import Service, Using
from api.surroundings import Surroundings
from cluster.event import Event, Status
from cluster.filter_store import ENDED
from ingest.article import Article
from ingest.tombstone_store import is_tombstone
from ingest.urls import canonical_url
from storage.complaints import OURS

RETRY_SECONDS = 5  # an event is described within a moment of its first article
SAYS_NOTHING_YET = "This event is a moment old and says nothing yet."
NO_EVENT = "No event has this id."
NO_ARTICLE = "No article has this id."
TAKEN_BACK = "Its publisher took this article back."
NOTHING_LEFT = "This article was removed."
_ID = re.compile(r"[a-z]{2,8}_[0-9A-Za-z_-]{1,32}")
MOVED = {
    "model": replies.Envelope[event_replies.MovedReply],
    "description": "Merged: Location names the event it is in.",
}
REMOVED = {"model": replies.Envelope[event_replies.TombstoneReply], "description": "Removed: a tombstone."}
BAD_QUERY = {"model": replies.Problem, "description": "A parameter does not parse."}
WITHDRAWN = {"model": replies.Problem, "description": "The article was taken back."}
UNKNOWN = {"model": replies.Problem, "description": "The id was never given out."}
WAITING = {"model": replies.Problem, "description": "The event is a moment old and says nothing yet."}
HOT_WAITING = promised_for(
    503, {"The event is a moment old": SAYS_NOTHING_YET, "nothing was heard of the database lately": OUT_OF_REACH}
)

router = APIRouter(prefix="/v1")


@router.get(
    "/events/{event_id}",
    summary="One event",
    response_model=None,
    responses={
        200: {"model": replies.Envelope[event_replies.EventReply]},
        307: MOVED,
        404: UNKNOWN,
        410: REMOVED,
        503: HOT_WAITING,
    },
)
def get_event(request: Request, event_id: EventId, service: Using) -> Response:
    """An event with everything it says. An id, once shown, works for ever."""
    hot, path = service.hot, request.scope["path"]
    kept = kept_by_now(request, hot.events, path)
    if kept is None:
        began = hot.begin(service.surroundings())
        event = find_event(service, event_id)
        kept = _ready_event(event, began.around)
        hot.keep_event(path, kept, spoken_of(event), began)
    return kept.response(request.headers.raw)


@router.get(
    "/articles",
    summary="Articles, newest first",
    response_model=None,
    responses={200: {"model": replies.Envelope[list[article_replies.ArticleAloneReply]]}, 422: BAD_QUERY},
)
def list_articles(request: Request, query: Annotated[ArticleQuery, Query()], service: Using) -> Response:
    """Articles of all publishers, or of one."""
    before = position(query.cursor, "articles") if query.cursor else None
    found = service.articles.page(query.limit + 1, before, query.publisher)
    shown = found[: query.limit]
    placed = service.events.shown_event_of([article.id for article in shown])
    data = [article_views.lone_article(article, placed.get(article.id)) for article in shown]
    last = shown[-1] if len(found) > len(shown) else None
    next_cursor = cursors.encode("articles", (last.published_at, last.id)) if last else None
    as_of = _changed_at(service, shown, placed.values())
    return enveloped(request, service, data, as_of=as_of, next_cursor=next_cursor)


@router.get(
    "/articles/{article_id}",
    summary="One article",
    response_model=None,
    responses={200: {"model": replies.Envelope[article_replies.ArticleFullReply]}, 404: UNKNOWN, 410: WITHDRAWN},
)
def get_article(request: Request, article_id: ArticleId, service: Using) -> Response:
    """An article with the id of its event and what its publisher changed."""
    article = find_shown_article(service, article_id)
    placed = service.events.shown_event_of([article.id])
    data = article_views.full_article(article, placed.get(article.id), service.articles.revisions(article.id))
    return enveloped(request, service, data, as_of=_changed_at(service, [article], placed.values()))


@router.get(
    "/resolve",
    summary="From an address or an id to the event",
    response_model=None,
    responses={
        200: {"model": replies.Envelope[article_replies.ResolvedReply | None]},
        404: UNKNOWN,
        410: REMOVED,
        422: BAD_QUERY,
        503: HOT_WAITING,
    },
)
def resolve(
    request: Request,
    service: Using,
    url: Annotated[str | None, Query(min_length=1, max_length=2000, description="An article's address.")] = None,
    event_id: Annotated[str | None, Query(min_length=1, description="Gives the event's lead article.")] = None,
    article_id: Annotated[str | None, Query(min_length=1, description="Gives the article's event.")] = None,
) -> Response:
    """Exactly one of the parameters. An address that we never read is no error: `data` is null."""
    if sum(given is not None for given in (url, event_id, article_id)) != 1:
        raise bad_parameter("url", "Give exactly one of url, event_id and article_id.")
    if event_id is not None:
        return _resolve_event(request, service, event_id)
    if article_id is not None:
        article = find_article(service, article_id)
        if is_tombstone(article):
            raise HTTPException(410, NOTHING_LEFT)
        found, _ = _place_of(service, article, service.surroundings())
        return found.response(request.headers.raw)
    return _resolve_url(request, service, url or "")


def find_event(service: Service, event_id: str) -> Event:
    """An event, whatever its status.

    Raises:
        HTTPException: 404 for an id never given out.
    """
    event = service.events.get(event_id) if _ID.fullmatch(event_id) else None
    if event is None:
        raise HTTPException(404, NO_EVENT)
    return event


def way_from(service: Service, event_id: str) -> list[Event]:
    """The event, what it was merged into, and so on to the one that it is in by now.

    Raises:
        HTTPException: 404 for an id never given out.
    """
    way = [find_event(service, event_id)]
    while way[-1].status is Status.MERGED and way[-1].merged_into:
        way.append(find_event(service, way[-1].merged_into))
    return way


def find_article(service: Service, article_id: str) -> Article:
    """An article.

    Raises:
        HTTPException: 404 for an id never given out.
    """
    found = service.articles.get_many([article_id]) if _ID.fullmatch(article_id) else {}
    if article_id not in found:
        raise HTTPException(404, NO_ARTICLE)
    return found[article_id]


def find_shown_article(service: Service, article_id: str) -> Article:
    """An article that is still there.

    Raises:
        HTTPException: 404 for an id never given out, 410 for an article that was taken back or removed.
    """
    found = find_article(service, article_id)
    if is_tombstone(found):
        raise HTTPException(410, NOTHING_LEFT)
    if service.articles.was_taken_back(article_id):
        raise HTTPException(410, TAKEN_BACK)
    return found


def article_at(service: Service, url: str) -> Article | None:
    """The article at an address, however it is spelt; None when we never read it or it is no web address."""
    canonical = canonical_url(url)
    return service.articles.by_url(canonical) if canonical else None


def what_ended(service: Service, event: Event, beneath: str = "") -> Response | None:
    """The answer for an event that was merged or removed; `beneath` is what was asked for of it, `/history` say."""
    if event.status not in ENDED:
        return None
    ended = _ended(event, service.surroundings(), beneath)
    return ended.response() if ended else None


def still_waiting() -> HTTPException:
    """The answer for an event that was not described yet."""
    return HTTPException(503, SAYS_NOTHING_YET, {"retry-after": str(RETRY_SECONDS)})


def bad_parameter(field: str, detail: str) -> RequestValidationError:
    """The 422 for a parameter that parses and still makes no sense."""
    return RequestValidationError([{"loc": ("query", field), "msg": detail, "type": OURS}])


def _changed_at(service: Service, articles: Sequence[Article], event_ids: Iterable[str]) -> datetime | None:
    """When the articles were stored or the events they stand in last changed, whichever is later."""
    placed_at = service.events.changed_at(list(event_ids))
    return max((*(article.seen_at for article in articles), *([placed_at] if placed_at else [])), default=None)


def position(cursor: str, sort: str) -> tuple[Any, ...]:
    """The values inside a cursor.

    Raises:
        RequestValidationError: for a cursor of another list or sort.
    """
    try:
        return cursors.decode(cursor, sort)
    except cursors.CursorError as error:
        raise bad_parameter("cursor", str(error)) from error


def _ready_event(event: Event, around: Surroundings) -> Ready:
    if ended := _ended(event, around):
        return ended
    if not event_views.is_described(event):
        raise still_waiting()
    return ready(envelope(around, event_views.full_event(event), event.updated_at))


def _ended(event: Event, around: Surroundings, beneath: str = "") -> Ready | None:
    headers = {"cache-control": REVALIDATE}
    if event.status is Status.MERGED:
        headers |= {"location": f"/v1/events/{event.merged_into}{beneath}"}
        return Ready(307, envelope(around, event_views.moved_event(event), event.updated_at), headers)
    if event.status is Status.REMOVED:
        return Ready(410, envelope(around, event_views.tombstone(event), event.updated_at), headers)
    return None


def spoken_of(event: Event) -> list[str]:
    """The ids of an event, its articles and their publishers."""
    articles = [member.article for member in event.members]
    return [event.id, *(one.id for one in articles), *(one.publisher.id for one in articles)]


def _resolve_event(request: Request, service: Service, event_id: str) -> Response:
    event = way_from(service, event_id)[-1]
    if ended := what_ended(service, event):
        return ended
    if event.overrides.hidden:
        return enveloped(request, service, None, as_of=event.updated_at)
    if not event_views.is_described(event):
        raise still_waiting()
    return enveloped(
        request, service, article_views.resolved(event_views.lead_article(event), event.id), as_of=event.updated_at
    )


def _resolve_url(request: Request, service: Service, url: str) -> Response:
    hot, query = service.hot, request.scope["query_string"]
    kept = kept_by_now(request, hot.addresses, query)
    if kept is None:
        began = hot.begin(service.surroundings())
        kept, ids = _place_of(service, article_at(service, url), began.around)
        hot.keep_address(query, kept, ids, began)
    return kept.response(request.headers.raw)


def _place_of(service: Service, article: Article | None, around: Surroundings) -> tuple[Ready, list[str]]:
    """Where an article stands, and the ids that the reply speaks of."""
    if article is None:
        return ready(envelope(around, None, service.changed_at())), []
    placed = service.events.event_of([article.id])  # a hidden one too: what is kept goes when it is shown again
    shown = service.events.shown_event_of([article.id])
    data = article_views.resolved(article, shown.get(article.id))
    as_of = _changed_at(service, [article], placed.values())
    return ready(envelope(around, data, as_of)), [article.id, *placed.values()]
