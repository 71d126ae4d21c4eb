"""Sends to each webhook what lies behind its place in the change log, in order and until one message is not taken."""

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
from cluster.change_log_store import ChangeLogStore
from cluster.event import Change
from ingest.fetching import Fetcher
from ingest.outcome import Outcome

AT_ONCE = 100  # webhooks of a task
PAGE = 100  # rows of the log
ANSWERED_WITHIN = timedelta(seconds=10)
WORKS_FOR = timedelta(seconds=20)  # at a time on one webhook: then it waits for its next turn like all others
# Renewed with every message. A killed worker's webhooks wait for as long; one that is merely slow must not lose them.
CLAIM_LASTS = timedelta(seconds=20)
DELIVERIES_KEPT_FOR = timedelta(days=7)
GONE = 410

log = structlog.get_logger()


def claim_due(webhooks: WebhookStore, changes: ChangeLogStore, now: datetime) -> list[Webhook]:
    """Those that wait for something, AT_ONCE at most; for CLAIM_LASTS they are the caller's."""
    return webhooks.claim(now, changes.span().newest, now + CLAIM_LASTS, AT_ONCE)


@dataclass(frozen=True, slots=True)
class Courier:
    """What delivering works with; `clock` gives the aware instant."""

    webhooks: WebhookStore
    changes: ChangeLogStore
    fetcher: Fetcher
    clock: Callable[[], datetime]

    async def deliver(self, claimed: Sequence[Webhook]) -> None:
        """Serves webhooks side by side, so that none waits for another one's slow receiver."""
        await asyncio.gather(*(self._serve(webhook) for webhook in claimed))

    async def _serve(self, webhook: Webhook) -> None:
        if webhook.ping_asked_at and not await self._ping(webhook, webhook.ping_asked_at):
            return
        is_waiting = webhook.next_try_at is not None and webhook.next_try_at > self.clock()
        if webhook.disabled or is_waiting:  # it was claimed for its ping alone
            self.webhooks.release(webhook, webhook.seq)
            return
        await self._catch_up(webhook)

    async def _catch_up(self, webhook: Webhook) -> None:
        position, attempts, stop_at = webhook.seq, webhook.attempts, self.clock() + WORKS_FOR
        while self.clock() < stop_at and (page := self.changes.after(position, PAGE)):
            for one in page:
                if self.clock() >= stop_at:
                    break
                if webhook.only.has(one):
                    if not await self._send(webhook, one.change, attempts + 1):
                        return
                    attempts = 0
                position = one.change.seq
        self.webhooks.release(webhook, position)

    async def _send(self, webhook: Webhook, change: Change, attempt: int) -> bool:
        """Whether to go on behind this change."""
        delivery = await self._try(webhook, messages.of_change(webhook, change), attempt)
        if delivery.outcome is Outcome.OK:
            return self.webhooks.took(webhook, delivery, self.clock() + CLAIM_LASTS)
        again_at = next_try(attempt, self.clock())
        disabled = Disabled.GONE if delivery.status == GONE else None if again_at else Disabled.FAILING
        self.webhooks.refused(webhook, delivery, None if disabled else again_at, disabled)
        log.info("webhook refused", id=webhook.id, outcome=delivery.outcome, attempt=attempt, disabled=disabled)
        return False

    async def _ping(self, webhook: Webhook, asked_at: datetime) -> bool:
        delivery = await self._try(webhook, messages.of_ping(webhook, asked_at), 1)
        return self.webhooks.pinged(webhook, delivery, self.clock() + CLAIM_LASTS)

    async def _try(self, webhook: Webhook, message: Message, attempt: int) -> Delivery:
        at = self.clock()
        headers = signed_headers(message, webhook.secrets(at), at)
        answer = await self.fetcher.post(webhook.url, message.body, headers, deadline=ANSWERED_WITHIN)
        took_ms = int((self.clock() - at) / timedelta(milliseconds=1))
        return Delivery(message.id, message.type, message.seq, attempt, at, took_ms, answer.outcome, answer.status)
