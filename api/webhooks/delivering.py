"""Sends to each webhook what lies behind its place in the change log, in order and until one message is not taken.

All database work is done in threads: the event loop belongs to a hundred webhooks at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from api.webhooks import messages
from api.webhooks.retrying import next_try
from api.webhooks.signing import signed_headers
from api.webhooks.store import WebhookStore
from api.webhooks.webhook import Delivery, Disabled, Message, Webhook
from cluster.change import Change
from cluster.change_log import Stretch, Wanted
from cluster.change_log_store import ChangeLogStore
from ingest.fetching import Fetcher
from ingest.outcome import Outcome

AT_ONCE = 100  # webhooks of a task
PAGE = 100  # rows of the log
ANSWERED_WITHIN = timedelta(seconds=10)
WORKS_FOR = timedelta(seconds=8)  # at a time on one webhook: then it waits for its next turn like all others
# Renewed before every message and with every page of the log, so it outlasts each try by far. A killed worker's
# webhooks wait for as long.
CLAIM_LASTS = timedelta(seconds=20)
DELIVERIES_KEPT_FOR = timedelta(days=7)
GONE = 410

log = structlog.get_logger()


def claim_due(webhooks: WebhookStore, changes: ChangeLogStore, now: datetime) -> list[Webhook]:
    """Those that wait for something, AT_ONCE at most; for CLAIM_LASTS they are the caller's."""
    return webhooks.claim(now, changes.span().newest, now + CLAIM_LASTS, AT_ONCE)


def fetcher_of(allow: Sequence[str], user_agent: str) -> Fetcher:
    """What messages are sent by: with fewer connections, those who answer would wait for those who do not."""
    return Fetcher(allow, user_agent, connections=AT_ONCE)


@dataclass(frozen=True, slots=True)
class Courier:
    """What delivering works with; `clock` gives the aware instant."""

    webhooks: WebhookStore
    changes: ChangeLogStore
    fetcher: Fetcher
    clock: Callable[[], datetime]

    async def deliver(self, claimed: Sequence[Webhook]) -> None:
        """Serves webhooks side by side, so that none waits for another one's slow receiver or ends with it."""
        ended = await asyncio.gather(*(self._serve(webhook) for webhook in claimed), return_exceptions=True)
        for webhook, error in zip(claimed, ended, strict=True):
            if error is not None:
                log.error("webhook left until its claim runs out", id=webhook.id, exc_info=error)

    async def _serve(self, webhook: Webhook) -> None:
        held: Webhook | None = webhook
        if webhook.ping_asked_at:
            held = await self._ping(webhook, webhook.ping_asked_at)
        is_waiting = webhook.next_try_at is not None and webhook.next_try_at > self.clock()
        if not webhook.disabled and not is_waiting:  # else it was claimed for its ping alone
            held = await self._catch_up(held) if held else None
        if held:
            await asyncio.to_thread(self.webhooks.release, held)

    async def _catch_up(self, webhook: Webhook) -> Webhook | None:
        """Sends on to the end of the log or of its time; None when the claim is lost or has ended."""
        held: Webhook | None = webhook
        stop_at = self.clock() + WORKS_FOR
        while held and self.clock() < stop_at:
            stretch = await asyncio.to_thread(self._behind, held)
            if stretch.reached == held.seq:
                break
            held = await self._send_all(held, stretch, stop_at)
        return held

    def _behind(self, webhook: Webhook) -> Stretch:
        if webhook.attempts:
            # It was sent before and may have arrived: what its event is about by now changes nothing any more.
            return self.changes.stretch(webhook.seq, 1, Wanted())
        return self.changes.stretch(webhook.seq, PAGE, webhook.only)

    async def _send_all(self, webhook: Webhook, stretch: Stretch, stop_at: datetime) -> Webhook | None:
        held = webhook
        for one in stretch.rows:
            if self.clock() >= stop_at:
                return held
            sent = await self._send(held, one.change)
            if sent is None:
                return None
            held = sent
        return await self._renew(held, stretch.reached)

    async def _send(self, webhook: Webhook, change: Change) -> Webhook | None:
        """It as it stands behind this change; None when nothing more is to be sent."""
        held = await self._renew(webhook, webhook.seq)
        if held is None:
            return None
        attempt = held.attempts + 1
        delivery = await self._try(held, messages.of_change(held, change), attempt)
        if delivery.outcome is Outcome.OK:
            return await asyncio.to_thread(self.webhooks.took, held, delivery, self._until())
        again_at = next_try(attempt, self.clock())
        disabled = Disabled.GONE if delivery.status == GONE else None if again_at else Disabled.FAILING
        await asyncio.to_thread(self.webhooks.refused, held, delivery, None if disabled else again_at, disabled)
        log.info("webhook refused", id=held.id, outcome=delivery.outcome, attempt=attempt, disabled=disabled)
        return None

    async def _ping(self, webhook: Webhook, asked_at: datetime) -> Webhook | None:
        held = await self._renew(webhook, webhook.seq)
        if held is None:
            return None
        delivery = await self._try(held, messages.of_ping(held, asked_at), 1)
        return await asyncio.to_thread(self.webhooks.pinged, held, delivery, self._until())

    async def _renew(self, webhook: Webhook, seq: int) -> Webhook | None:
        return await asyncio.to_thread(self.webhooks.renew, webhook, seq, self.clock(), self._until())

    def _until(self) -> datetime:
        return self.clock() + CLAIM_LASTS

    async def _try(self, webhook: Webhook, message: Message, attempt: int) -> Delivery:
        at = self.clock()
        headers = signed_headers(message, webhook.secrets(at), at)
        answer = await self.fetcher.post(webhook.url, message.body, headers, deadline=ANSWERED_WITHIN)
        took_ms = int((self.clock() - at) / timedelta(milliseconds=1))
        return Delivery(message.id, message.type, message.seq, attempt, at, took_ms, answer.outcome, answer.status)
