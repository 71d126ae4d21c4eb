"""The words on the pages, and those in the addresses of events."""

import re
import unicodedata
from datetime import UTC, datetime

from api import event_replies
from cluster.doubts import DoubtKind, Side
from cluster.event import Role
from cluster.sessions import SESSION_WORDS as SESSION_WORDS  # the templates ask this module for all words
from ingest.article import Basis

LEVEL_WORDS = {"high": "High signal", "medium": "Medium signal", "low": "Low signal"}
ROLE_WORDS = {
    Role.ORIGINAL: "first report",
    Role.INDEPENDENT: "report",
    Role.COPY: "copy",
    Role.PRESS_RELEASE: "press release",
}
ORIGIN_WORDS = {
    "owner": "Same owner: {name}",
    "copy": "One text, first at {name}",
    "press_release": "One press release",
    "attributed": "Rests on {name}",
}
RELATION_WORDS = {
    "precedes": "Before this",
    "follows": "After this",
    "same_asset_theme": "Same asset and theme",
    "same_actor": "Same actor",
    "context": "Context",
}
DOUBT_WORDS = {
    DoubtKind.NEAR_MISS: "Near misses",
    DoubtKind.BORDERLINE_MERGE: "Borderline merges",
    DoubtKind.SUGGESTED_SPLIT: "Suggested splits",
    DoubtKind.ONE_ORIGIN: "One origin",
    DoubtKind.DISPUTED_FIGURES: "Disputed figures",
    DoubtKind.SUDDEN_GROWTH: "Sudden growth",
    DoubtKind.STALE_LEAD: "Stale leads",
    DoubtKind.UNDATED: "Undated",
}
SIDE_WORDS = {Side.HERE: "Here", Side.THERE: "There", Side.BOTH: "On both sides"}
BASIS_WORDS = {
    Basis.FEED: "",
    Basis.PAGE: "date from the page",
    Basis.HEADER: "date from the server",
    Basis.FIRST_SEEN: "date when we first saw it",
}
FLAG_WORDS = {
    "paywall": ("paywall", "Its page is not free for everybody to read."),
    "teaser_only": ("teaser", "Its page gave no text, so this is what its feed says."),
    "reserved": (),  # said where the excerpt would stand
}
FEED_NAMES = {"application/rss+xml": "RSS", "application/atom+xml": "Atom", "application/feed+json": "JSON Feed"}
ERROR_WORDS = {
    401: "Not signed in",
    403: "Not from here",
    404: "Not found",
    409: "Not done",
    410: "Removed",
    422: "That does not parse",
    429: "Too many at once",
    503: "Not yet",
}
_ACRONYMS = {"etf": "ETF", "ai": "AI", "defi": "DeFi", "memecoins_nft": "Memecoins and NFTs"}


def event_path(event_id: str, title: str) -> str:
    """The address of an event's page. The slug is for people: the id alone finds the page."""
    return f"/events/{event_id}/{slug(title)}"


def slug(title: str) -> str:
    """A title in lower-case ASCII words joined by hyphens, at most about 70 characters; `event` when none is left."""
    plain = unicodedata.normalize("NFKD", re.sub("['\\u2019]", "", title)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    kept = ""
    for word in words:
        if len(kept) + len(word) > 70:
            break
        kept = f"{kept}-{word}" if kept else word
    return kept or "event"


def instant_words(instant: datetime) -> str:
    """An instant as pages print it: `24 Nov 2026, 10:12 UTC`."""
    utc = instant.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"


def theme_words(theme: str) -> str:
    """A theme's name for readers."""
    return _ACRONYMS.get(theme, theme.replace("_", " ").capitalize())


def level_words(signal: event_replies.SignalReply) -> str:
    """The level as readers see it, and whether an editor set it."""
    return f"{LEVEL_WORDS[signal.shown]}{', set by an editor' if signal.override else ''}"


def error_words(status: int) -> str:
    """An error's heading for readers."""
    return ERROR_WORDS.get(status, "Something went wrong")


def origin_words(origin: event_replies.OriginReply) -> str:
    """Why an origin's members count once; empty for a report of a newsroom's own."""
    return ORIGIN_WORDS.get(origin.kind, "").format(name=origin.name)


def source_label(independent_sources: int) -> str:
    """The count as readers see it: `1 source`, `2 sources`."""
    return "1 source" if independent_sources == 1 else f"{independent_sources} sources"


def number_words(value: float) -> str:
    """A number without a tail of zeros: `2`, `0.31`, `1,000,000,000`."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
