"""What the parts of one polling task share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.fetching import Fetcher
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.site_rules import Pages
from ingest.store import FeedStore


@dataclass(frozen=True, slots=True)
class Polling:
    """What every poll of a task works with. `announce` gets the ids of new articles while a poll is under way."""

    feeds: FeedStore
    sites: Sites
    fetcher: Fetcher
    pages: Pages
    parser: Parser
    max_age: timedelta
    clock: Callable[[], datetime]
    announce: Callable[[Sequence[str]], None]
