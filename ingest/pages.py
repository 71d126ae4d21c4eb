"""Finds the article in an HTML page. The only file that knows trafilatura."""

import re
import unicodedata
from collections.abc import Iterator
from copy import copy
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

import trafilatura
from lxml.etree import XPath, strip_elements, strip_tags
from trafilatura.settings import MANUALLY_CLEANED, Document, Extractor, use_config
from trafilatura.utils import detect_encoding

from ingest.cleaning import first_links, language_tag, plain_title, tidy, without_furniture
from ingest.dates import parse_date
from ingest.entry import Page
from ingest.page_charsets import charsets
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
LIST_MARK = re.compile(r"^(?:[-*•] |\|)\s*")
CELL_MARK = re.compile(r"(?<=\S) \| (?=\S)")
RULE_LINE = re.compile(r"[|\s:-]*")
DECLARED_FEEDS = (
    "//link[@href and contains(concat(' ', translate(@rel, 'ALTERN', 'altern'), ' '), ' alternate ')"
    " and (contains(@type, 'rss') or contains(@type, 'atom') or contains(@type, 'rdf') or contains(@type, 'feed+json'))"
    "]"
)
MAX_DECLARED = 20
# trafilatura throws these away itself, but only after it has gone through them and copied them three times. The rest of
# its list it judges by what they hold, or looks in them for a text that stands nowhere else, as in linked data.
THROWN_AWAY = tuple(tag for tag in MANUALLY_CLEANED if tag not in ("figure", "form", "head", "math", "script"))
INLINE = ("a", "b", "em", "i", "span", "strong", "u")
MANY = 1000  # of them in a paragraph: 20,000 took 20 s
CROWDED = f"//*[*[{MANY}]]"
LINKED_DATA = "application/ld+json"
SHORT = 250  # characters; of what is less it doubts, and takes more of the page


def _options(least: int) -> Extractor:
    """What trafilatura is asked for, with another number of characters for it to be content with."""
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(least))
    # Fast: the fallbacks took 19 s on a page that is one long list.
    return Extractor(config=config, output_format="python", fast=True, comments=False, tables=True)


USUAL = _options(least=SHORT)
ANY_LENGTH = _options(least=1)


def read_page(body: bytes, url: str, content_type: str = "") -> Page:
    """The article of a page; `text` is "" when none was found."""
    tree = _tree(body, content_type)
    if tree is None:
        return Page("", None, None)
    canonical, published_at, language = _canonical(tree, url), _published_at(tree), _language(tree)
    called, site_name, signs = _title(tree), _site_name(tree), read_signs(tree)
    found, kept = _text(tree, called)
    text = without_requests(found)
    return Page(
        text,
        canonical,
        published_at,
        _links(kept, text, url),
        language,
        called,
        site_name,
        is_paid=signs.is_paid or is_paid_teaser(tree, text),
        is_reserved=signs.is_reserved,
        is_wall=is_wall(tree, text),
    )


def declared_feeds(body: bytes, url: str, content_type: str) -> tuple[str, ...]:
    """The feeds that a page declares, absolute, each once; those of its comments are left out."""
    tree = _tree(body, content_type)
    if tree is None:
        return ()
    base = http_url(_first(tree, "//base/@href"), url) or url
    found = (http_url(str(link.get("href")), base) for link in tree.xpath(DECLARED_FEEDS))
    return tuple(dict.fromkeys(link for link in found if link and "/comments/" not in link))[:MAX_DECLARED]


def _tree(body: bytes, content_type: str) -> Element | None:
    # An empty line, lest trafilatura look for a slash in the doctype: with a row of 100,000 that took half a minute.
    return trafilatura.load_html("\n" + _decoded(body, content_type))


def _decoded(body: bytes, content_type: str) -> str:
    for charset in chain(charsets(body, content_type), _guessed(body)):
        try:
            return body.decode(charset)
        except ValueError:
            continue
    return body.decode("utf-8", "replace")


def _guessed(body: bytes) -> Iterator[str]:
    yield from detect_encoding(body)


def _text(tree: Element, title: str) -> tuple[str, Element]:
    """The article's text and the tree in which it stands, without what was thrown away."""
    kept = _thinned(tree)
    text = _found(kept, title)
    if len(text) < SHORT and _count(kept, "//p") < _count(tree, "//p"):
        # An unclosed <nav> holds the rest of its page.
        kept, text = tree, _found(tree, title)
    if "\n" not in text and _is_dump(text, " ".join(_first(kept, "//h1").split())):
        text = _found(kept, title, ANY_LENGTH) or text
    return text, kept


def _is_dump(text: str, heading: str) -> bool:
    """Whether all of <article> was taken in one line, as of teasers: title, byline and what is disclaimed.

    What is left of that by the removal of furniture may be nothing, or a part of the title.
    """
    return not text or (bool(heading) and (heading in text or text in heading))


def _thinned(tree: Element) -> Element:
    """A copy without what holds no article, which is half of a page."""
    kept = copy(tree)
    for script in list(kept.iterdescendants("script")):
        if script.get("type") != LINKED_DATA:
            script.drop_tree()
    strip_elements(kept, *THROWN_AWAY, with_tail=False)
    for element in _compiled(CROWDED)(kept):
        _uncrowd(element)
    return kept


def _uncrowd(element: Element) -> None:
    """Makes one text of what is cut in a thousand pieces, for which trafilatura takes time in the square of them."""
    if sum(child.tag in INLINE for child in element) < MANY:
        return
    strip_tags(element, *INLINE)
    element.text = element.text  # joins the pieces, which stay apart in the tree
    for child in element:
        child.tail = child.tail


def _found(tree: Element, title: str, options: Extractor = USUAL) -> str:
    found = trafilatura.bare_extraction(tree, options=options)
    lines = unicodedata.normalize("NFC", found.text or "").split("\n") if isinstance(found, Document) else ()
    return without_furniture(tidy("\n".join(map(_unmarked, lines))), title)


def _unmarked(line: str) -> str:
    """A line without the marks of lists and tables that trafilatura writes."""
    if RULE_LINE.fullmatch(line):
        return ""
    unmarked = LIST_MARK.sub("", line).rstrip(" |")
    if " | " in unmarked:
        unmarked = CELL_MARK.sub(" ", unmarked)
    return unmarked.replace("\\|", "|") if line.startswith("|") else unmarked


def _title(tree: Element) -> str:
    return plain_title(_first(tree, "//meta[@property='og:title']/@content") or _first(tree, "//h1"))


def _site_name(tree: Element) -> str:
    return plain_title(_first(tree, "//meta[@property='og:site_name']/@content"))


def _canonical(tree: Element, url: str) -> str | None:
    declared = http_url(_first(tree, "//link[@rel='canonical']/@href"), url)
    return canonical_url(declared) if declared and same_site(declared, url) else None


def _published_at(tree: Element) -> datetime | None:
    stated = chain(
        (_first(tree, path) for path in STATED_DATES),
        (date for script in linked_data(tree) for date in DATE_PUBLISHED.findall(script)),
    )
    dates = (parse_date(raw) for raw in stated if raw)
    return next((date for date in dates if date), None)


def _language(tree: Element) -> str | None:
    return language_tag(_first(tree, "/html/@lang"))


def _links(tree: Element, text: str, url: str) -> tuple[str, ...]:
    """Links of the blocks that made it into the text: those of menus and side columns did not."""
    kept = set(text.split("\n")) - {""}
    blocks = [block for block in _compiled(BLOCKS_WITH_LINKS)(tree) if _line(block) in kept]
    return first_links(http_url(str(href), url) for block in blocks for href in block.xpath(".//a/@href"))


def _line(block: Element) -> str:
    return " ".join(block.text_content().split())


def _first(tree: Element, path: str) -> str:
    """The text of the first that is found, or "" for none."""
    return str(_compiled(f"string(({path})[1])")(tree)).strip()


def _count(tree: Element, path: str) -> int:
    return int(_compiled(f"count({path})")(tree))


@cache
def _compiled(path: str) -> Element:
    return XPath(path, smart_strings=False)
