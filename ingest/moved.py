"""A feed that has moved for good: permanent redirects are believed once they have lasted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.article import Publisher
from ingest.ownership import Sites
from ingest.urls import http_url

# A redirect set by mistake, or by whoever holds a domain for a night, is gone again by then.
MOVES, MOVING_LASTS = 3, timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Moving:
    """Where the polls of a feed were led by permanent redirects alone: since when, and how many in a row."""

    to: str
    since: datetime
    polls: int

    def is_settled(self, now: datetime) -> bool:
        """Whether it is the feed's address from now on."""
        return self.polls >= MOVES and now - self.since >= MOVING_LASTS


def moving(
    before: Moving | None, moved_to: str | None, publisher: Publisher, sites: Sites, now: datetime
) -> Moving | None:
    """What is known of a feed's move after a poll that was answered; None when it is where it was.

    An address on the site of another publisher we know is none for this one's feed.
    """
    to = http_url(moved_to.partition("#")[0], "") if moved_to else None
    if to is None or sites.other_owner(to, publisher):
        return None
    if before is None or before.to != to:
        return Moving(to, now, 1)
    return Moving(to, before.since, before.polls + 1)
