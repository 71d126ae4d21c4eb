"""What ingest promises: publishers and their cleaned articles."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """Whether a publisher's report can confirm an event."""

    ESTABLISHED = "established"
    UNRATED = "unrated"


class Kind(StrEnum):
    """What a publisher is."""

    NEWSROOM = "newsroom"
    PRESS_WIRE = "press_wire"
    REGULATOR = "regulator"
    COMPANY_BLOG = "company_blog"
    AGGREGATOR = "aggregator"


class Basis(StrEnum):
    """Where an article's publication instant was found."""

    FEED = "feed"
    PAGE = "page"
    HEADER = "header"
    FIRST_SEEN = "first_seen"


class Flag(StrEnum):
    """What limits the use of an article's text."""

    PAYWALL = "paywall"  # not for everybody to read; what the page says is paid for was not read
    TEASER_ONLY = "teaser_only"  # the page gave no text; the feed's summary stands in
    RESERVED = "reserved"  # title and link only are shown, and the text is dropped once it was read


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes feeds. `owner` is None when no owner was found with a basis."""

    id: str
    name: str
    home: str  # absolute URL
    owner: str | None = None
    standing: Standing = Standing.UNRATED
    kind: Kind = Kind.NEWSROOM
    language: str = "en"  # BCP 47
    owner_basis: str | None = None  # what says that it is the owner


@dataclass(frozen=True, slots=True)
class Article:
    """One publisher's text, cleaned: plain text, paragraphs separated by a newline, no markup anywhere."""

    id: str
    publisher: Publisher
    url: str  # canonical, http(s), never on another site than the publisher's page
    title: str
    text: str
    published_at: datetime  # aware, UTC, never after seen_at
    published_at_basis: Basis
    seen_at: datetime
    published_raw: str = ""  # the date as the feed has it, to be looked at when `published_at` is doubted
    authors: tuple[str, ...] = ()
    language: str = "en"
    links: tuple[str, ...] = ()  # http(s) links in the text, out of the publisher's site
    flags: frozenset[Flag] = frozenset()
    revision: int = 1  # counts up when title or text change
    first_title: str | None = None  # what it was called at first, where its publisher changed that
    is_forgotten: bool = False  # its text was kept as long as it may be; `text` is the excerpt that pages show
