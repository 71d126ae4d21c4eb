"""Odd feeds, each a file of `tests/data/feeds` that says what it expects."""

import json
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from ingest.entry import Entry, Feed
from ingest.feeds import read_feed
from ingest.json_feeds import is_json, read_json_feed

URL = "https://ledgerpost.example/feed"
FILES = sorted((Path(__file__).parents[2] / "data" / "feeds").glob("*.feed"))


def test_there_are_files() -> None:
    assert len(FILES) > 70


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_feed_is_read_as_its_file_says(path: Path) -> None:
    head, _, body = path.read_bytes().partition(b"\n\n")
    says = message_from_bytes(head)
    expected = json.loads(says["Expect"])

    feed = read_json_feed(body, URL) if is_json(body) else read_feed(body, URL, says["Content-Type"])

    if expected.get("feed", {}) is None:
        assert feed is None
        return
    assert feed is not None
    assert {name: getattr(feed, name) for name in expected.get("feed", {})} == expected.get("feed", {})
    assert len(feed.entries) == expected.get("count", len(expected["entries"]))
    assert [_fields(entry, one) for entry, one in zip(feed.entries, expected["entries"], strict=False)] == (
        expected["entries"]
    )
    if "oddities" in expected:
        assert feed.oddities == {name: count for name, count in expected["oddities"].items() if count}
    assert "absent" not in expected or expected["absent"] not in _words(feed)


def _fields(entry: Entry, expected: dict[str, Any]) -> dict[str, Any]:
    """Those that the file speaks of, as JSON has them."""
    found = {name: getattr(entry, name) for name in expected}
    return {name: _plain(value) for name, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _words(feed: Feed) -> str:
    return " ".join([feed.title, *(f"{one.title} {one.summary} {one.content}" for one in feed.entries)])
