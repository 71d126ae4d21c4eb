"""The demo's publishers as a reader of their feeds and pages finds them."""

import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from commands.demo_publishers import DemoPublishers, in_the_week_of
from ingest.entry import Entry
from ingest.extracting import FULL_CONTENT_FROM
from ingest.feeds import read_feed
from ingest.pages import read_page

SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ARTICLES_A_HOST = 7  # a host is asked once a second at most, and the day is to be there within a minute


@pytest.fixture(scope="module")
def publishers() -> Iterator[DemoPublishers]:
    with DemoPublishers(SUNDAY) as serving:
        yield serving


def test_no_outlet_has_more_than_can_be_read_in_seconds(publishers: DemoPublishers) -> None:
    assert all(0 < len(_entries(publishers, one.publisher.id)) <= ARTICLES_A_HOST for one in publishers.listed)


def test_a_feed_of_whole_texts_makes_its_pages_needless(publishers: DemoPublishers) -> None:
    assert all(len(entry.content) >= FULL_CONTENT_FROM for entry in _entries(publishers, "copperline"))


def test_a_page_for_subscribers_shows_its_first_paragraph_alone(publishers: DemoPublishers) -> None:
    pages = [read_page(_got(entry.url), entry.url) for entry in _entries(publishers, "gatehouse-report")]

    assert all(page.text and "\n" not in page.text and "ubscribe" not in page.text for page in pages)


def test_a_page_names_the_language_it_is_written_in(publishers: DemoPublishers) -> None:
    (entry,) = _entries(publishers, "muenzblatt")

    assert read_page(_got(entry.url), entry.url).language == "de"


def test_weekdays_are_those_around_the_day_of_reading() -> None:
    text = "Said on Tuesday, after Monday's close, of Thursday's auction."

    assert in_the_week_of(SUNDAY, text) == "Said on Sunday, after Saturday's close, of Tuesday's auction."


def _entries(publishers: DemoPublishers, publisher_id: str) -> tuple[Entry, ...]:
    listed = next(one for one in publishers.listed if one.publisher.id == publisher_id)
    feed = read_feed(_got(listed.feeds[0].url), listed.feeds[0].url, "")
    assert feed is not None
    return feed.entries


def _got(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=5) as answer:
        body: bytes = answer.read()
    return body
