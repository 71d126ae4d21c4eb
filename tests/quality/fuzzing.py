"""Whether what strangers write breaks or holds up our readers: `python -m tests.quality.fuzzing [INPUTS [READER…]]`.

Makes so many inputs (200,000 unless said) for the five readers, a fifth for each, or only those for the readers that
are named, reads each, and prints crashes, records that break what they promise, and how many seconds of this process
the slowest took. The same inputs come each time.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from ingest.cleaning import plain_text, plain_title, without_furniture
from ingest.dates import clamp, parse_date
from ingest.feeds import read_feed
from ingest.json_feeds import read_json_feed
from ingest.urls import MAX_BYTES, canonical_url
from tests.quality.hostile_feeds import breaches, marked_up, unclean

LIMIT_SECONDS = 1.0
# Inputs. Looking for garbage in all that hypothesis remembers would take ten times as long as a reader does.
UNWATCHED_AFTER = 500
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FEED_URL = "https://ledgerpost.example/feed"
# What means something to one of the readers; what it means beside something else is for chance to find.
MARKUP = (
    "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "<guid>", "<guid isPermaLink='false'>",
    "</guid>", "<pubDate>", "</pubDate>", "<description>", "</description>", "<content:encoded>", "<![CDATA[",
    "]]>", "<!--", "-->", "<entry>", "</entry>", "<id>", "</id>", "<link href='", "'/>", "<author>",
    "</author>", "<category>", "<dc:date>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<rss version='2.0'>",
    "<channel>", "</channel>", "</rss>", "<rdf:RDF>", "<?xml version='1.0' encoding='", "'?>",
    "<!DOCTYPE rss [", "<!ENTITY a '", "'>", "]>", "&a;", "&nbsp;", "&lt;b&gt;", "&amp;amp;lt;", "&#0;",
    "&#xD83D;", "&#55357;&#56832;", "&#x110000;", "&", "<", ">", "'", '"', "<div xml:base='", "<a href='",
    "javascript:x()", "<svg>", "<iframe>", "<br      ", "<script>", "<plaintext>", "</",
    "<summary type='xhtml'>", "<content type='html' mode='base64'>", "xml:lang='", "\x00", "\u202e", "\ud83d",
    "\ufffe", "\x9d", "\u200b", "utf-16", "Wed, 04 Mar 2026 12:00:00 GMT", "https://ledgerpost.example/a",
    "//[::1", "by a@b.example",
)  # fmt: skip
DATES = (
    "Wed", "Mär", "Mar", "March", "4", "04", "2026", "26", "12:00", "12:00:00", "1:2", "GMT", "+0100", "-00:20",
    "T", "Z", " ", ",", ", ", ".", "/", "-", "pm", "a.m.", "EST", "KST", "America/Los_Angeles", "A/B", "(", ")",
    "1772625600", "th", "at", "99", "0000", "+25:00", "٤", "²",
)  # fmt: skip
ADDRESSES = (
    "http://", "https://", "HTTPS:", "//", "/", "\\", ":", ":80", ":443", ":x", "@", "user:pass@",
    "ledgerpost.example", "www.", "[::1]", "[", "]", "127.0.0.1", "é", "東京", "xn--", "%", "%2e%2e", "%zz", "..",
    ".", "/./", "?", "&", "=", "utm_source=a", "#", "amp", "/amp/", "outputType=amp", " ", "\t", "\x00",
    "\u202e", "\ud800", ";", "|", "javascript:", "a" * 300, "é" * 300,
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """What the inputs of one reader led to."""

    inputs: int = 0
    wrong: int = 0
    slowest: float = 0.0

    def take(self, read: Callable[[Any], Iterator[str]], given_input: Any) -> None:
        """Reads one input."""
        self.inputs += 1
        if self.inputs % UNWATCHED_AFTER == 0:
            gc.collect()
            gc.freeze()
        began = time.process_time()
        try:
            wrong = list(read(given_input))
        except Exception as error:  # that there is none is what is looked for
            wrong = [f"{type(error).__name__}: {error}"]
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        wrong += [f"{took:.1f} s"] if took > LIMIT_SECONDS else []
        self.wrong += len(wrong)
        if wrong:
            print(f"    {'; '.join(wrong)}: {given_input!r:.600}", flush=True)


def main(arguments: list[str]) -> int:
    """Prints what is wrong, and a line for each reader."""
    inputs, kinds = int(arguments[0]) if arguments else 200_000, _kinds()
    is_right = True
    for name in arguments[1:] or kinds:
        found = _tried(*kinds[name], inputs // len(kinds))
        is_right = is_right and not found.wrong
        counted = f"{found.inputs:>7} inputs, {found.wrong} wrong"
        print(f"{name:<10}{counted}, slowest {found.slowest:.3f} s", flush=True)
    return 0 if is_right else 1


def _tried(strategy: st.SearchStrategy[Any], read: Callable[[Any], Iterator[str]], inputs: int) -> Found:
    found = Found()

    @seed(8)
    @settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(one: Any) -> None:
        found.take(read, one)

    run()
    return found


def _kinds() -> dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], Iterator[str]]]]:
    pieces = st.lists(st.sampled_from(MARKUP) | st.text(max_size=12), max_size=40).map("".join)
    repeated = st.builds(lambda piece, times: piece * times, st.sampled_from(MARKUP), st.sampled_from((1, 3, 400)))
    markup = st.lists(repeated | st.text(max_size=12), max_size=12).map("".join)
    bodies = st.builds(_body, pieces | markup, st.sampled_from(("utf-8", "utf-16", "cp1251", "latin-1"))) | st.binary()
    types = st.sampled_from(
        ("", "text/xml", "text/html; charset=latin-1", "a/b; charset=utf-16", "text/xml; charset='")
    )
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | pieces,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=6),
        max_leaves=12,
    )
    dates = st.lists(st.sampled_from(DATES) | st.text(max_size=3), max_size=14).map("".join) | st.text(max_size=40)
    addresses = st.lists(st.sampled_from(ADDRESSES) | st.text(max_size=4), max_size=12).map("".join)
    return {
        "feeds": (st.tuples(bodies, types), _read_feed),
        "json": (values, _read_json),
        "dates": (dates, _read_date),
        "addresses": (addresses, _read_address),
        "titles": (pieces | markup, _read_title),
    }


_NAMES = st.sampled_from(
    ("id", "url", "title", "summary", "content_html", "content_text", "date_published", "author", "authors", "name")
)


def _body(items: str, charset: str) -> bytes:
    whole = items if len(items) % 3 else f"<rss version='2.0'><channel><item>{items}</item></channel></rss>"
    return whole.encode(charset, "replace" if charset != "utf-8" else "surrogatepass")


def _read_feed(given_input: tuple[bytes, str]) -> Iterator[str]:
    body, content_type = given_input
    feed = read_feed(body, FEED_URL, content_type)
    yield from breaches(feed) if feed else ()


def _read_json(items: Any) -> Iterator[str]:
    document = {"version": "https://jsonfeed.org/version/1.1", "title": items, "items": [items, {"id": items}]}
    feed = read_json_feed(json.dumps(document).encode(), FEED_URL)
    yield from breaches(feed) if feed else ("no feed",)


def _read_date(raw: str) -> Iterator[str]:
    found = parse_date(raw)
    if found and found.utcoffset() != timedelta(0):
        yield "not UTC"
    if clamp(found, NOW)[0] > NOW:
        yield "in the future"


def _read_address(address: str) -> Iterator[str]:
    found = canonical_url(address)
    if found is not None:
        if not found.startswith(("http://", "https://")):
            yield f"another scheme {found!r}"
        if canonical_url(found) != found:
            yield f"another the next time {found!r} {canonical_url(found)!r}"
        if (size := len(found.encode())) > MAX_BYTES:
            yield f"{size} bytes"
        yield from unclean("address", found)


def _read_title(markup: str) -> Iterator[str]:
    title = plain_title(markup)
    yield from unclean("title", title)
    yield from marked_up("title", title)
    yield from unclean("text", without_furniture(plain_text(markup), title))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
