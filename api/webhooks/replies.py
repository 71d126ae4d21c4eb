"""The shape of what `/v1/webhooks` takes and answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.log_cursor import Seq
from api.parameters import Symbol
from api.replies import INSTANT, Reply
from cluster.change_log import Wanted
from cluster.event import ChangeType, Level, Theme

WEBHOOK_ID = "whk_51c0a7d9e2f4b836"
MAX_URL_CHARACTERS = 2000


class NewWebhook(BaseModel):
    """Where changes are to go, and which. An event counts by what it says when the message is sent."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=MAX_URL_CHARACTERS, examples=["https://app.example/hooks/news"])
    types: list[ChangeType] | None = Field(default=None, min_length=1, description="All when left out.")
    asset: Symbol | None = Field(default=None, examples=["BTC"])
    theme: Theme | None = None
    signal: Level | None = None
    after: Seq | None = Field(
        default=None, description="The seq behind which to begin. Left out: what comes from now on."
    )

    def wanted(self) -> Wanted:
        """The conditions."""
        return Wanted(frozenset(self.types) if self.types else None, self.asset, self.theme, self.signal)


class Enabling(BaseModel):
    """Where in the log to go on."""

    model_config = ConfigDict(extra="forbid")

    after: Seq | None = Field(default=None, description="Left out: where it stopped, so that nothing is left out.")


class WebhookReply(Reply):
    id: str = Field(examples=[WEBHOOK_ID])
    url: str
    types: list[str] | None
    asset: str | None
    theme: str | None
    signal: str | None
    state: Literal["active", "failing", "disabled"] = Field(
        description="failing: the next message was not taken yet and is tried again."
    )
    disabled_because: Literal["gone", "failing"] | None = Field(
        description="gone: it answered 410. failing: ten tries over three days were not taken."
    )
    disabled_at: datetime | None
    failing_since: datetime | None
    attempts: int = Field(description="How often the message behind `after` was tried.")
    next_try_at: datetime | None
    after: int = Field(description="The seq of the last change that it is done with.", examples=[4711])
    former_secret_until: datetime | None = Field(description="Until then messages are signed by both secrets.")
    created_at: datetime = Field(examples=[INSTANT])


class WebhookWithSecretReply(WebhookReply):
    secret: str = Field(description="Shown this once.", examples=["whsec_…"])


class DeliveryReply(Reply):
    """One try. Those of one message have one `message_id`."""

    message_id: str
    type: str = Field(examples=["grew"], description="Of the change, or ping.")
    seq: int | None = Field(description="Of the change; null of a ping.")
    attempt: int = Field(examples=[1])
    at: datetime = Field(examples=[INSTANT])
    took_ms: int
    outcome: str = Field(examples=["ok"], description="ok, or what went wrong: http_5xx, timeout, refused_address …")
    status: int | None = Field(examples=[204], description="null where no answer came.")
