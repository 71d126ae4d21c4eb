"""How a publisher's feed is doing: what polling goes by and what the status page shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ingest.article import Publisher
from ingest.failing import Grade, grade
from ingest.moved import Moving
from ingest.oddity import Oddity
from ingest.outcome import Outcome
from ingest.skipping import NO_SKIPS, Skips

UNREACHABLE_AFTER = timedelta(days=1)
UNREACHABLE_FAILURES = 3  # a feed that is polled once a day must not be called unreachable after one failure
QUIET_AFTER = timedelta(days=1)  # a night is no silence
QUIET_INTERVALS = 20  # about seven times the usual gap between two entries


class State(StrEnum):
    """How a feed is doing, in a word for people."""

    NOT_POLLED = "not polled yet"
    WELL = "well"
    QUIET = "quiet"  # answers, and has had nothing new for long
    FAILING = "failing"
    UNREACHABLE = "unreachable"  # has been failing for a day, or never answered
    GONE = "gone"  # its publisher says for good; we turned it off


class OffBecause(StrEnum):
    """Why we turned a feed off without being told to."""

    GONE = "gone"  # answered 410 again and again


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
    body_hash: str | None  # of the last body that was read to its end
    interval: timedelta | None = None  # what polling aims at; None until a body was read
    last_new_at: datetime | None = None  # when it last gave a new article
    last_http_status: int | None = None  # None: not polled, or no answer came
    enabled: bool = True  # an off one is never polled
    language: str = "en"  # BCP 47, of articles whose page names none
    folder: str | None = None
    failing_since: datetime | None = None  # None: its last poll was answered, or it was not polled
    off_because: OffBecause | None = None  # None: it is on, or an operator turned it off
    body_at: datetime | None = None  # when it last sent its body rather than a 304
    skips: Skips = NO_SKIPS  # when it wants not to be asked
    moving: Moving | None = None  # where its address leads for good, until that is believed
    formerly: tuple[str, ...] = ()  # its addresses before it moved; only where all feeds are listed

    @property
    def grade(self) -> Grade | None:
        """How bad the failure of its last poll was; None when it is not failing."""
        if not self.failures or self.last_outcome is None or self.last_poll_at is None:
            return None
        return grade(
            self.last_outcome, self.last_http_status, self.last_poll_at - (self.failing_since or self.last_poll_at)
        )

    @property
    def speaker(self) -> Publisher:
        """Its publisher, in the feed's language: the feeds of one may differ in it."""
        return replace(self.publisher, language=self.language)

    @property
    def shown_url(self) -> str:
        """Its URL as strangers see it: a query may hold an operator's key."""
        return self.url.partition("#")[0].partition("?")[0]

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
    interval: timedelta | None = None  # None: as before
    http_status: int | None = None  # None: no answer came
    has_new: bool = False  # whether an article was stored
    oddities: Mapping[Oddity, int] | None = None  # in how many entries each; None: no body was read
    has_body: bool = False  # whether it sent one, rather than a 304
    skips: Skips | None = None  # None: as before
    moving: Moving | None = None
    off_because: OffBecause | None = None  # the feed is turned off
    is_whole: bool = True  # False: an entry is left for the next poll, so the same body has to be read again


def state(feed: FeedStatus, now: datetime) -> State:
    """The one definition of what the words mean."""
    if feed.off_because is OffBecause.GONE:
        return State.GONE
    if feed.last_poll_at is None:
        return State.NOT_POLLED
    if feed.failures:
        is_long = feed.last_success_at is None or now - feed.last_success_at >= UNREACHABLE_AFTER
        return State.UNREACHABLE if is_long and feed.failures >= UNREACHABLE_FAILURES else State.FAILING
    return State.QUIET if _is_quiet(feed, now) else State.WELL


def _is_quiet(feed: FeedStatus, now: datetime) -> bool:
    if feed.last_new_at is None:  # what it had at its first poll was too old already
        return feed.was_read
    silence = now - feed.last_new_at
    return silence >= QUIET_AFTER and feed.interval is not None and silence >= QUIET_INTERVALS * feed.interval
