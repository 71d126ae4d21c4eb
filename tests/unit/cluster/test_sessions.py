"""Sessions tile the day and follow the summer time of London and New York."""

from datetime import UTC, datetime, timedelta

import pytest

from cluster.sessions import session_at


@pytest.mark.parametrize(
    ("instant", "name"),
    [
        ("2026-01-15T00:00", "asia"),
        ("2026-01-15T07:59", "asia"),
        ("2026-01-15T08:00", "europe"),
        ("2026-01-15T14:29", "europe"),
        ("2026-01-15T14:30", "us"),
        ("2026-01-15T21:00", "late_us"),
        ("2026-01-15T23:59", "late_us"),
    ],
)
def test_in_winter_sessions_start_at_the_winter_clock(instant: str, name: str) -> None:
    assert session_at(datetime.fromisoformat(instant).replace(tzinfo=UTC)).name == name


@pytest.mark.parametrize(
    ("instant", "name"),
    [("2026-07-15T07:00", "europe"), ("2026-07-15T13:30", "us"), ("2026-07-15T20:00", "late_us")],
)
def test_in_summer_sessions_start_an_hour_earlier(instant: str, name: str) -> None:
    assert session_at(datetime.fromisoformat(instant).replace(tzinfo=UTC)).name == name


def test_between_the_two_clock_changes_new_york_is_already_in_summer_and_london_is_not() -> None:
    assert session_at(datetime(2026, 3, 10, 7, 30, tzinfo=UTC)).name == "asia"
    assert session_at(datetime(2026, 3, 10, 13, 30, tzinfo=UTC)).name == "us"


def test_every_instant_of_a_year_is_in_a_session_that_started_on_its_own_day_and_ends_as_the_next_begins() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for half_hours in range(0, 365 * 48, 7):
        now = start + timedelta(minutes=30 * half_hours)
        found = session_at(now)
        assert found.start <= now < found.end
        assert found.start.date() == now.date()
        assert session_at(found.end).start == found.end
        assert session_at(found.end - timedelta(microseconds=1)) == found
