"""What a publisher's feed and page say, read but not yet judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ingest.oddity import Oddity
from ingest.skipping import NO_SKIPS, Skips

MAX_ENTRIES = 300  # of one feed; what stands behind them is older
MAX_AUTHORS = 10
# No headline, no article and no list of sources is longer; what is goes into the database and to the embedder.
MAX_TITLE, MAX_TEXT = 500, 100_000  # characters
MAX_LINKS, MAX_DATE, MAX_GUID = 200, 100, 2000  # characters of a date, of a guid
MAX_LINKS_BYTES = 40_000  # of an entry's links together: what they are joined to may be longer than they are


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. All text is plain; every URL is absolute http(s), or "" when the entry has none."""

    guid: str  # what the publisher calls it, or its URL
    url: str  # as the feed has it, tracking included
    title: str
    summary: str
    content: str  # the whole text, where the feed carries it; else ""
    published_raw: str  # as the feed has it, on one line, at most MAX_DATE characters
    published_at: datetime | None  # aware, UTC; None: missing or unreadable
    authors: tuple[str, ...] = ()
    links: tuple[str, ...] = ()  # in summary and content


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's entries, in its order."""

    title: str
    entries: tuple[Entry, ...]
    ttl_seconds: float | None = None  # how often, at most, the publisher wants to be asked; None: not said
    language: str | None = None  # BCP 47, as the feed declares it; None: not declared
    oddities: Mapping[Oddity, int] = field(default_factory=dict)  # in how many entries each; none with 0
    skips: Skips = NO_SKIPS  # when it is not to be asked


@dataclass(frozen=True, slots=True)
class Page:
    """An article's page: plain text, paragraphs separated by a newline."""

    text: str
    canonical_url: str | None  # declared by the page, on the same site; None: none, or on another site
    published_at: datetime | None  # aware, UTC; None: not stated
    links: tuple[str, ...] = ()  # absolute http(s) links of the article's own text
    language: str | None = None  # BCP 47, as the page declares it; None: not declared
    title: str = ""  # the page's own headline
    site_name: str = ""  # as the site calls itself
    is_paid: bool = False  # whether it says that it is not for everybody to read; parts named as paid are left out
    is_reserved: bool = False  # whether it reserves the use of its text
    is_wall: bool = False  # whether a check for humans or for consent stands in the article's place
