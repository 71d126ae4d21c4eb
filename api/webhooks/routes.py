"""`/v1/webhooks`: a key's own webhooks, made, looked at, tried, enabled and taken away."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import cursors
from api.envelopes import envelope
from api.key_store import Key
from api.log_cursor import BROKEN, must_continue
from api.needing_keys import REFUSALS, KeyedRoute, needs_scope
from api.parameters import ListQuery
from api.promises import bad_body, promised
from api.rate_limits import TOO_MANY, WEBHOOKS, rate_limited
from api.reads import position
from api.replies import Envelope
from api.scopes import Scope
from api.service import Service, Using
from api.webhooks.addresses import what_is_wrong
from api.webhooks.replies import (
    NEW,
    DeliveryReply,
    Enabling,
    NewWebhook,
    WebhookReply,
    WebhookWithSecretReply,
)
from api.webhooks.signing import new_secret
from api.webhooks.webhook import Delivery, Webhook
from storage.complaints import OURS
from storage.ids import new_id

MOST_OF_A_KEY = 20
FORMER_SECRET_LASTS = timedelta(days=1)
NOT_THIS_KEYS = "This key has no webhook of this id."
ENOUGH = f"This key has {MOST_OF_A_KEY} webhooks already. Delete one first."
TWO_SECRETS = "This webhook has two valid secrets until former_secret_until. Rotate again after that, or make another."
BAD_BODY = bad_body("url: This is no address.")
BAD_QUERY = promised(422, "A parameter does not parse.", "limit: it has to be at most 100")
UNKNOWN = promised(404, "The key has no webhook of this id.", NOT_THIS_KEYS)
MADE = {"model": Envelope[WebhookWithSecretReply]}
ONE = {"model": Envelope[WebhookReply]}
_OF_ONE: dict[int | str, dict[str, Any]] = {**REFUSALS, 404: UNKNOWN}
Resuming = Annotated[Enabling | None, Body(openapi_examples={"leaving some out": {"value": {"after": 4711}}})]
WebhookId = Annotated[str, Path(description="The webhook's id.")]
Caller = Annotated[Key, needs_scope(Scope.WEBHOOKS)]

router = APIRouter(
    prefix="/v1/webhooks",
    route_class=KeyedRoute,
    dependencies=[rate_limited(WEBHOOKS)],
    responses={429: TOO_MANY},
)


@router.post(
    "",
    status_code=201,
    summary="Have changes sent to an address",
    response_model=None,
    responses={201: MADE, **REFUSALS, **BROKEN, **BAD_BODY},
)
def create(
    asked: Annotated[NewWebhook, Body(openapi_examples={"some changes": {"value": NEW}})],
    caller: Caller,
    service: Using,
) -> Response:
    """Its `secret` is shown this once. A key has at most 20 webhooks (409)."""
    if wrong := what_is_wrong(asked.url, service.gate):
        raise RequestValidationError([{"loc": ("body", "url"), "msg": wrong, "type": OURS}])
    span = service.log.span()
    webhook = Webhook(
        id=new_id("whk"),
        key_id=caller.id,
        url=asked.url,
        only=asked.wanted(),
        secret=new_secret(),
        former_secret=None,
        former_until=None,
        created_at=service.clock(),
        seq=span.newest if asked.after is None else must_continue(span, asked.after),
    )
    if not service.webhooks.add(webhook, MOST_OF_A_KEY):
        raise HTTPException(409, ENOUGH)
    return _replied(service, _with_secret(service, webhook), 201, location=f"/v1/webhooks/{webhook.id}")


@router.get(
    "",
    summary="The webhooks of this key",
    response_model=None,
    responses={200: {"model": Envelope[list[WebhookReply]]}, **REFUSALS},
)
def list_webhooks(caller: Caller, service: Using) -> Response:
    """Oldest first. Secrets are not shown."""
    found = service.webhooks.of_key(caller.id)
    return _replied(service, [WebhookReply(**_shown(service, webhook)) for webhook in found])


@router.get(
    "/{webhook_id}",
    summary="One webhook and how it is doing",
    response_model=None,
    responses={200: ONE, **_OF_ONE},
)
def get_webhook(webhook_id: WebhookId, caller: Caller, service: Using) -> Response:
    """A webhook of another key is not found."""
    return _one(service, service.webhooks.get(caller.id, webhook_id))


@router.delete("/{webhook_id}", status_code=204, summary="Send nothing any more", responses=_OF_ONE)
def delete(webhook_id: WebhookId, caller: Caller, service: Using) -> Response:
    """Its record of deliveries goes with it. A message that is on its way may still arrive."""
    if not service.webhooks.remove(caller.id, webhook_id):
        raise _unknown()
    return Response(status_code=204)


@router.get(
    "/{webhook_id}/deliveries",
    summary="Every try of the last seven days",
    response_model=None,
    responses={200: {"model": Envelope[list[DeliveryReply]]}, **_OF_ONE, 422: BAD_QUERY},
)
def list_deliveries(
    webhook_id: WebhookId, query: Annotated[ListQuery, Query()], caller: Caller, service: Using
) -> Response:
    """Newest first."""
    if service.webhooks.get(caller.id, webhook_id) is None:
        raise _unknown()
    (before,) = position(query.cursor, "deliveries") if query.cursor else (None,)
    found = service.webhooks.deliveries(webhook_id, query.limit + 1, before)
    shown = found[: query.limit]
    next_cursor = cursors.encode("deliveries", (shown[-1][0],)) if len(found) > len(shown) else None
    return _replied(service, [_delivery(one) for _, one in shown], next_cursor=next_cursor)


@router.post(
    "/{webhook_id}/rotate",
    summary="Give it another secret",
    response_model=None,
    responses={200: MADE, **_OF_ONE, 409: promised(409, "It was given another less than a day ago.", TWO_SECRETS)},
)
def rotate(webhook_id: WebhookId, caller: Caller, service: Using) -> Response:
    """For a day messages carry two signatures, by the new and by the former secret; until then there is no third."""
    now = service.clock()
    webhook = service.webhooks.rotate(caller.id, webhook_id, new_secret(), now, now + FORMER_SECRET_LASTS)
    if webhook is None:
        raise HTTPException(409, TWO_SECRETS) if service.webhooks.get(caller.id, webhook_id) else _unknown()
    return _replied(service, _with_secret(service, webhook))


@router.post(
    "/{webhook_id}/enable",
    summary="Try again now",
    response_model=None,
    responses={200: ONE, **_OF_ONE, **BROKEN, **BAD_BODY},
)
def enable(webhook_id: WebhookId, caller: Caller, service: Using, asked: Resuming = None) -> Response:
    """For one that is disabled, or that fails and would wait. It goes on where it stopped, or behind `after`."""
    after = asked.after if asked else None
    if after is not None:
        must_continue(service.log.span(), after)
    return _one(service, service.webhooks.enable(caller.id, webhook_id, after))


@router.post(
    "/{webhook_id}/ping",
    status_code=202,
    summary="Send it a message of type ping",
    response_model=None,
    responses={202: ONE, **_OF_ONE},
)
def ping(webhook_id: WebhookId, caller: Caller, service: Using) -> Response:
    """Within seconds, also to one that is disabled; how it ended stands among the deliveries."""
    return _one(service, service.webhooks.ask_for_ping(caller.id, webhook_id, service.clock()), 202)


def _one(service: Service, webhook: Webhook | None, status: int = 200) -> Response:
    if webhook is None:
        raise _unknown()
    return _replied(service, WebhookReply(**_shown(service, webhook)), status)


def _replied(
    service: Service,
    data: BaseModel | Sequence[BaseModel],
    status: int = 200,
    next_cursor: str | None = None,
    **headers: str,
) -> Response:
    body = envelope(service.surroundings(), data, None, next_cursor)
    return Response(body, status, {"cache-control": "no-store", **headers}, "application/json")


def _unknown() -> HTTPException:
    return HTTPException(404, NOT_THIS_KEYS)


def _with_secret(service: Service, webhook: Webhook) -> WebhookWithSecretReply:
    return WebhookWithSecretReply(**_shown(service, webhook), secret=webhook.secret)


def _shown(service: Service, webhook: Webhook) -> dict[str, Any]:
    only, now = webhook.only, service.clock()
    return {
        "id": webhook.id,
        "url": webhook.url,
        "types": sorted(only.types) if only.types else None,
        "asset": only.asset,
        "theme": only.theme,
        "signal": only.signal,
        "state": "disabled" if webhook.disabled else "failing" if webhook.attempts else "active",
        "disabled_because": webhook.disabled,
        "disabled_at": webhook.disabled_at,
        "failing_since": webhook.failing_since,
        "attempts": webhook.attempts,
        "next_try_at": webhook.next_try_at,
        "after": webhook.seq,
        "former_secret_until": webhook.former_until if len(webhook.secrets(now)) > 1 else None,
        "created_at": webhook.created_at,
    }


def _delivery(one: Delivery) -> DeliveryReply:
    return DeliveryReply(
        message_id=one.message_id,
        type=one.type,
        seq=one.seq,
        attempt=one.attempt,
        at=one.at,
        took_ms=one.took_ms,
        outcome=one.outcome.value,
        status=one.status,
    )
