"""What there is to ask for, with how much of it came lately: themes, assets, publishers; and what rises."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from api import cursors, words
from api import directory_replies as shapes
from api.envelopes import enveloped
from api.parameters import ListQuery
from api.rate_limits import TOO_MANY, TRENDS, rate_limited
from api.reads import BAD_QUERY, position
from api.replies import Envelope
from api.service import Service, Using
from cluster.assets import listed_assets
from cluster.event import Theme
from ingest.directory_store import Listing
from ingest.feed_status import FeedStatus, state

DAY, WEEK = timedelta(days=1), timedelta(days=7)

router = APIRouter(prefix="/v1")


@router.get(
    "/themes",
    summary="The themes, with their events of lately",
    response_model=None,
    responses={200: {"model": Envelope[list[shapes.ThemeCountReply]]}},
)
def list_themes(request: Request, service: Using) -> Response:
    """All of them, whether or not there was news. An event counts for each theme that it names."""
    counts = _event_counts(service, "theme")
    data = [_theme(theme, *counts.get(theme, (0, 0))) for theme in Theme]
    return enveloped(request, service, data, as_of=service.changed_at())


@router.get(
    "/assets",
    summary="The assets that are recognised, with their events of lately",
    response_model=None,
    responses={200: {"model": Envelope[list[shapes.AssetCountReply]]}, 422: BAD_QUERY},
)
def list_assets(request: Request, query: Annotated[ListQuery, Query()], service: Using) -> Response:
    """The largest first. An event counts for each asset that it names."""
    (after,) = position(query.cursor, "assets") if query.cursor else (0,)
    behind = [asset for asset in listed_assets() if asset.rank > after]
    shown, counts = behind[: query.limit], _event_counts(service, "asset")
    data = [
        shapes.AssetCountReply(
            symbol=asset.symbol,
            name=asset.name,
            rank=asset.rank,
            events_of_day=counts.get(asset.symbol, (0, 0))[0],
            events_of_week=counts.get(asset.symbol, (0, 0))[1],
        )
        for asset in shown
    ]
    next_cursor = cursors.encode("assets", (shown[-1].rank,)) if len(behind) > len(shown) else None
    return enveloped(request, service, data, as_of=service.changed_at(), next_cursor=next_cursor)


@router.get(
    "/publishers",
    summary="The publishers, with how their feeds are doing and their articles of lately",
    response_model=None,
    responses={200: {"model": Envelope[list[shapes.PublisherListingReply]]}, 422: BAD_QUERY},
)
def list_publishers(request: Request, query: Annotated[ListQuery, Query()], service: Using) -> Response:
    """By id. Whether few articles mean that little happened, the state of the feeds says."""
    (after,) = position(query.cursor, "publishers") if query.cursor else (None,)
    now = service.clock()
    found = service.directory.page(query.limit + 1, after, now - DAY, now - WEEK)
    shown = found[: query.limit]
    next_cursor = cursors.encode("publishers", (shown[-1].publisher.id,)) if len(found) > len(shown) else None
    data = [_publisher(one, service) for one in shown]
    return enveloped(request, service, data, as_of=_as_of(shown, service.changed_at()), next_cursor=next_cursor)


@router.get(
    "/trends",
    summary="What has clearly more events than usual",
    response_model=None,
    responses={200: {"model": Envelope[shapes.TrendsReply]}, 429: TOO_MANY},
    dependencies=[rate_limited(TRENDS)],
)
def list_trends(request: Request, service: Using) -> Response:
    """Themes, assets and actors with more news in the last 24 hours than at this time in the weeks before.

    Counted once a minute at most.
    """
    data = service.trending.about(service.clock())
    return enveloped(request, service, data, as_of=service.changed_at())


def _event_counts(service: Service, kind: str) -> dict[str, tuple[int, int]]:
    """Of the last day and the last week, for what had any."""
    now = service.clock()
    of_day, of_week = (service.trends.counts(kind, now - span) for span in (DAY, WEEK))
    return {tag: (of_day.get(tag, 0), count) for tag, count in of_week.items()}


def _theme(theme: Theme, of_day: int, of_week: int) -> shapes.ThemeCountReply:
    name = words.theme_words(theme.value)
    return shapes.ThemeCountReply(theme=theme.value, name=name, events_of_day=of_day, events_of_week=of_week)


def _publisher(one: Listing, service: Service) -> shapes.PublisherListingReply:
    names = ("id", "name", "home", "owner", "kind", "standing", "language")
    told = {name: getattr(one.publisher, name) for name in names}
    return shapes.PublisherListingReply(
        **told,
        feeds=[_feed(feed, service) for feed in one.feeds],
        articles_of_day=one.articles_of_day,
        articles_of_week=one.articles_of_week,
    )


def _as_of(shown: Sequence[Listing], changed_at: datetime | None) -> datetime | None:
    """A feed that answers or has news changes the list without changing an event."""
    feeds = [feed for one in shown for feed in one.feeds]
    heard = [at for feed in feeds for at in (feed.last_success_at, feed.last_new_at) if at]
    return max([*heard, changed_at] if changed_at else heard, default=None)


def _feed(feed: FeedStatus, service: Service) -> shapes.FeedReply:
    return shapes.FeedReply(
        url=feed.shown_url,
        enabled=feed.enabled,
        state=state(feed, service.clock()).value,
        last_success_at=feed.last_success_at,
        last_new_at=feed.last_new_at,
    )
