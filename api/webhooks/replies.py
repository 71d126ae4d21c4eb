"""The shape of what `/v1/webhooks` takes and answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.log_cursor import SeqInBody
from api.parameters import Symbol
from api.replies import INSTANT, Reply
from cluster.change_log import Wanted
from cluster.event import ChangeType, Level, Theme

WEBHOOK_ID = "whk_51c0a7d9e2f4b836"
URL = "https://app.example/hook"
MAX_URL_CHARACTERS = 2000


class NewWebhook(BaseModel):
    """Where changes are to go, and which. An event counts by what it says when the message is sent."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=MAX_URL_CHARACTERS, examples=[URL], description="Where messages are sent.")
    types: list[ChangeType] | None = Field(default=None, min_length=1, description="All when left out.")
    asset: Symbol | None = Field(default=None, examples=["BTC"], description="A ticker that the event names.")
    theme: Theme | None = Field(default=None, description="One of the themes that the event has.")
    signal: Level | None = Field(default=None, description="The event's level.")
    after: SeqInBody | None = Field(
        default=None, description="The seq behind which to begin. Left out: what comes from now on."
    )

    def wanted(self) -> Wanted:
        """The conditions."""
        return Wanted(frozenset(self.types) if self.types else None, self.asset, self.theme, self.signal)


class Enabling(BaseModel):
    """Where in the log to go on."""

    model_config = ConfigDict(extra="forbid")

    after: SeqInBody | None = Field(default=None, description="Left out: where it stopped, so that nothing is missed.")


class WebhookReply(Reply):
    id: str = Field(examples=[WEBHOOK_ID], description="Its id.")
    url: str = Field(examples=[URL], description="Where messages are sent.")
    types: list[str] | None = Field(description="Of changes that are sent; null: all.")
    asset: str | None = Field(description="The ticker that an event must name; null: any or none.")
    theme: str | None = Field(description="The theme that an event must have; null: any.")
    signal: str | None = Field(description="The level that an event must have; null: any.")
    state: Literal["active", "failing", "disabled"] = Field(
        description="failing: the next message was not taken yet and is tried again."
    )
    disabled_because: Literal["gone", "failing"] | None = Field(
        description="gone: it answered 410. failing: ten tries over three days were not taken."
    )
    disabled_at: datetime | None = Field(description="Since when nothing is sent, UTC.")
    failing_since: datetime | None = Field(description="When the message behind `after` was refused first, UTC.")
    attempts: int = Field(description="How often the message behind `after` was tried.")
    next_try_at: datetime | None = Field(description="When it is tried again, UTC; null: at once.")
    after: int = Field(description="The seq of the last change that it is done with.", examples=[4711])
    former_secret_until: datetime | None = Field(description="Until then messages are signed by both secrets.")
    created_at: datetime = Field(examples=[INSTANT], description="When it was made, UTC.")


class WebhookWithSecretReply(WebhookReply):
    secret: str = Field(description="Shown this once.", examples=["whsec_…"])


class DeliveryReply(Reply):
    """One try. Those of one message have one `message_id`."""

    message_id: str = Field(description="The header `webhook-id`.")
    type: str = Field(examples=["grew"], description="Of the change, or ping.")
    seq: int | None = Field(description="Of the change; null of a ping.")
    attempt: int = Field(examples=[1], description="Which try of the message this was.")
    at: datetime = Field(examples=[INSTANT], description="When it began, UTC.")
    took_ms: int = Field(examples=[83], description="How long it took, in milliseconds.")
    outcome: str = Field(examples=["ok"], description="ok, or what went wrong: http_5xx, timeout, refused_address …")
    status: int | None = Field(examples=[204], description="Of the answer; null where none came.")


NEW = {"url": URL, "types": ["merged", "signal_changed"], "asset": "BTC"}
