"""Writes a feed of events as RSS 2.0, Atom (RFC 4287) or JSON Feed 1.1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

import orjson
from lxml import etree
from lxml.builder import ElementMaker

MADE_BY = "SecondSource"
LANGUAGE = "en"
ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_atom = ElementMaker(namespace=ATOM, nsmap={None: ATOM})
_rss = ElementMaker(nsmap={"atom": ATOM})
_in_rss = ElementMaker(namespace=ATOM, nsmap={"atom": ATOM})


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One event in a feed, in plain text. `id` stays when title and address change."""

    id: str
    url: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventFeed:
    """A feed before it has a format; all addresses are absolute."""

    title: str
    description: str
    page_url: str
    self_url: str
    updated_at: datetime
    entries: Sequence[FeedEntry]


def legal(text: str) -> str:
    """The text without the characters that no XML document may hold."""
    return _ILLEGAL.sub("", text)


def rss(feed: EventFeed) -> bytes:
    """RSS 2.0, with the time of the last change of each event from Atom's vocabulary, since RSS has none."""
    channel = _rss.channel(
        _rss.title(feed.title),
        _rss.link(feed.page_url),
        _rss.description(feed.description),
        _rss.language(LANGUAGE),
        _rss.lastBuildDate(_rfc822(feed.updated_at)),
        _rss.generator(MADE_BY),
        _in_rss.link(rel="self", type="application/rss+xml", href=feed.self_url),
        *(_rss_item(entry) for entry in feed.entries),
    )
    return _document(_rss.rss(channel, version="2.0"))


def atom(feed: EventFeed) -> bytes:
    """Atom 1.0; every text is `type="text"`, so that no reader looks for markup in it."""
    lang = {"{http://www.w3.org/XML/1998/namespace}lang": LANGUAGE}
    made = _atom.feed(
        _atom.id(feed.self_url),
        _atom.title(feed.title, type="text"),
        _atom.subtitle(feed.description, type="text"),
        _atom.updated(_rfc3339(feed.updated_at)),
        _atom.author(_atom.name(MADE_BY)),
        _atom.generator(MADE_BY),
        _atom.link(rel="self", type="application/atom+xml", href=feed.self_url),
        _atom.link(rel="alternate", type="text/html", href=feed.page_url),
        *(_atom_entry(entry) for entry in feed.entries),
        **lang,
    )
    return _document(made)


def json_feed(feed: EventFeed) -> bytes:
    """JSON Feed 1.1."""
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page_url,
        "feed_url": feed.self_url,
        "language": LANGUAGE,
        "authors": [{"name": MADE_BY}],
        "items": [_json_item(entry) for entry in feed.entries],
    }
    return orjson.dumps(made)


def _rss_item(entry: FeedEntry) -> etree._Element:
    return _rss.item(
        _rss.title(entry.title),
        _rss.link(entry.url),
        _rss.description(escape(entry.summary)),  # readers take it for HTML, titles for text
        _rss.guid(entry.id, isPermaLink="false"),
        _rss.pubDate(_rfc822(entry.published_at)),
        _in_rss.updated(_rfc3339(entry.updated_at)),
        *(_rss.category(one) for one in entry.categories),
    )


def _atom_entry(entry: FeedEntry) -> etree._Element:
    return _atom.entry(
        _atom.id(entry.id),
        _atom.title(entry.title, type="text"),
        _atom.link(rel="alternate", type="text/html", href=entry.url),
        _atom.published(_rfc3339(entry.published_at)),
        _atom.updated(_rfc3339(entry.updated_at)),
        _atom.summary(entry.summary, type="text"),
        *(_atom.category(term=one) for one in entry.categories),
    )


def _json_item(entry: FeedEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": _rfc3339(entry.published_at),
        "date_modified": _rfc3339(entry.updated_at),
        "tags": list(entry.categories),
    }


def _document(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def _rfc822(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC), usegmt=True)


def _rfc3339(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
