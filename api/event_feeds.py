"""The feeds of events that readers and programs subscribe to: `/feeds/events.rss`, `.atom` and `.json`."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import event_cards, event_views, feed_formats, words
from api.envelopes import tagged
from api.feed_formats import EventFeed, FeedEntry, legal
from api.parameters import Conditions, FeedQuery
from api.rate_limits import SEARCH, TOO_MANY_WITH_WORDS, limited_with_words
from api.reads import BAD_QUERY
from api.service import Service, Using
from cluster.event import Event

CACHING = "public, max-age=60"
NAMED = 4  # publishers that a summary names
RSS, ATOM, JSON = "application/rss+xml", "application/atom+xml", "application/feed+json"
PATHS = {RSS: "/feeds/events.rss", ATOM: "/feeds/events.atom", JSON: "/feeds/events.json"}
Asked = Annotated[FeedQuery, Query()]
LIMITED = [limited_with_words(SEARCH)]

router = APIRouter(prefix="/feeds")


def _responses(media_type: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "object" if media_type == JSON else "string"}
    content = {media_type: {"schema": schema}}
    return {
        200: {"description": "The feed, newest report first.", "content": content},
        422: BAD_QUERY,
        429: TOO_MANY_WITH_WORDS,
    }


@router.get(
    "/events.rss", summary="Events as RSS 2.0", response_model=None, responses=_responses(RSS), dependencies=LIMITED
)
def rss(request: Request, query: Asked, service: Using) -> Response:
    """Active and closed events, those with the newest reports first; all conditions must hold.

    An event keeps its `guid` when its title changes, and gets a later `atom:updated` whenever it changes.
    """
    return _feed(request, service, query, RSS, feed_formats.rss)


@router.get(
    "/events.atom", summary="Events as Atom", response_model=None, responses=_responses(ATOM), dependencies=LIMITED
)
def atom(request: Request, query: Asked, service: Using) -> Response:
    """Active and closed events, those with the newest reports first; all conditions must hold.

    An event keeps its `id` when its title changes, and gets a later `updated` whenever it changes.
    """
    return _feed(request, service, query, ATOM, feed_formats.atom)


@router.get(
    "/events.json",
    summary="Events as JSON Feed 1.1",
    response_model=None,
    responses=_responses(JSON),
    dependencies=LIMITED,
)
def json(request: Request, query: Asked, service: Using) -> Response:
    """Active and closed events, those with the newest reports first; all conditions must hold.

    An event keeps its `id` when its title changes, and gets a later `date_modified` whenever it changes.
    """
    return _feed(request, service, query, JSON, feed_formats.json_feed)


def addresses(query: Conditions) -> list[tuple[str, str]]:
    """The media type and the path of each feed of the events that a query asks for."""
    return [(media_type, _with(path, query.given())) for media_type, path in PATHS.items()]


def _feed(
    request: Request, service: Service, query: FeedQuery, media_type: str, write: Callable[[EventFeed], bytes]
) -> Response:
    found = service.events.page(query.only(), "recency", query.limit)
    made = _made(service, query, PATHS[media_type], service.origin(request), found)
    service.showings.fetched(_with(PATHS[media_type], _lasting(query)))
    return tagged(request, write(made), f"{media_type}; charset=utf-8", CACHING)


def _made(service: Service, query: FeedQuery, path: str, origin: str, found: list[Event]) -> EventFeed:
    entries = [_entry(event, origin) for event in found if event_views.is_described(event)]
    changed_at = max((entry.updated_at for entry in entries), default=service.changed_at())
    banner = service.banner.text()
    return EventFeed(
        title=legal(f"SecondSource{' (invented news)' if banner else ''}: {_condition_words(query)}"),
        description=legal(banner or "Crypto news by the number of sources that report it independently."),
        page_url=legal(_with(f"{origin}/", query.given())),
        self_url=legal(_with(origin + path, query.own())),
        updated_at=changed_at or service.clock(),
        entries=entries,
    )


def _entry(event: Event, origin: str) -> FeedEntry:
    card = event_cards.card(event)
    shown = card.event
    return FeedEntry(
        id=f"urn:secondsource:{shown.id}",
        url=legal(origin + words.event_path(shown.id, shown.title)),
        title=legal(shown.title),
        summary=legal(_summary(card)),
        published_at=shown.first_published_at,
        updated_at=shown.updated_at,
        categories=(*(one.symbol for one in shown.assets), *(words.theme_words(one.theme) for one in shown.themes)),
    )


def _summary(card: event_cards.Card) -> str:
    """How many sources, who they are, how strong the signal is, and the lead's first words."""
    shown = card.event
    unnamed = len(card.publishers) - NAMED
    names = ", ".join(card.publishers[:NAMED]) + (f" and {unnamed} more" if unnamed > 0 else "")
    said = f"{shown.source_label}: {names}. {words.level_words(shown.signal)}."
    lead = shown.lead_article
    return f"{said} {lead.publisher.name}: “{lead.excerpt}”" if lead.excerpt else said


def _lasting(query: FeedQuery) -> dict[str, str]:
    """The parameters of a feed's address without the bounds that a program may move whenever it asks."""
    return query.model_copy(update={"published_from": None, "updated_since": None}).own()


def _condition_words(query: Conditions) -> str:
    return ", ".join(query.given().values()) or "events"


def _with(address: str, parameters: dict[str, str]) -> str:
    return f"{address}?{urlencode(parameters)}" if parameters else address
