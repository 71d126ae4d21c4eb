"""Under half of the publishers are too few, and of none nothing is missed."""

import pytest

from ingest.coverage import Coverage


@pytest.mark.parametrize(
    ("reached", "polled", "is_poor"),
    [(0, 0, False), (0, 1, True), (1, 2, False), (1, 3, True), (2, 3, False), (19, 40, True), (20, 40, False)],
)
def test_coverage_is_poor_under_half_of_the_publishers(reached: int, polled: int, is_poor: bool) -> None:
    assert Coverage(reached, polled).is_poor is is_poor
