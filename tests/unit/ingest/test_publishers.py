"""The bundled list of publishers keeps its promises."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import ingest.publishers
from ingest.article import Kind, Standing
from ingest.publishers import grants, listed_in, listed_publishers
from ingest.sites import publisher_site

ENTRIES: list[dict[str, Any]] = tomllib.loads(
    Path(ingest.publishers.__file__).with_name("publishers.toml").read_text(encoding="utf-8")
)["publisher"]
FEEDS = [(entry, feed) for entry in ENTRIES for feed in entry["feeds"]]
CLOSED = {"blockworks.co", "dlnews.com"}


def test_there_are_118_publishers_with_123_feeds_sorted_by_id() -> None:
    ids = [entry["id"] for entry in ENTRIES]

    assert (len(set(ids)), len({feed["url"] for _, feed in FEEDS}), len(FEEDS)) == (118, 123, 123)
    assert ids == sorted(ids)


def test_no_two_publishers_are_on_one_site() -> None:
    assert len({publisher_site(entry["home"]) for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_a_publisher_is_described_in_the_words_there_are(entry: dict[str, Any]) -> None:
    assert set(entry) <= {"id", "name", "home", "kind", "language", "country", "owner", "owner_basis", "feeds"}
    assert entry.get("kind", "newsroom") in set(Kind)
    assert ("owner" in entry) == ("owner_basis" in entry)
    assert urlsplit(entry["home"]).scheme == "https"
    assert len(entry.get("country", "GB")) == 2
    assert publisher_site(entry["home"]) not in CLOSED


@pytest.mark.parametrize(("entry", "feed"), FEEDS, ids=[feed["url"] for _, feed in FEEDS])
def test_a_feed_says_where_it_was_found_and_is_on_only_in_english_and_at_first_hand(
    entry: dict[str, Any], feed: dict[str, Any]
) -> None:
    assert set(feed) <= {"url", "language", "on", "found", "seen", "confidence"}
    assert urlsplit(feed["url"]).scheme in ("http", "https")
    assert feed["found"]
    assert isinstance(feed.get("seen", date(2026, 1, 1)), date)
    assert feed["confidence"] in ("high", "medium")
    is_english = feed.get("language", entry.get("language", "en")) == "en"
    assert feed.get("on", True) == (is_english and entry.get("kind") != "aggregator")
    assert publisher_site(feed["url"]) not in CLOSED


def test_newsrooms_alone_are_established() -> None:
    for listed in listed_publishers():
        is_newsroom = listed.publisher.kind is Kind.NEWSROOM
        assert (listed.publisher.standing is Standing.ESTABLISHED) == is_newsroom


def test_the_newsbtc_group_is_one_owner_on_an_old_basis() -> None:
    group = [one.publisher for one in listed_publishers() if one.publisher.owner == "NewsBTC group"]

    assert {one.id for one in group} == {"newsbtc", "bitcoinist", "livebitcoinnews"}
    assert all("2018" in (one.owner_basis or "") and "not verified" in (one.owner_basis or "") for one in group)


def test_a_feed_in_another_language_than_its_publishers_says_so() -> None:
    beincrypto = next(one for one in listed_publishers() if one.publisher.id == "beincrypto")

    assert beincrypto.publisher.language == "en"
    assert [(feed.language, feed.enabled) for feed in beincrypto.feeds] == [(None, True), ("es", False)]


def test_who_grants_that_texts_are_kept_longer_says_so_in_days() -> None:
    entry = '[[publisher]]\nid = "{0}"\nname = "A"\nhome = "https://{0}.example"\nfeeds = []\n'
    listed = listed_in(f"{entry.format('one')}keep_text_days = 90\n{entry.format('other')}")

    assert grants(listed) == {"one": timedelta(days=90)}
