"""Reads and writes OPML subscription lists. What it reads was written by a stranger: see parsing_child.py."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree

from lxml import etree

from ingest.cleaning import language_tag, plain_title
from ingest.feed_status import FeedStatus

MAX_OUTLINES = 5000  # the longest lists seen in the wild have some hundreds
MAX_DEPTH, MAX_NAME, MAX_ADDRESS = 8, 80, 2000  # folders in folders; characters
OURS = "urn:secondsource:opml"  # OPML wants attributes that are not its own in a namespace
DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

ID_LIMIT = 80  # characters, as many as its column has


@dataclass(frozen=True, slots=True)
class Outline:
    """An entry of a list, as it stands there: no folder, and not yet judged."""

    title: str  # plain text, "" when it has none
    url: str  # of the feed; "" when it names none
    home: str | None  # of the publisher, where the list names it
    folder: str | None = None  # "News/Asia"; None: in no folder
    language: str | None = None  # BCP 47
    enabled: bool = True  # False only where a list of ours says so
    formerly: tuple[str, ...] = ()  # its addresses before it moved, as a list of ours says


@dataclass(frozen=True, slots=True)
class Opml:
    """What could be read of a list."""

    outlines: tuple[Outline, ...]
    problem: str | None = None  # why the rest may be missing; None: the document is whole
    left_out: int = 0  # entries beyond the first 5,000


def read_opml(document: bytes) -> Opml:
    """Every entry of a list, folders kept.

    A document that is no XML is read as browsers read HTML, which finds entries behind a mistake too and leaves the
    `&` of an address alone. Nothing is ever looked up outside the document.
    """
    reader = _Outlines()
    try:
        # "internal" is needed: with False, lxml leaves the `&` of an address as `&#38;`.
        parser = etree.XMLParser(target=reader, resolve_entities="internal", no_network=True, load_dtd=False)
        etree.fromstring(document.strip(), parser)
        return reader.read(None)
    except etree.XMLSyntaxError as error:
        problem = plain_title(error.msg or "empty")[:200]
    reader = _Outlines()
    if text := _decoded(document).strip():
        # Half a surrogate pair, which utf-7 and unicode_escape let through, has no bytes.
        etree.fromstring(text.encode(errors="replace"), etree.HTMLParser(target=reader, encoding="utf-8"))
    return reader.read(problem)


class _Outlines:
    """Collects outlines while lxml walks through the document."""

    def __init__(self) -> None:
        self._found: list[Outline] = []
        self._left_out = 0
        self._open: list[tuple[str, Mapping[str, str], bool]] = []  # name, attributes, whether it is no folder

    def read(self, problem: str | None) -> Opml:
        return Opml(tuple(self._found), problem, self._left_out)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if _local(tag) != "outline":
            return
        if self._open:  # what holds another outline is a folder
            name, given, is_entry = self._open[-1]
            self._open[-1] = (name, given, is_entry and "xmlurl" in given)
        given = {_local(name): value.strip() for name, value in attributes.items()}
        self._open.append((_name(given), given, True))

    def end(self, tag: str) -> None:
        if _local(tag) != "outline" or not self._open:
            return
        name, given, is_entry = self._open.pop()
        if not is_entry:
            return
        if len(self._found) >= MAX_OUTLINES:
            self._left_out += 1
            return
        self._found.append(
            Outline(
                title=name,
                url=given.get("xmlurl", "")[: MAX_ADDRESS + 1],
                home=given.get("htmlurl", "")[: MAX_ADDRESS + 1] or None,
                folder=self._folder(),
                language=language_tag(given.get("language", "")),
                enabled=given.get("enabled") != "false",
                formerly=tuple(given.get("formerly", "")[:MAX_ADDRESS].split()),
            )
        )

    def data(self, text: str) -> None:
        """OPML keeps everything in attributes."""

    def close(self) -> None:
        """lxml asks for it."""

    def _folder(self) -> str | None:
        names = [name for name, given, _ in self._open[:MAX_DEPTH] if name and "xmlurl" not in given]
        return "/".join(names) or None


def _local(name: str) -> str:
    """A tag's or attribute's name without namespace, as `xmlurl` is written in many ways."""
    return str(name).rpartition("}")[2].rpartition(":")[2].lower()


def _name(given: Mapping[str, str]) -> str:
    return plain_title((given.get("title") or given.get("text") or "")[: 4 * MAX_NAME])[:MAX_NAME].strip()


def _decoded(document: bytes) -> str:
    declared = DECLARED_ENCODING.match(document.removeprefix(b"\xef\xbb\xbf"))
    try:
        return document.decode(declared[1].decode() if declared else "utf-8-sig", errors="replace")
    except (LookupError, UnicodeError):  # `idna` and `undefined` are encodings too, and replace nothing
        return document.decode("utf-8-sig", errors="replace")


def write_opml(feeds: Iterable[FeedStatus], now: datetime) -> bytes:
    """An OPML 2.0 list that `read_opml` gives back: folders, and whether each feed is on.

    The standing is written for whoever reads the file. It is not taken back in: a list cannot rate its publishers.
    """
    ElementTree.register_namespace("secondsource", OURS)
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "SecondSource: publishers"
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(now)
    folders = {"": ElementTree.SubElement(root, "body")}
    for feed in feeds:
        ElementTree.SubElement(_within(folders, feed.folder or ""), "outline", dict(_attributes(feed)))
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _within(folders: dict[str, Any], path: str) -> Any:
    """The element of a folder, made with those around it where it is missing."""
    if path not in folders:
        outer, _, name = path.rpartition("/")
        folders[path] = ElementTree.SubElement(_within(folders, outer), "outline", {"text": name})
    return folders[path]


def _attributes(feed: FeedStatus) -> Iterator[tuple[str, str]]:
    publisher = feed.publisher
    yield from {"type": "rss", "text": publisher.name, "title": publisher.name}.items()
    yield from {"xmlUrl": feed.url, "htmlUrl": publisher.home, "language": feed.language}.items()
    yield f"{{{OURS}}}standing", publisher.standing.value
    if feed.formerly:
        yield f"{{{OURS}}}formerly", " ".join(feed.formerly)
    if not feed.enabled:
        yield f"{{{OURS}}}enabled", "false"
