"""Reads RSS, RDF and Atom. The only file that knows feedparser."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser
import feedparser.api

from ingest.charsets import as_text
from ingest.cleaning import (
    first_links,
    guid_text,
    language_tag,
    links_in,
    plain_text,
    plain_title,
    raw_date,
    without_furniture,
    without_halves,
)
from ingest.dates import parse_date
from ingest.entry import MAX_AUTHORS, MAX_TITLE, Entry, Feed
from ingest.newest import newest
from ingest.oddity import Oddity
from ingest.oddity_counts import oddities_of
from ingest.skipping import read_skips
from ingest.urls import http_url

PERIOD_SECONDS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML
REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.I | re.A)
CDF = "<channel"  # the root of a format that feedparser reads without calling it one
JUNK_BEFORE = 2000  # characters; what a broken script says before the feed is shorter


class _Tamed:
    """Where feedparser has no option."""

    # A guid is a name, also where it looks like a relative address.
    can_be_relative_uri = feedparser.api.StrictFeedParser.can_be_relative_uri - {"id"}

    def _start_link(self, attributes: dict[str, str]) -> None:
        # A link in the element's text comes before what is called so in another protocol.
        attributes.pop("uri", None)
        super()._start_link(attributes)  # type: ignore[misc]

    def _add_tag(self, *_: object) -> None:
        # We keep no categories, and it holds each against all others.
        self._get_context().setdefault("tags", [])  # type: ignore[attr-defined]

    def _sync_author_detail(self, key: str = "author") -> None:
        # It looks for an address of mail in quadratic time: 100 KB took a minute.
        context = self._get_context()  # type: ignore[attr-defined]
        if context.get(key):
            context[key] = context[key][: 2 * MAX_TITLE]
        super()._sync_author_detail(key)  # type: ignore[misc]


feedparser.api.StrictFeedParser = type("Strict", (_Tamed, feedparser.api.StrictFeedParser), {})
feedparser.api.LooseFeedParser = type("Loose", (_Tamed, feedparser.api.LooseFeedParser), {})


def read_feed(body: bytes, url: str, content_type: str) -> Feed | None:
    """A feed's entries from its bytes; relative links are resolved against `url` and what the feed calls its base.

    None when the bytes are no feed: an HTML page, JSON, nothing. A feed with mistakes is still a feed.
    """
    text, is_mislabelled = as_text(body, content_type)
    # A file object: given bytes or text, feedparser tries to open them as a path first.
    parsed = feedparser.parse(
        BytesIO(_legible(text).encode()),
        # Without an address: it would make URLs of guids that are none.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and CDF not in text[:JUNK_BEFORE].lower():
        return None
    whole = parsed.entries[:-1] if (is_cut := parsed.bozo and _is_cut(text)) else parsed.entries
    found = newest(whole, _raw)
    entries = tuple(_entry(one, url) for one in found)
    odd = oddities_of(entries, [_stated_link(one) for one in found], [one.get("id") or "" for one in found])
    odd[Oddity.CAPPED] = len(whole) - len(found)
    odd[Oddity.CUT_OFF] = int(is_cut)
    odd[Oddity.NOT_WELL_FORMED] = int(bool(parsed.bozo))
    odd[Oddity.CHARSET_MISLABELLED] = int(is_mislabelled)
    language = language_tag(parsed.feed.get("language") or "")
    title, skips = plain_title(parsed.feed.get("title", "")), read_skips(body)
    return Feed(title, entries, _ttl_seconds(parsed.feed), language, oddities=+odd, skips=skips)


def _legible(text: str) -> str:
    """The document without what keeps a parser of XML from reading it, though it means nothing."""
    text = ILLEGAL.sub("", text)
    start = text.find("<?xml", 0, JUNK_BEFORE)
    if start >= 0:  # and without its declaration, which is not true any more
        text = text[start + 5 :].partition("?>")[2] or text[start + 5 :]
    text = text.lstrip()
    return REFERENCE.sub(_legal_reference, without_halves(text))


def _legal_reference(found: re.Match[str]) -> str:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    number = int(digits, base) if len(digits) < 10 else 0
    is_legal = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0x10FFFF
    return found[0] if is_legal and number not in (0xFFFE, 0xFFFF) else ""


def _is_cut(text: str) -> bool:
    """Whether a body broke off within its last entry, of which half a text or half a link may be all there is."""
    opened = max(text.rfind(start) for start in ("<item>", "<item ", "<entry>", "<entry "))
    return opened > max(text.rfind("</item"), text.rfind("</entry"))


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
    title, raw, url = plain_title(found.get("title", "")), _raw(found), _link(found, base)
    summary, parts = found.get("summary", ""), found.get("content", ())
    content = "\n".join(part.get("value", "") for part in parts)
    # A summary without detail is feedparser's copy of the content, which has a base of its own.
    detail = found.get("summary_detail") or ({} if parts else {"value": summary})
    links = (link for text in (detail, *parts) for link in _links(text, base))
    return Entry(
        guid=guid_text(found.get("id") or "") or url,
        url=url,
        title=title,
        summary=without_furniture(plain_text(summary), title),
        content=without_furniture(plain_text(content), title),
        published_raw=raw_date(raw),
        published_at=parse_date(raw),
        authors=_authors(found),
        links=first_links(links),
    )


def _links(text: Any, base: str) -> tuple[str, ...]:
    return links_in(text.get("value", ""), urljoin(base, text.get("base") or ""))


def _link(found: Any, base: str) -> str:
    """The entry's page: the publisher's own link before a redirector's, the guid where there is no link."""
    link = _stated_link(found)
    return (http_url(link, base) if link else None) or http_url(found.get("id") or "", "") or ""


def _stated_link(found: Any) -> str:
    link: str = found.get("feedburner_origlink") or found.get("link") or ""
    # feedparser gives a guid as the link; one that is no URL must not become one by being resolved.
    return "" if link == found.get("id") and not http_url(link, "") else link


def _raw(found: Any) -> str:
    # `in` first: asking for a missing `updated` gives `published` and a warning.
    stated = (found[name] for name in ("published", "updated", "created") if name in found)
    return next((one for one in stated if one), "")


def _authors(found: Any) -> tuple[str, ...]:
    names = (plain_title(author.get("name", "")) for author in found.get("authors", ()))
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))[:MAX_AUTHORS]
