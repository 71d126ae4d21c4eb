"""What is kept of a webhook and of each try to deliver to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cluster.change_log import Wanted
from ingest.outcome import Outcome

PING = "ping"


class Disabled(StrEnum):
    """Why nothing is sent any more."""

    GONE = "gone"  # it answered 410
    FAILING = "failing"  # every try of one message failed, over three days


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address and how far in the change log it has got. `attempts` are those of the message after `seq`."""

    id: str
    key_id: str
    url: str
    only: Wanted
    secret: str
    former_secret: str | None  # valid beside the secret until then
    former_until: datetime | None
    created_at: datetime
    seq: int
    attempts: int = 0
    next_try_at: datetime | None = None  # None: as soon as there is something to send
    failing_since: datetime | None = None
    disabled: Disabled | None = None
    disabled_at: datetime | None = None
    ping_asked_at: datetime | None = None
    claim: str | None = None  # of the worker that delivers to it

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Those that a message is signed with, the newest first."""
        if self.former_secret and self.former_until and now < self.former_until:
            return self.secret, self.former_secret
        return (self.secret,)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that is sent, in the same bytes at every try."""

    id: str
    type: str  # of the change, or PING
    body: bytes
    seq: int | None = None  # of the change


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try of one message. `status` is None when no answer came."""

    message_id: str
    type: str
    seq: int | None
    attempt: int  # from 1
    at: datetime
    took_ms: int
    outcome: Outcome
    status: int | None
