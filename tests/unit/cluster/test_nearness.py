"""An event's gist is the mean of its reports."""

from datetime import timedelta

import numpy as np
import pytest

from cluster.event import Rival
from cluster.nearness import gists, nearly_one, to_all, until
from cluster.similarity import JOIN_AT
from tests.builders import NOON
from tests.tellings import make_told


def test_each_event_lies_between_its_reports() -> None:
    found = gists([[make_told((1, 0), (1, 0)), make_told((0, 1), (0, 1))], [make_told((0, 1), (0, 1))]])

    for rows in (found.plain, found.white):
        assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
        assert to_all(rows, rows[1]) == pytest.approx([2**-0.5, 1], abs=0.01)


def test_whitened_and_plain_are_two_measures() -> None:
    found = gists([[make_told((1, 0), (1, 0))], [make_told((1, 0), (0, 1))], [make_told((0, 1), (1, 0))]])

    assert to_all(found.white, found.white[0]) == pytest.approx([1, 1, 0], abs=0.01)
    assert to_all(found.plain, found.plain[0]) == pytest.approx([1, 0, 1], abs=0.01)


def test_no_events_have_no_gists() -> None:
    assert len(gists([]).plain) == len(gists([]).white) == 0


def test_what_was_told_by_an_instant_ends_with_it() -> None:
    first, last = make_told(), make_told(at=NOON + timedelta(hours=1))

    assert until([first, last], NOON) == [first]


def test_an_event_that_a_report_could_have_joined_may_be_the_same() -> None:
    told = [make_told(rival=Rival("near", JOIN_AT)), make_told(rival=Rival("far", JOIN_AT - 0.01)), make_told()]

    assert nearly_one(told) == {"near"}
