"""JSON feeds as publishers write them, and as nobody should."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from ingest.entry import MAX_ENTRIES
from ingest.json_feeds import is_json, read_json_feed
from tests.builders import NOON

URL = "https://ledgerpost.example/feed.json"
V1, V1_1 = "https://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"


def feed(*items: Any, version: Any = V1_1, **fields: Any) -> bytes:
    return orjson.dumps({"version": version, "title": "Ledgerpost", "items": items} | fields)


def test_an_entry_of_version_1_1_is_read_whole() -> None:
    item = {
        "id": "post-7",
        "url": "/corvane?utm_source=json",
        "title": "Corvane &amp; Tellum merge",
        "summary": "Two exchanges become one.",
        "content_html": "<p>Two exchanges become one, <a href='https://tellum.example/news'>Tellum</a> says.</p>",
        "date_published": "2026-03-04T13:00:00+01:00",
        "authors": [{"name": "Ann Ray"}, {"url": "https://x.example"}, {"name": "Ann Ray"}],
    }

    read = read_json_feed(feed(item), URL)

    assert read is not None
    assert (read.title, read.ttl_seconds) == ("Ledgerpost", None)
    (entry,) = read.entries
    assert (entry.guid, entry.title) == ("post-7", "Corvane & Tellum merge")
    assert entry.url == "https://ledgerpost.example/corvane?utm_source=json"
    assert entry.summary == "Two exchanges become one."
    assert entry.content == "Two exchanges become one, Tellum says."
    assert (entry.published_at, entry.published_raw) == (NOON, "2026-03-04T13:00:00+01:00")
    assert entry.authors == ("Ann Ray",)
    assert entry.links == ("https://tellum.example/news",)


def test_half_a_surrogate_pair_costs_neither_its_entry_nor_the_others() -> None:
    body = feed({"id": "7HALF", "title": "Up PAIR, HALF down"}, {"id": "8"})
    body = body.replace(b"HALF", b"\\ud83d").replace(b"PAIR", b"\\ud83d\\ude00")

    read = read_json_feed(body, URL)

    assert read is not None
    assert [(entry.guid, entry.title) for entry in read.entries] == [("7", "Up 😀, down"), ("8", "")]


def test_an_entry_of_version_1_is_read_with_its_one_author_and_a_number_for_an_id() -> None:
    item = {
        "id": 7,
        "url": "https://ledgerpost.example/7",
        "content_text": "Fees < fines.\n\nMore follows.",
        "date_modified": "2026-03-04T12:00:00Z",
        "author": {"name": "Ann Ray"},
    }

    read = read_json_feed(feed(item, version=V1), URL)

    assert read is not None
    (entry,) = read.entries
    assert (entry.guid, entry.title, entry.content) == ("7", "", "Fees < fines.\nMore follows.")
    assert (entry.published_at, entry.authors) == (NOON, ("Ann Ray",))


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"id": "https://ledgerpost.example/a"}, "https://ledgerpost.example/a"),
        ({"id": "a", "url": "javascript:alert(1)"}, ""),
        ({"id": "https://ledgerpost.example/a", "url": "/b"}, "https://ledgerpost.example/b"),
        ({"id": "a"}, ""),
    ],
)
def test_an_entrys_address_is_its_url_or_an_id_that_is_one(item: dict[str, str], url: str) -> None:
    read = read_json_feed(feed(item), URL)

    assert read is not None
    assert read.entries[0].url == url


def test_a_feed_is_known_by_its_content() -> None:
    assert is_json(b"\xef\xbb\xbf\n " + feed())
    assert not is_json(b'<?xml version="1.0"?><rss/>')
    assert not is_json(b"")
    assert read_json_feed(b"\xef\xbb\xbf\n " + feed(), URL) is not None


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"items": []}',
        feed(version=2),
        feed(version="https://ledgerpost.example/version/1"),
        b'{"a":' * 100_000,
        b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100_000,
        b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * 100_000 + b"}]}",
    ],
)
def test_what_is_no_json_feed_is_none(body: bytes) -> None:
    assert read_json_feed(body, URL) is None


WRONG: list[Any] = [
    None,
    True,
    7,
    1.5,
    "x",
    [],
    {},
    [[]],
    [{}],
    {"name": 1},
    [None, 1, {"name": []}],
    "\x00",
    "9" * 5000,
]
NAMES = (
    "id", "url", "title", "summary", "content_html", "content_text", "date_published", "date_modified", "author",
    "authors",
)  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_field_of_another_type_is_missing(wrong: Any) -> None:
    read = read_json_feed(feed(dict.fromkeys(NAMES, wrong), title=wrong, next_url=wrong), URL)

    assert read is not None
    (entry,) = read.entries
    assert all(isinstance(text, str) for text in (entry.guid, entry.url, entry.title, entry.summary, entry.content))
    assert entry.published_at is None


@pytest.mark.parametrize("items", WRONG)
def test_entries_that_are_none_are_left_out(items: Any) -> None:
    read = read_json_feed(orjson.dumps({"version": V1, "items": items}), URL)

    assert read is not None
    assert len(read.entries) <= 1


def test_an_endless_feed_is_cut() -> None:
    read = read_json_feed(feed(*({"id": str(number)} for number in range(MAX_ENTRIES + 50))), URL)

    assert read is not None
    assert len(read.entries) == MAX_ENTRIES


@pytest.mark.parametrize("name", ["date_published", "date_modified"])
def test_of_a_feed_that_begins_with_the_oldest_the_newest_are_kept(name: str) -> None:
    items = [{"id": str(number), name: (NOON + timedelta(hours=number)).isoformat()} for number in range(350)]

    for listed in (items, items[::-1]):
        read = read_json_feed(feed(*listed), URL)

        assert read is not None
        assert {entry.guid for entry in read.entries} == {str(number) for number in range(350 - MAX_ENTRIES, 350)}
