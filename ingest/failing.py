"""What passes by itself; how bad a feed's failure is, how long to wait after it, and when to give the feed up."""

from datetime import timedelta
from enum import StrEnum

from ingest.outcome import Outcome

HARD_AFTER = timedelta(days=3)  # a weekend without anybody who mends it
GONE, GONE_FAILURES = 410, 3
PASSING_STATUS = frozenset({408, 425, 429})
PASSING = frozenset(
    {
        Outcome.HTTP_SERVER_ERROR,
        Outcome.TIMEOUT,
        Outcome.CONNECTION_FAILED,
        Outcome.NAME_NOT_FOUND,
        Outcome.BROKE,
    }
)
# What nobody mends in days is meant so: it is refused, or not there any more.
HARDENS = frozenset({Outcome.HTTP_CLIENT_ERROR, Outcome.NAME_NOT_FOUND, Outcome.REFUSED_ADDRESS})


class Grade(StrEnum):
    """How bad a failure is."""

    TEMPORARY = "temporary"  # passes by itself
    SOFT = "soft"  # somebody has to mend something
    HARD = "hard"  # is meant to stay so


# The wait after a failure is the step times the failures in a row, up to the limit.
# Linear, not exponential: a doubling delay turns a ten-minute outage into hours of missed news.
BACKOFF = {
    Grade.TEMPORARY: (timedelta(minutes=5), timedelta(hours=1)),
    Grade.SOFT: (timedelta(minutes=15), timedelta(hours=6)),
    Grade.HARD: (timedelta(hours=1), timedelta(hours=24)),
}


def passes(outcome: Outcome, status: int | None) -> bool:
    """Whether what kept an answer from coming may pass by itself; a refusal, an absence or a broken answer stays."""
    return outcome in PASSING or status in PASSING_STATUS


def grade(outcome: Outcome, status: int | None, failing_for: timedelta) -> Grade:
    """The grade of a poll that failed so, after the feed has failed for some time."""
    if status == GONE:
        return Grade.HARD
    if outcome in HARDENS and status not in PASSING_STATUS and failing_for >= HARD_AFTER:
        return Grade.HARD
    return Grade.TEMPORARY if passes(outcome, status) else Grade.SOFT


def wait_after(failure: Grade, failures: int) -> timedelta:
    """How long to leave a feed alone after a number of failures in a row, this one among them."""
    step, limit = BACKOFF[failure]
    return min(step * failures, limit)


def is_gone(status: int | None, status_before: int | None, failures: int) -> bool:
    """Whether a feed is given up: failed so often in a row, and gone for good (410) by the last two answers."""
    return status == status_before == GONE and failures >= GONE_FAILURES
