"""How a publisher's feed is doing: what polling goes by and what the status page shows."""

from dataclasses import dataclass
from datetime import datetime

from ingest.article import Publisher
from ingest.outcome import Outcome


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """One feed. Instants are None until they happened."""

    id: int
    publisher: Publisher
    url: str
    next_poll_at: datetime
    last_poll_at: datetime | None
    last_success_at: datetime | None
    last_outcome: Outcome | None
    failures: int  # in a row
    etag: str | None
    last_modified: str | None
    body_hash: str | None  # of the last body that was read
    enabled: bool = True  # an off one is never polled
    language: str = "en"  # BCP 47, of articles whose page names none
    folder: str | None = None

    @property
    def was_read(self) -> bool:
        """Whether it ever gave a feed; if not, its old entries are too old rather than news."""
        return self.body_hash is not None


@dataclass(frozen=True, slots=True)
class Poll:
    """How one poll of a feed ended, and what to ask with next time."""

    at: datetime
    outcome: Outcome
    next_poll_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
