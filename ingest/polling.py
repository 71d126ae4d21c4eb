"""What the parts of one polling task share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.fetching import Fetcher
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.site_rules import Pages
from ingest.store import FeedStore

# Nothing of a publisher's holds a worker for more than a minute: at one request a second a first poll of 300 entries
# would take five, and nobody else would be polled meanwhile. A feed that takes all its time, 20 s to come and 20 to be
# read, still has one page; a page that is begun last has come after 55.
BEGINS_WITHIN = timedelta(seconds=40)
READS_WITHIN = timedelta(seconds=56)
LONGEST_POLLING = timedelta(seconds=58)  # what is to be read and written has ended by itself before
POLLING_KILLED_AFTER = timedelta(seconds=59)  # which Celery looks for once a second


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
