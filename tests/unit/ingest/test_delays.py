"""A delay is counted under the least bound that it does not exceed."""

from datetime import timedelta

import pytest

from ingest.delays import BEYOND, BOUNDS, bound_of


@pytest.mark.parametrize(
    ("seconds", "bound"), [(0, 10), (10, 10), (10.1, 30), (86400, 86400), (86401, BEYOND), (10**8, BEYOND)]
)
def test_a_delay_has_one_bound(seconds: float, bound: int) -> None:
    assert bound_of(timedelta(seconds=seconds)) == bound


def test_the_bounds_grow() -> None:
    assert [*BOUNDS, BEYOND] == sorted({*BOUNDS, BEYOND})
