"""When a feed is polled next."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from ingest import schedule
from ingest.feed_status import FeedStatus, OffBecause, State, state
from ingest.outcome import Outcome
from ingest.waits import wait_asked
from tests.builders import NOON, make_publisher

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def make_feed(**changed: Any) -> FeedStatus:
    """A feed that was read ten minutes ago and had news then."""
    fields: dict[str, Any] = {
        "next_poll_at": NOON,
        "last_poll_at": NOON - 10 * MINUTE,
        "last_success_at": NOON - 10 * MINUTE,
        "last_outcome": Outcome.OK,
        "failures": 0,
        "etag": None,
        "last_modified": None,
        "body_hash": "h",
        "interval": 10 * MINUTE,
        "last_new_at": NOON - 10 * MINUTE,
    }
    return FeedStatus(id=1, publisher=make_publisher(), url="https://ledgerpost.example/feed", **(fields | changed))


NEVER_POLLED = make_feed(last_poll_at=None, last_success_at=None, body_hash=None, interval=None, last_new_at=None)


def dates(gap: timedelta, count: int = 20, newest: datetime = NOON) -> list[datetime]:
    return [newest - gap * number for number in range(count)]


def interval(found: list[datetime], feed: FeedStatus = NEVER_POLLED, **changed: Any) -> timedelta:
    asked: dict[str, Any] = {"dates": found, "new": 0, "wish": None, "now": NOON}
    return schedule.interval_after(feed, **(asked | changed))


@pytest.mark.parametrize(
    ("gap", "aimed_at"),
    [(MINUTE, 2 * MINUTE), (30 * MINUTE, 10 * MINUTE), (6 * HOUR, 2 * HOUR), (30 * DAY, DAY)],
)
def test_the_interval_is_a_third_of_the_gap_between_entries_within_two_minutes_and_a_day(
    gap: timedelta, aimed_at: timedelta
) -> None:
    assert interval(dates(gap)) == aimed_at


def test_a_night_and_a_pinned_entry_do_not_slow_a_newsroom_down() -> None:
    this_morning = dates(30 * MINUTE, 10)
    yesterday = dates(30 * MINUTE, 9, this_morning[-1] - 14 * HOUR)

    assert interval([*this_morning, *yesterday, NOON - 900 * DAY]) == 10 * MINUTE


def test_a_burst_is_not_taken_for_the_rhythm() -> None:
    in_threes = [at - minutes * MINUTE for at in dates(HOUR, 7) for minutes in (0, 1, 2)]

    assert 4 * MINUTE < interval(in_threes) < 8 * MINUTE


def test_dates_without_a_time_count_by_the_day() -> None:
    midnight = NOON - 12 * HOUR

    assert HOUR / 2 < interval([midnight] * 15 + dates(DAY, 5, midnight - DAY)) < 4 * HOUR


@pytest.mark.parametrize("found", [[], [NOON] * 30, dates(HOUR, 2), [NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY]])
def test_a_feed_whose_dates_say_nothing_has_an_interval_all_the_same(found: list[datetime]) -> None:
    assert interval(found) == schedule.UNKNOWN


def test_more_news_than_its_dates_promised_shorten_the_interval() -> None:
    feed = make_feed(last_poll_at=NOON - MINUTE, last_success_at=NOON - HOUR)  # a poll of a minute ago failed

    assert interval(dates(9 * HOUR), feed, new=10) == 6 * MINUTE
    assert interval(dates(9 * HOUR), feed, new=1) == 3 * HOUR


def test_silence_stretches_the_interval_slowly_and_news_shrink_it_again() -> None:
    night = NOON - 8 * HOUR
    silent = make_feed(last_new_at=night, interval=3 * MINUTE)

    assert interval(dates(9 * MINUTE, newest=night), silent) == 20 * MINUTE
    assert schedule.interval_unchanged(silent, NOON) == 20 * MINUTE
    assert schedule.interval_unchanged(silent, NOON + 300 * DAY) == DAY
    assert interval(dates(9 * MINUTE), silent, new=1) == 3 * MINUTE


def test_an_unchanged_feed_keeps_its_interval_however_often_it_is_asked() -> None:
    feed = make_feed(interval=40 * MINUTE)

    assert schedule.interval_unchanged(feed, NOON) == 40 * MINUTE
    assert schedule.interval_unchanged(replace(feed, interval=None), NOON) == schedule.UNKNOWN


@pytest.mark.parametrize(
    ("wish", "granted"), [(MINUTE, 10 * MINUTE), (15 * MINUTE, 15 * MINUTE), (DAY, 20 * MINUTE), (None, 10 * MINUTE)]
)
def test_a_wish_lengthens_the_interval_to_twice_its_own_and_never_shortens_it(
    wish: timedelta | None, granted: timedelta
) -> None:
    assert interval(dates(30 * MINUTE), wish=wish) == granted


@pytest.mark.parametrize(
    ("ttl_seconds", "cache_control", "wish"),
    [
        (3600.0, "public, max-age=300", HOUR),
        (None, 'private,Max-Age="300"', 5 * MINUTE),
        (None, "s-maxage=9, no-cache", None),
        (None, "max-age=0", None),
        (9e99, "max-age=" + "9" * 400, DAY),
    ],
)
def test_a_wish_is_the_longer_of_ttl_and_max_age(
    ttl_seconds: float | None, cache_control: str, wish: timedelta | None
) -> None:
    assert schedule.wished_interval(ttl_seconds, cache_control) == wish


def test_a_rhythm_has_to_prove_itself_before_it_is_waited_for() -> None:
    first = schedule.next_poll(NEVER_POLLED, DAY, NOON)
    second = schedule.next_poll(make_feed(last_poll_at=NOON - HOUR), DAY, NOON)

    assert 5 * MINUTE <= first - NOON <= 5.5 * MINUTE
    assert 2 * HOUR <= second - NOON <= 2.2 * HOUR
    assert schedule.next_poll(make_feed(last_poll_at=NOON - 30 * DAY), DAY, NOON) <= NOON + DAY


def test_feeds_of_one_rhythm_do_not_march_in_step() -> None:
    feed = make_feed()
    due = sorted(schedule.next_poll(replace(feed, id=number), 10 * MINUTE, NOON) for number in range(1, 21))

    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(due))
    assert due[-1] - due[0] <= MINUTE
    assert schedule.next_poll(feed, 10 * MINUTE, NOON) == schedule.next_poll(feed, 10 * MINUTE, NOON)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", 2 * MINUTE),
        ("0", MINUTE),
        ("9" * 50, DAY),
        ("Wed, 04 Mar 2026 12:30:00 GMT", 30 * MINUTE),
        ("Wed, 04 Mar 2026 11:00:00 GMT", MINUTE),
        ("Wed, 04 Mar 2099 12:00:00 GMT", DAY),
        ("soon", 5 * MINUTE),
        ("-5", 5 * MINUTE),
        ("٣", 5 * MINUTE),
        ("", 5 * MINUTE),
        (None, 5 * MINUTE),
    ],
)
def test_retry_after_is_honoured_within_a_minute_and_a_day(header: str | None, wait: timedelta) -> None:
    assert schedule.next_try(5 * MINUTE, wait_asked(header, NOON), NOON) == NOON + wait


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"last_poll_at": None, "body_hash": None, "last_new_at": None}, State.NOT_POLLED),
        ({}, State.WELL),
        ({"last_new_at": None, "body_hash": None}, State.WELL),  # its first poll is not through yet
        ({"last_new_at": NOON - 20 * HOUR, "interval": 3 * MINUTE}, State.WELL),  # a night
        ({"last_new_at": NOON - 30 * HOUR, "interval": HOUR}, State.QUIET),
        ({"last_new_at": NOON - 30 * HOUR, "interval": 2 * HOUR}, State.WELL),
        ({"last_new_at": None}, State.QUIET),  # all it has is too old
        ({"failures": 1, "last_success_at": NOON - 3 * DAY}, State.FAILING),
        ({"failures": 90}, State.FAILING),
        ({"failures": 3, "last_success_at": NOON - DAY}, State.UNREACHABLE),
        ({"failures": 2, "last_success_at": None}, State.FAILING),
        ({"failures": 3, "last_success_at": None}, State.UNREACHABLE),
        ({"failures": 3, "enabled": False, "off_because": OffBecause.GONE}, State.GONE),
    ],
)
def test_a_feeds_state_is_one_word(changed: dict[str, Any], word: State) -> None:
    assert state(make_feed(**changed), NOON) is word
