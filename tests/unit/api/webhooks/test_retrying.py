"""When a message is tried again."""

from datetime import timedelta

from api.webhooks.retrying import RETRY_AFTER, next_try
from tests.builders import NOON


def test_tries_come_ever_later_for_three_days_and_then_no_more() -> None:
    found = [next_try(attempts, NOON) for attempts in range(1, len(RETRY_AFTER) + 2)]
    waits = [at - NOON for at in found if at]

    assert found[-1] is None
    assert waits == sorted(waits)
    assert (waits[0], waits[1]) == (timedelta(seconds=5), timedelta(minutes=5))
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=4)
