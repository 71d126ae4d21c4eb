"""Reads JSON Feed, versions 1.0 and 1.1, whatever a server calls it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.charsets import as_text
from ingest.cleaning import (
    guid_text,
    language_tag,
    links_in,
    plain_text,
    plain_title,
    raw_date,
    tidy,
    without_furniture,
    without_halves,
)
from ingest.dates import parse_date
from ingest.entry import MAX_AUTHORS, Entry, Feed
from ingest.newest import newest
from ingest.oddity import Oddity
from ingest.oddity_counts import oddities_of
from ingest.urls import http_url

VERSIONS = ("https://jsonfeed.org/version/1", "http://jsonfeed.org/version/1", "https://www.jsonfeed.org/version/1")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def is_json(body: bytes) -> bool:
    """Whether a body is a JSON object by its first character; servers send feeds as `text/plain` and worse."""
    return body.removeprefix(BYTE_ORDER_MARK).lstrip()[:1] == b"{"


def read_json_feed(body: bytes, url: str) -> Feed | None:
    """A feed's entries from its bytes; relative links are resolved against `url`.

    None when the bytes are no JSON Feed. Whatever has the wrong type in one counts as missing.
    """
    text, is_mislabelled = as_text(body, "")
    try:
        document = json.loads(text)  # unlike orjson, it lets half a surrogate pair pass
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not _text(document, "version").startswith(VERSIONS):
        return None
    listed = [item for item in _list(document, "items") if isinstance(item, dict)]
    found = newest(listed, _raw)
    entries = tuple(_entry(item, url) for item in found)
    odd = oddities_of(entries, [_text(item, "url") for item in found], [_id(item) for item in found])
    odd[Oddity.CAPPED] = len(listed) - len(found)
    odd[Oddity.CHARSET_MISLABELLED] = int(is_mislabelled)
    language = language_tag(_text(document, "language"))
    return Feed(plain_title(_text(document, "title")), entries, language=language, oddities=+odd)


def _entry(item: Mapping[str, Any], base: str) -> Entry:
    markup, guid, title = _text(item, "content_html"), _id(item), plain_title(_text(item, "title"))
    url = http_url(_text(item, "url"), base) if _text(item, "url") else http_url(guid, "")
    raw = _raw(item)
    return Entry(
        guid=guid_text(guid) or url or "",
        url=url or "",
        title=title,
        summary=without_furniture(tidy(_text(item, "summary")), title),
        content=without_furniture(plain_text(markup) or tidy(_text(item, "content_text")), title),
        published_raw=raw_date(raw),
        published_at=parse_date(raw),
        authors=_authors(item),
        links=links_in(markup, base),
    )


def _raw(item: Mapping[str, Any]) -> str:
    return _text(item, "date_published") or _text(item, "date_modified")


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Version 1.1 has a list of authors, 1.0 had one."""
    found = [one for one in [*_list(item, "authors"), item.get("author")] if isinstance(one, dict)]
    names = (plain_title(_text(one, "name")) for one in found)
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_AUTHORS]


def _id(item: Mapping[str, Any]) -> str:
    """Version 1.0 asks readers to take a number for an id too."""
    value = item.get("id")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else _text(item, "id")


def _text(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    return without_halves(value) if isinstance(value, str) else ""


def _list(of: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = of.get(name)
    return value if isinstance(value, list) else []
