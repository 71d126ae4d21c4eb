"""How bad a failure is."""

from datetime import timedelta

import pytest

from ingest.failing import HARD_AFTER, Grade, grade, is_gone, wait_after
from ingest.outcome import ANSWERED, Outcome

SHORT, LONG = HARD_AFTER - timedelta(seconds=1), HARD_AFTER
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "status", "at_first", "at_last"),
    [
        (Outcome.TIMEOUT, None, Grade.TEMPORARY, Grade.TEMPORARY),
        (Outcome.CONNECTION_FAILED, None, Grade.TEMPORARY, Grade.TEMPORARY),
        (Outcome.HTTP_SERVER_ERROR, 503, Grade.TEMPORARY, Grade.TEMPORARY),
        (Outcome.HTTP_CLIENT_ERROR, 429, Grade.TEMPORARY, Grade.TEMPORARY),
        (Outcome.NAME_NOT_FOUND, None, Grade.TEMPORARY, Grade.HARD),
        (Outcome.HTTP_CLIENT_ERROR, 404, Grade.SOFT, Grade.HARD),
        (Outcome.HTTP_CLIENT_ERROR, 451, Grade.SOFT, Grade.HARD),
        (Outcome.REFUSED_ADDRESS, None, Grade.SOFT, Grade.HARD),
        (Outcome.HTTP_CLIENT_ERROR, 410, Grade.HARD, Grade.HARD),
        (Outcome.NOT_A_FEED, 200, Grade.SOFT, Grade.SOFT),
        (Outcome.TLS_FAILED, None, Grade.SOFT, Grade.SOFT),
        (Outcome.PARSE_TIMEOUT, 200, Grade.SOFT, Grade.SOFT),
    ],
)
def test_a_failure_has_a_grade_that_may_harden(
    outcome: Outcome, status: int | None, at_first: Grade, at_last: Grade
) -> None:
    assert (grade(outcome, status, SHORT), grade(outcome, status, LONG)) == (at_first, at_last)


def test_every_failure_has_one() -> None:
    assert {grade(outcome, None, SHORT) for outcome in set(Outcome) - ANSWERED} == {Grade.TEMPORARY, Grade.SOFT}


@pytest.mark.parametrize(
    ("failure", "waits"),
    [
        (Grade.TEMPORARY, [5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR]),
        (Grade.SOFT, [15 * MINUTE, 30 * MINUTE, 90 * MINUTE, 6 * HOUR]),
        (Grade.HARD, [HOUR, 2 * HOUR, 6 * HOUR, 24 * HOUR]),
    ],
)
def test_waits_grow_one_by_one_up_to_a_limit(failure: Grade, waits: list[timedelta]) -> None:
    assert [wait_after(failure, failures) for failures in (1, 2, 6, 400)] == waits


def test_gone_is_who_says_so_twice_and_has_failed_three_times() -> None:
    assert is_gone(410, 410, 3)
    assert not is_gone(410, 410, 2)
    assert not is_gone(410, 404, 9)
    assert not is_gone(404, 410, 9)
