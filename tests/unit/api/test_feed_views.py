"""The words of the status page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.feed_views import (
    ANSWERS,
    GRADE_MEANS,
    STATE_CHIPS,
    STATE_MEANS,
    STATE_ORDER,
    duration_words,
    feed_rows,
    relative_words,
)
from ingest.failing import Grade
from ingest.feed_status import FeedStatus, State
from ingest.outcome import Outcome
from tests.unit.api.builders import NOON, make_publisher

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def answer(outcome: Outcome | None, status: int | None = None) -> str:
    at = NOON if outcome else None
    feed = FeedStatus(
        1, make_publisher("alpha"), "https://alpha.example", NOON, at, at, outcome, 0, None, None, None,
        last_http_status=status,
    )  # fmt: skip
    return feed_rows([feed], NOON, {})[0].answer


@pytest.mark.parametrize(
    ("outcome", "status", "words"),
    [
        (None, None, "not asked yet"),
        (Outcome.NOT_MODIFIED, 304, "304: nothing new"),
        (Outcome.HTTP_CLIENT_ERROR, 410, "410: gone for good"),
        (Outcome.HTTP_CLIENT_ERROR, 418, "418: refused"),
        (Outcome.HTTP_SERVER_ERROR, 502, "502: its server is in trouble"),
        (Outcome.NOT_A_FEED, 200, "200: a page, but no feed"),
        (Outcome.TIMEOUT, None, "no answer in time"),
        (Outcome.TOO_MANY_REDIRECTS, 302, "redirects without end"),
        (Outcome.NAME_NOT_FOUND, None, "its name has no address"),
    ],
)
def test_what_a_feed_answered_is_said_in_words(outcome: Outcome | None, status: int | None, words: str) -> None:
    assert answer(outcome, status) == words


def test_every_way_a_poll_can_end_has_its_words() -> None:
    of_entries = {
        *(Outcome.STORED, Outcome.REVISED, Outcome.KNOWN, Outcome.TOO_OLD, Outcome.NO_LINK, Outcome.QUARANTINED),
        *(Outcome.ANOTHER_SITE, Outcome.ANOTHER_PAGE, Outcome.NOTHING_TO_READ, Outcome.WALL, Outcome.NOT_A_PAGE),
        Outcome.WITHDRAWN,
    }
    of_pages = {Outcome.ROBOTS}

    assert set(ANSWERS) == set(Outcome) - of_entries - of_pages
    assert set(GRADE_MEANS) == set(Grade)
    assert set(STATE_ORDER) == set(STATE_CHIPS) == set(STATE_MEANS) == set(State)


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (29 * SECOND, None),
        (MINUTE, "1 min"),
        (89 * MINUTE, "89 min"),
        (90 * MINUTE, "2 h"),
        (47 * HOUR, "47 h"),
        (49 * HOUR, "2 days"),
        (400 * DAY, "400 days"),
    ],
)
def test_a_duration_is_said_in_its_largest_unit(duration: timedelta, words: str | None) -> None:
    assert duration_words(duration) == words


def test_an_instant_is_said_from_now() -> None:
    assert relative_words(NOON - 3 * MINUTE, NOON) == "3 min ago"
    assert relative_words(NOON + 2 * HOUR, NOON) == "in 2 h"
    assert relative_words(NOON + SECOND, NOON) == "now"


def _afterwards(wait: timedelta, **changed: object) -> str | None:
    feed = FeedStatus(
        1, make_publisher("alpha"), "https://alpha.example", NOON + wait, NOON, NOON, Outcome.OK, 0, None, None, None,
        interval=29 * MINUTE,
    )  # fmt: skip
    return feed_rows([replace(feed, **changed)], NOON, {})[0].afterwards  # type: ignore[arg-type]


def test_how_often_a_feed_is_asked_after_the_next_time_contradicts_no_next_time() -> None:
    assert _afterwards(31 * MINUTE) == "then about every 29 min"
    assert _afterwards(5 * MINUTE) == "slowing to about every 29 min"
    assert _afterwards(21 * HOUR + 50 * MINUTE, interval=DAY) == "then about every 24 h"
    assert _afterwards(5 * MINUTE, failures=1) is None
    assert _afterwards(5 * MINUTE, enabled=False) is None
