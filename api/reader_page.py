"""What all readers' pages share: frame and head, and that a browser asks again before it shows one once more."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api import event_feeds
from api.envelopes import REVALIDATE, tagged
from api.page_heads import Head
from api.parameters import EventQuery
from api.rendering import rendered
from api.service import Service


def reader_page(
    request: Request,
    service: Service,
    template: str,
    head: Head,
    *,
    status: int = 200,
    of: EventQuery | None = None,
    **shown: Any,
) -> Response:
    """A page, or 304 for a browser that has this very one. It names the feeds `of` its events, else of all."""
    body = rendered(
        template,
        head=head,
        subscribing=event_feeds.addresses(of or EventQuery()),
        origin=service.origin(request),
        banner=service.banner.text(),
        coverage=service.coverage(),
        **shown,
    )
    return tagged(request, body, "text/html", REVALIDATE, status)
