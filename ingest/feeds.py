"""Reads RSS, RDF and Atom. The only file that knows feedparser."""

from calendar import timegm
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser

from ingest.cleaning import language_tag, links_in, plain_text, plain_title, raw_date, without_furniture, without_halves
from ingest.dates import parse_date
from ingest.entry import MAX_AUTHORS, MAX_ENTRIES, Entry, Feed
from ingest.skipping import read_skips
from ingest.urls import http_url

PERIOD_SECONDS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}


def read_feed(body: bytes, url: str, content_type: str) -> Feed | None:
    """A feed's entries from its bytes; relative links are resolved against `url`.

    None when the bytes are no feed: an HTML page, JSON, nothing. A feed with mistakes is still a feed.
    """
    # A file object: given bytes or text, feedparser tries to open them as a path first.
    parsed = feedparser.parse(
        BytesIO(without_halves(body.decode("latin-1")).encode("latin-1")),
        # Without an address: it would make URLs of guids that are none.
        response_headers={"content-type": content_type or "application/xml"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version"):
        return None
    entries = tuple(_entry(found, url) for found in parsed.entries[:MAX_ENTRIES])
    language = language_tag(parsed.feed.get("language") or "")
    title, skips = plain_title(parsed.feed.get("title", "")), read_skips(body)
    return Feed(title, entries, _ttl_seconds(parsed.feed), language, skips)


def _ttl_seconds(channel: Any) -> float | None:
    """The longer of RSS's `ttl` (minutes) and the syndication module's period, which WordPress always gives."""
    minutes, period = _number(channel.get("ttl")), PERIOD_SECONDS.get(str(channel.get("sy_updateperiod")).strip())
    ttl, update = minutes * 60, (period or 0) / (_number(channel.get("sy_updatefrequency")) or 1)
    return max(ttl, update) or None


def _number(text: Any) -> int:
    """A count as feeds write it; 0 when it is none."""
    digits = str(text).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else 0


def _entry(found: Any, base: str) -> Entry:
    title = plain_title(found.get("title", ""))
    content = "\n".join(part.get("value", "") for part in found.get("content", ()))
    summary = found.get("summary", "")
    url = _link(found, base)
    raw = _first_of(found, "published", "updated") or ""
    return Entry(
        guid=found.get("id") or url,
        url=url,
        title=title,
        summary=without_furniture(plain_text(summary), title),
        content=without_furniture(plain_text(content), title),
        published_raw=raw_date(raw),
        published_at=parse_date(raw) or _parsed_date(found),
        authors=_authors(found),
        links=links_in(summary + content, base),
    )


def _link(found: Any, base: str) -> str:
    """The entry's page: the publisher's own link before a redirector's, the guid where there is no link."""
    link, guid = found.get("feedburner_origlink") or found.get("link") or "", found.get("id") or ""
    # feedparser gives a guid as the link; one that is no URL must not become one by being resolved.
    own = http_url(link, "" if link == guid else base) if link else None
    return own or http_url(guid, "") or ""


def _parsed_date(found: Any) -> datetime | None:
    """What feedparser makes of a date in a form of its own collection."""
    parsed = _first_of(found, "published_parsed", "updated_parsed")
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _first_of(found: Any, *names: str) -> Any:
    # `in` first: asking for a missing `updated` gives `published` and a warning.
    return next((value for name in names if name in found and (value := found[name])), None)


def _authors(found: Any) -> tuple[str, ...]:
    names = (plain_title(author.get("name", "")) for author in found.get("authors", ()))
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))[:MAX_AUTHORS]
