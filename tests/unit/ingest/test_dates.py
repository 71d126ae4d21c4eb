"""Dates are read, and the impossible ones are not believed."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.dates import clamp, parse_date
from tests.builders import NOON


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-04T12:00:00Z",
        "2026-03-04T13:00:00+01:00",
        "2026-03-04 12:00:00",
        "Wed, 04 Mar 2026 12:00:00 GMT",
        "Wed, 04 Mar 2026 07:00:00 EST",
        "Wed, 04 Mar 2026 21:00:00 KST",
        "1772625600",
        "1772625600000",
    ],
)
def test_every_usual_form_of_noon_is_noon(raw: str) -> None:
    assert parse_date(raw) == NOON


@pytest.mark.parametrize("raw", ["", "yesterday", "99999999999999999999", "2026-13-45"])
def test_what_is_no_date_is_none(raw: str) -> None:
    assert parse_date(raw) is None


def test_a_clock_a_little_ahead_is_set_back_to_the_present() -> None:
    assert clamp(NOON + timedelta(minutes=9), NOON) == (NOON, True)


@pytest.mark.parametrize("stated", [None, NOON + timedelta(minutes=11), datetime(1970, 1, 1, tzinfo=UTC)])
def test_an_impossible_date_is_replaced_by_the_moment_it_was_seen(stated: datetime | None) -> None:
    assert clamp(stated, NOON) == (NOON, False)


def test_a_possible_date_stays() -> None:
    assert clamp(NOON - timedelta(days=2), NOON) == (NOON - timedelta(days=2), True)
