"""What is sent: a change as the log has it, or a ping, in the bytes that are signed."""

from datetime import datetime
from typing import Any

import orjson

from api import change_views
from api.webhooks.webhook import PING, Message, Webhook
from cluster.change import Change


def of_change(webhook: Webhook, change: Change) -> Message:
    """A row of the log. Its id says which row for whom: it is the same at every try, whoever makes it."""
    data = change_views.followed_change(change).model_dump()
    body = _body(f"event.{change.type.value}", change.at, data)
    return Message(f"msg_{webhook.id}_{change.seq}", change.type.value, body, change.seq)


def of_ping(webhook: Webhook, asked_at: datetime) -> Message:
    """What somebody asked for to see whether it arrives."""
    message_id = f"msg_{webhook.id}_ping_{int(asked_at.timestamp() * 1000)}"
    return Message(message_id, PING, _body(PING, asked_at, {"webhook_id": webhook.id}))


def _body(type_: str, at: datetime, data: dict[str, Any]) -> bytes:
    return orjson.dumps({"type": type_, "timestamp": at, "data": data}, option=orjson.OPT_UTC_Z)
