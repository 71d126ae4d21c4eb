"""The page of a publisher: who it is, how its feeds do, what it reported last and who else had that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import feed_views, page_heads
from api.reader_page import reader_page
from api.service import Service, Using
from cluster.chains import Outline
from cluster.lending import headline
from ingest.article import Article, Basis, Publisher
from ingest.feed_status import State

NO_PUBLISHER = "No publisher has this id."
SHOWN = 20
LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Report:
    """An article by its headline, and the event that it stands in; None until that says something."""

    id: str
    title: str
    published_at: datetime
    published_at_basis: Basis
    event: Outline | None


router = APIRouter(include_in_schema=False)


@router.get("/publishers/{publisher_id}")
def publisher_page(request: Request, publisher_id: str, service: Using) -> Response:
    """Counts are of the thirty days up to its newest article, so that a corpus read from files has some too."""
    publisher = _find(service, publisher_id)
    articles = service.articles.page(SHOWN, publisher=publisher.id)
    placed = service.events.event_of([article.id for article in articles])
    outlines = service.chains.outlines(set(placed.values()))
    return reader_page(
        request,
        service,
        "publisher.html",
        page_heads.of_publisher(service.origin(request), publisher),
        publisher=publisher,
        site=urlsplit(publisher.home).hostname or publisher.home,
        states=_states(service, publisher),
        record=service.track_records.of(publisher.id, _newest(service, articles) - LOOKS_BACK),
        days=LOOKS_BACK.days,
        reports=[_report(article, outlines.get(placed.get(article.id, ""))) for article in articles],
    )


def _find(service: Service, publisher_id: str) -> Publisher:
    found = next((one for one in service.publishers.all() if one.id == publisher_id), None)
    if found is None:
        raise HTTPException(404, NO_PUBLISHER)
    return found


def _report(article: Article, event: Outline | None) -> Report:
    # Not as the API shows an article: its excerpt, which is not shown here, takes most of the time.
    shown = replace(event, title=headline(event.title)) if event else None
    return Report(article.id, headline(article.title), article.published_at, article.published_at_basis, shown)


def _states(service: Service, publisher: Publisher) -> list[tuple[State, int]]:
    feeds = [feed for feed in service.publishers.list() if feed.publisher.id == publisher.id and feed.enabled]
    return feed_views.state_counts(feed_views.feed_rows(feeds, service.clock(), oddities={}))


def _newest(service: Service, articles: Sequence[Article]) -> datetime:
    return articles[0].published_at if articles else service.clock()
