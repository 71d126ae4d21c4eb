"""What other readers' test suites state of their feeds, as far as an entry or a feed of ours has it.

Theirs is markup and ours plain text, so texts are held together by their words, addresses after they were made
absolute, instants as instants. What is about something that we do not keep (categories, enclosures, rights, images, a
field's own language or base, entries behind the newest) is left out, and so is what we mean to have otherwise:
invisible characters, furniture, what their reader could not read, an author's address of mail, a redirector's address
beside the publisher's own.
"""

import re
from calendar import timegm
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree, html

from ingest.cleaning import plain_text, without_furniture
from ingest.entry import MAX_ENTRIES, Entry, Feed
from ingest.invisible import visible

SILENT = ("script", "style", "noscript", "title", "textarea", "template", "object", "applet", "iframe", "noframes")


@dataclass(frozen=True, slots=True)
class Stated:
    """One field as a suite has it."""

    name: str
    expected: Any
    entry: int | None  # None: the feed's own
    get: Callable[[Any], Any]
    is_equal: Callable[[Any, Any], bool]

    def found(self, feed: Feed | None) -> Any:
        """What was read there; None where there is no such entry."""
        if feed is None or (self.entry is not None and self.entry >= len(feed.entries)):
            return None
        return self.get(feed if self.entry is None else feed.entries[self.entry])

    @property
    def is_read(self) -> bool:
        """Whether it can be had: its entry is among those that are read, and their reader read it."""
        was_read = "\N{REPLACEMENT CHARACTER}" not in str(self.expected)
        return was_read and (self.entry is None or self.entry < MAX_ENTRIES)

    def holds(self, feed: Feed | None) -> bool:
        """Whether it was read as stated."""
        found = self.found(feed)
        return found is not None and self.is_equal(self.expected, found)


def words(markup: str) -> str:
    """The words of an HTML fragment, in order, however it is broken into lines."""
    if "<" in markup or "&" in markup:
        try:
            root = html.fragment_fromstring(markup, create_parent="div")
        except (ValueError, etree.ParserError):
            root = html.fromstring("<div></div>")
        for silent in list(root.iter(*SILENT, etree.Comment, etree.ProcessingInstruction)):
            silent.drop_tree()
        markup = "".join(text for text in root.itertext() if isinstance(text, str))
    return "".join(visible(markup).split())


def of_feedparser(checks: Sequence[Mapping[str, Any]], url: str) -> Iterator[Stated]:
    for check in checks:
        if check["op"] != "eq":
            continue
        target, value = check["target"], check["value"]
        number = target[1] if target[0] == "entries" and len(target) > 1 and isinstance(target[1], int) else None
        path = ".".join(str(part) for part in target[1:] if number is None or part != number or part is not target[1])
        if target[0] == "feed":
            yield from _of_feed(path, value)
        elif number is not None:
            yield from _of_entry(number, path, value, url)


def _of_feed(path: str, value: Any) -> Iterator[Stated]:
    if path in ("title", "title_detail.value"):
        yield Stated("feed title", value, None, lambda feed: feed.title, same_title)
    elif path == "language":
        yield Stated("language", value, None, lambda feed: feed.language or "", same_tag)
    elif path == "ttl":
        yield Stated("ttl", int(value) * 60, None, lambda feed: feed.ttl_seconds, lambda a, b: a == b)


def _of_entry(number: int, path: str, value: Any, url: str) -> Iterator[Stated]:
    name = {
        "title_detail.value": "title", "description": "summary", "summary_detail.value": "summary", "guid": "id",
        "author_detail.name": "author", "date": "published", "updated": "published", "created": "published",
        "issued": "published", "updated_parsed": "published_parsed", "created_parsed": "published_parsed",
    }.get(path, path)  # fmt: skip
    if name == "title":
        yield Stated("title", value, number, lambda entry: entry.title, same_title)
    elif name == "summary":
        yield Stated("summary", value, number, lambda entry: ((entry.summary,), entry.title), same_words)
        yield from _links(value, number, url)
    elif name.startswith("content.") and name.endswith(".value"):
        yield Stated("content", value, number, lambda entry: ((entry.content,), entry.title), contains_words)
        yield from _links(value, number, url)
    elif name == "id":
        yield Stated("guid", value, number, lambda entry: entry.guid, same_spaced)
    elif name == "link" or (name == "links.0.href"):
        yield Stated("url", urljoin(url, value), number, lambda entry: entry.url, same_address)
    elif name == "author" or (name.startswith("authors.") and name.endswith(".name")):
        yield Stated("author", value, number, lambda entry: entry.authors, has_author)
    elif name == "published":
        yield Stated("raw date", value, number, lambda entry: entry.published_raw, same_spaced)
    elif name == "published_parsed" and value:
        at = datetime.fromtimestamp(timegm(tuple(value)), UTC)
        yield Stated("date", at, number, lambda entry: entry.published_at, lambda a, b: a == b.replace(microsecond=0))


def _links(markup: str, number: int, url: str) -> Iterator[Stated]:
    """The first link of a text, which tells whether relative ones are made absolute."""
    try:
        root = html.fragment_fromstring(markup or " ", create_parent="div")
    except (ValueError, etree.ParserError):
        return
    for link in root.iter("a"):
        address = urljoin(url, (link.get("href") or "").strip())
        if address.lower().startswith(("http://", "https://")) and link.get("href"):
            yield Stated("link in text", address, number, lambda entry: entry.links, lambda a, b: a in b)


def of_gofeed(said: Mapping[str, Any], url: str) -> Iterator[Stated]:
    if said.get("title"):
        yield Stated("feed title", said["title"], None, lambda feed: feed.title, same_title)
    if said.get("language"):
        yield Stated(
            "language", said["language"], None, lambda feed: feed.language or "", lambda a, b: a.lower() == b.lower()
        )
    if said.get("ttl"):
        yield Stated("ttl", int(said["ttl"]) * 60, None, lambda feed: feed.ttl_seconds, lambda a, b: a == b)
    for number, item in enumerate(said.get("items") or said.get("entries") or ()):
        yield from _of_gofeed_item(item, number, url)


def _of_gofeed_item(item: Mapping[str, Any], number: int, url: str) -> Iterator[Stated]:
    if item.get("title"):
        yield Stated("title", item["title"], number, lambda entry: entry.title, same_title)
    if summary := item.get("description") or item.get("summary"):
        yield Stated("summary", summary, number, lambda entry: ((entry.summary,), entry.title), same_words)
    if content := item.get("content"):
        text = content if isinstance(content, str) else content.get("value", "")
        yield Stated("content", text, number, lambda entry: ((entry.content,), entry.title), contains_words)
    if guid := item.get("guid") or item.get("id"):
        guid = guid if isinstance(guid, str) else guid.get("value", "")
        yield Stated("guid", guid, number, lambda entry: entry.guid, same_spaced)
    if link := item.get("link") or _alternate(item.get("links") or ()):
        yield Stated("url", urljoin(url, link), number, lambda entry: entry.url, same_address)
    if raw := item.get("pubDate") or item.get("published") or item.get("updated"):
        yield Stated("raw date", raw, number, lambda entry: entry.published_raw, same_spaced)
    if at := item.get("pubDateParsed") or item.get("publishedParsed") or item.get("updatedParsed"):
        instant = datetime.fromisoformat(at.replace("Z", "+00:00"))
        yield Stated("date", instant, number, lambda entry: entry.published_at, lambda a, b: a == b)
    for author in item.get("authors") or ([item["author"]] if item.get("author") else ()):
        name = author if isinstance(author, str) else author.get("name")
        if name:
            yield Stated("author", name, number, lambda entry: entry.authors, has_author)


def _alternate(links: Sequence[Any]) -> str | None:
    for link in links:
        if isinstance(link, str):
            return link
        if link.get("rel", "alternate") == "alternate" and link.get("href"):
            return str(link["href"])
    return None


def of_rss_parser(said: Mapping[str, Any], url: str) -> Iterator[Stated]:
    if isinstance(said.get("title"), str):
        yield Stated("feed title", said["title"], None, lambda feed: feed.title, same_title)
    for number, item in enumerate(said.get("items") or ()):
        if isinstance(item.get("title"), str):
            yield Stated("title", item["title"], number, lambda entry: entry.title, same_title)
        if item.get("link") and "/~r/" not in item["link"]:  # FeedBurner's
            yield Stated("url", urljoin(url, item["link"]), number, lambda entry: entry.url, same_address)
        if isinstance(guid := item.get("guid") or item.get("id"), str):
            yield Stated("guid", guid, number, lambda entry: entry.guid, same_spaced)
        if (raw := item.get("pubDate")) and raw != item.get("isoDate"):  # else it is theirs, not the file's
            yield Stated("raw date", raw, number, lambda entry: entry.published_raw, same_spaced)
        if item.get("isoDate"):
            instant = datetime.fromisoformat(item["isoDate"].replace("Z", "+00:00"))
            yield Stated("date", instant, number, lambda entry: entry.published_at, lambda a, b: a == b)
        for name in ("creator", "author"):
            if isinstance(item.get(name), str):
                yield Stated("author", item[name], number, lambda entry: entry.authors, has_author)
                break
        if (
            isinstance(item.get("content"), str) and item["content"] != "EMPTY"
        ):  # what a setting of theirs makes of none
            yield Stated("text", item["content"], number, texts_of, same_words)


def texts_of(entry: Entry) -> tuple[tuple[str, ...], str]:
    """Where a suite does not tell teaser from text."""
    return (entry.summary, entry.content), entry.title


def same_words(expected: str, found: tuple[tuple[str, ...], str]) -> bool:
    """Whether one of the texts of an entry, whose title stands behind them, is the one expected, furniture aside."""
    texts, title = found
    return bool({words(expected), kept(expected, title)} & {squeezed(text) for text in texts})


def contains_words(expected: str, found: tuple[tuple[str, ...], str]) -> bool:
    """The same where ours has several of theirs in one."""
    texts, title = found
    return any(one in squeezed(text) for text in texts for one in (words(expected), kept(expected, title)))


def kept(markup: str, title: str) -> str:
    """The words that are the article's own."""
    return squeezed(without_furniture(plain_text(markup), title))


def squeezed(text: str) -> str:
    return "".join(text.split())


def same_title(expected: str, found: str) -> bool:
    """A title that looks escaped once more is read once more by us."""
    return "".join(found.split()) in (words(expected), words(words(expected)), words(re.sub(r"\s+", " ", expected)))


def same_spaced(expected: str, found: str) -> bool:
    return visible(expected).split() == found.split()


def same_address(expected: str, found: str) -> bool:
    if not expected.lower().startswith(("http://", "https://")):
        return found == ""
    return expected.strip() == found


def same_tag(expected: str, found: str) -> bool:
    return expected.lower() == found.lower()


def has_author(expected: str, found: Sequence[str]) -> bool:
    """Ours are names; an address of mail is none."""
    name = re.sub(r"\s*[(<]?\s*\S+@\S+?\s*[)>]?\s*$", "", " ".join(expected.split())).strip()
    name = re.sub(r"^\S+@\S+\s*\((.*)\)$", r"\1", name)
    return not name or words(words(name)) in map(squeezed, found)
