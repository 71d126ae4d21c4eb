"""Finds the article in an HTML page. The only file that knows trafilatura."""

import re
from datetime import datetime
from email.message import Message
from typing import Any

import trafilatura

from ingest.cleaning import language_tag, plain_title, tidy, without_furniture
from ingest.dates import parse_date
from ingest.entry import MAX_LINKS, Page
from ingest.page_signs import is_paid_teaser, is_wall, linked_data, read_signs, without_requests
from ingest.urls import canonical_url, http_url, same_site

Element = Any  # lxml carries no types

DATE_NAMES = (
    "article:published_time date pubdate publishdate publish-date parsely-pub-date sailthru.date dc.date dc.date.issued"
)
# Only what says that it is the date of publication. htmldate, which also guesses, took the day for that of a founding
# in the text, of an image's path and of `© 2019`, so that news were too old.
STATED_DATES = (
    "//meta[@property='article:published_time' or @itemprop='datePublished']/@content",
    f"//meta[@name and contains(' {DATE_NAMES} ', concat(' ', translate(@name, 'DC', 'dc'), ' '))]/@content",
    "//article//time/@datetime",
    "//time[@pubdate or @itemprop='datePublished']/@datetime",
)
DATE_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
BLOCKS_WITH_LINKS = "//p[.//a/@href] | //li[.//a/@href] | //blockquote[.//a/@href] | //td[.//a/@href]"
LIST_MARK = re.compile(r"^(?:[-*•] |\|)\s*", re.M)
CELL_MARK = re.compile(r"(?:\s*\|)+[ ]*$|(?<=\S) \| (?=\S)", re.M)
RULE_LINE = re.compile(r"^[|\s:-]+$", re.M)
DECLARED_FEEDS = (
    "//link[@href and contains(concat(' ', translate(@rel, 'ALTERN', 'altern'), ' '), ' alternate ')"
    " and (contains(@type, 'rss') or contains(@type, 'atom') or contains(@type, 'rdf') or contains(@type, 'feed+json'))"
    "]"
)
MAX_DECLARED = 20


def read_page(body: bytes, url: str, title: str = "", content_type: str = "") -> Page:
    """The article of a page; `text` is "" when none was found.

    `title`, where known, is recognised when the text repeats it; else the page's own is used.
    """
    tree = trafilatura.load_html(_decoded(body, content_type))
    if tree is None:
        return Page("", None, None)
    canonical, published_at, language = _canonical(tree, url), _published_at(tree), _language(tree)
    called, site_name, signs = _title(tree), _site_name(tree), read_signs(tree)
    text = without_requests(_text(tree, title or called))
    return Page(
        text,
        canonical,
        published_at,
        _links(tree, text, url),
        language,
        called,
        site_name,
        is_paid=signs.is_paid or is_paid_teaser(tree, text),
        is_reserved=signs.is_reserved,
        is_wall=is_wall(tree, text),
    )


def declared_feeds(body: bytes, url: str, content_type: str) -> tuple[str, ...]:
    """The feeds that a page declares, absolute, each once; those of its comments are left out."""
    tree = trafilatura.load_html(_decoded(body, content_type))
    if tree is None:
        return ()
    base = http_url(_first(tree, "//base/@href"), url) or url
    found = (http_url(str(link.get("href")), base) for link in tree.xpath(DECLARED_FEEDS))
    return tuple(dict.fromkeys(link for link in found if link and "/comments/" not in link))[:MAX_DECLARED]


def _decoded(body: bytes, content_type: str) -> str | bytes:
    """Text when the server names a charset that fits; else bytes, and trafilatura guesses."""
    header = Message()
    header["content-type"] = content_type
    charset = header.get_content_charset()
    try:
        return body.decode(charset) if charset else body
    except (LookupError, UnicodeDecodeError):
        return body


def _text(tree: Element, title: str) -> str:
    # Fast: the fallbacks took 19 s on a page that is one long list.
    text = trafilatura.extract(tree, fast=True, with_metadata=False, include_comments=False, include_tables=True)
    unmarked = CELL_MARK.sub(" ", LIST_MARK.sub("", RULE_LINE.sub("", text or "")))
    return without_furniture(tidy(unmarked), title)


def _title(tree: Element) -> str:
    return plain_title(_first(tree, "//meta[@property='og:title']/@content") or _first(tree, "//h1[1]//text()"))


def _site_name(tree: Element) -> str:
    return plain_title(_first(tree, "//meta[@property='og:site_name']/@content"))


def _canonical(tree: Element, url: str) -> str | None:
    declared = http_url(_first(tree, "//link[@rel='canonical']/@href"), url)
    return canonical_url(declared) if declared and same_site(declared, url) else None


def _published_at(tree: Element) -> datetime | None:
    stated = [_first(tree, path) for path in STATED_DATES]
    for script in linked_data(tree):
        stated += DATE_PUBLISHED.findall(script)
    dates = (parse_date(raw) for raw in stated if raw)
    return next((date for date in dates if date), None)


def _language(tree: Element) -> str | None:
    return language_tag(_first(tree, "/html/@lang"))


def _links(tree: Element, text: str, url: str) -> tuple[str, ...]:
    """Links of the blocks that made it into the text: those of menus and side columns did not."""
    kept = set(text.split("\n"))
    blocks = [block for block in tree.xpath(BLOCKS_WITH_LINKS) if " ".join(block.itertext()) and _line(block) in kept]
    found = (http_url(str(href), url) for block in blocks for href in block.xpath(".//a/@href"))
    return tuple(dict.fromkeys(link for link in found if link))[:MAX_LINKS]


def _line(block: Element) -> str:
    return " ".join("".join(map(str, block.itertext())).split())


def _first(tree: Element, path: str) -> str:
    found = tree.xpath(path)
    return str(found[0]).strip() if found else ""
