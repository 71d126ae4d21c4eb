"""The readers' pages of one event, of one article and of how the feeds do, rendered on the server."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import article_views, event_cards, event_views, feed_views, page_heads, words
from api.envelopes import REVALIDATE
from api.event_reads import timeline_of
from api.reader_page import reader_page
from api.reads import RETRY_SECONDS, find_event, find_shown_article
from api.rendering import error_page
from api.service import Service, Using
from cluster.event import Event, Status

SHOWN_SET_ASIDE = 20
STATUS_SAYS = "Which publishers were reached, what each feed last answered and when it is asked next."

router = APIRouter(include_in_schema=False)


@router.get("/events/{event_id}")
@router.get("/events/{event_id}/{slug}")
def event_page(request: Request, event_id: str, service: Using, slug: str = "") -> Response:
    """One event. The id finds it; any other slug than the title's leads to the canonical address."""
    event = find_event(service, event_id)
    if event.status is Status.MERGED:
        return _towards(f"/events/{event.merged_into}")
    if event.status is Status.REMOVED:
        return _removed(event, service)
    if not event_views.is_described(event):
        return _waiting(request, service, event)
    shown = event_views.full_event(event)
    path = words.event_path(shown.id, shown.title)
    if request.url.path != path:
        return _towards(path)
    lead, others = event_cards.rows(shown)
    timeline, _ = timeline_of(service, event)
    homes = {member.article.publisher.id: member.article.publisher.home for member in event.members}
    return reader_page(
        request,
        service,
        "event.html",
        page_heads.of_event(service.origin(request), path, shown, (lead, *others), homes),
        event=shown,
        lead=lead,
        rows=others,
        first=event_cards.first_report(shown),
        articles={article.id: article for article in shown.articles},
        spread=timeline.spread,
        milestones=timeline.milestones,
    )


@router.get("/articles/{article_id}")
def article_page(request: Request, article_id: str, service: Using) -> Response:
    """One article: what we may quote of it, and the event it stands in."""
    article = find_shown_article(service, article_id)
    event_id = service.events.shown_event_of([article.id]).get(article.id)
    event = service.events.get(event_id) if event_id else None
    card = event_cards.card(event) if event and event_views.is_described(event) else None
    roles = {member.article.id: member.role for member in event.members} if event and card else {}
    shown = article_views.full_article(article, event_id, service.articles.revisions(article.id))
    head = page_heads.of_article(service.origin(request), shown, article.publisher.home)
    return reader_page(request, service, "article.html", head, article=shown, card=card, role=roles.get(article.id))


@router.get("/status")
def status_page(request: Request, service: Using) -> Response:
    """What each feed last answered, and when it is tried next; `state` shows those in one state alone."""
    rows = feed_views.feed_rows(service.publishers.list(), service.clock(), service.publishers.oddities())
    asked = request.query_params.get("state")
    only = next((state for state, _ in feed_views.state_counts(rows) if state == asked), None)
    head = page_heads.Head("Status", f"{service.origin(request)}/status", STATUS_SAYS, is_passing=only is not None)
    return reader_page(
        request,
        service,
        "status.html",
        head,
        rows=[row for row in rows if only in (None, row.state)],
        counts=feed_views.state_counts(rows),
        only=only,
        feeds=len(rows),
        set_aside=feed_views.set_aside_rows(service.quarantine.newest(SHOWN_SET_ASIDE)),
        set_aside_count=service.quarantine.count(),
        outcomes=feed_views.outcome_lists(service.publishers.outcomes()),
        oddities=feed_views.oddity_list(service.publishers.odd_polls()),
        articles=service.articles.count(),
        events=service.events.count(),
        changed_at=service.changed_at(),
        next_poll_at=service.publishers.next_poll_at(),
        now=service.clock(),
    )


def _waiting(request: Request, service: Service, event: Event) -> Response:
    """An event that says nothing yet, by the titles of its articles: 503, since it will say more in a moment."""
    shown = [article_views.lone_article(member.article, event.id) for member in event.members]
    head = page_heads.Head("A new event", f"{service.origin(request)}/events/{event.id}", is_passing=True)
    waiting = reader_page(request, service, "waiting.html", head, status=503, articles=shown)
    waiting.headers["retry-after"] = str(RETRY_SECONDS)
    return waiting


def _towards(path: str) -> Response:
    return RedirectResponse(path, 307, {"cache-control": REVALIDATE})


def _removed(event: Event, service: Service) -> Response:
    said = f"This event was removed on {words.instant_words(event.updated_at)}."
    return error_page(410, said, service.banner.text())
