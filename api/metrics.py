"""For Prometheus: `GET /metrics`, what this process counts, and `GET /metrics/pipeline`, what all of them do."""

from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.needing_keys import REFUSALS, SCHEME, require_scope
from api.pipeline import StillLooking
from api.promises import promised
from api.scopes import Scope
from api.service import Service, Using

EXAMPLE = 'secondsource_requests_total{answered_from="memory",route="/v1/events/{event_id}",status="200"} 4711.0\n'
_FORWARDED = ("x-forwarded-for", "forwarded")
SLOW = "The database does not answer in time. Try again in a few seconds."
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/plain": {"schema": {"type": "string"}, "example": EXAMPLE}},
        "description": "Prometheus's text format.",
    },
    401: REFUSALS[401],
    403: promised(403, "The key has not the scope `metrics`.", "This needs a key with the scope metrics."),
}

router = APIRouter()


@router.get(
    "/metrics",
    summary="What this process counts, for Prometheus",
    response_model=None,
    response_class=Response,
    openapi_extra={"security": [{}, {SCHEME: [Scope.METRICS]}]},
    responses=_RESPONSES,
)
def metrics(request: Request, service: Using) -> Response:
    """For a key with the scope `metrics` and, where no proxy stands in front, for this machine."""
    _check(request, service)
    now = CollectorRegistry()
    for name, about, value in _as_of_now(service):
        Gauge(f"secondsource_{name}", about, registry=now).set(value)
    return _reply(generate_latest(service.metrics.registry) + generate_latest(now))


@router.get(
    "/metrics/pipeline",
    summary="What the pipeline does, for Prometheus",
    response_model=None,
    response_class=Response,
    openapi_extra={"security": [{}, {SCHEME: [Scope.METRICS]}]},
    responses={**_RESPONSES, 503: promised(503, "The database does not answer in time.", SLOW)},
)
def pipeline_metrics(request: Request, service: Using) -> Response:
    """The same from every API process, at most five seconds old. For whom `/metrics` is."""
    _check(request, service)
    try:
        return _reply(service.pipeline.text(service.clock()))
    except StillLooking as error:
        raise HTTPException(503, SLOW) from error


def _check(request: Request, service: Service) -> None:
    if not _is_of_this_machine(request, service):
        require_scope(request, Scope.METRICS)


def _reply(text: bytes) -> Response:
    return Response(text, headers={"cache-control": "no-store", "content-type": CONTENT_TYPE_LATEST})


def _as_of_now(service: Service) -> Iterator[tuple[str, str, float]]:
    # While the database is away the rest is wanted most: it tells which requests fail.
    with suppress(SQLAlchemyError):
        newest = service.events.last_change()
        yield "change_log_newest", "The last row of the change log.", newest.seq if newest else 0
    yield "change_log_followed", "The last row that hot reads heed; looked at only while they come.", service.hot.seq
    yield "streams_open", "Readers of /v1/stream.", service.places.open
    hot = service.hot
    for name, cache in (("events", hot.events), ("addresses", hot.addresses), ("widgets", hot.widgets)):
        yield f"kept_{name}", "Replies that are kept ready.", len(cache)
        yield f"kept_{name}_bytes", "The memory that they take.", cache.size_bytes


def _is_of_this_machine(request: Request, service: Service) -> bool:
    """Behind a proxy on this machine, everybody comes from it."""
    if service.public_url or service.limits.trusted_proxies:
        return False
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
