"""Weights fitted to a few invented pairs tell what readers find worth its place, and are told by what was left out."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from cluster.fitting.related_events import Graded, fit, graded_articles, graded_pairs, left_out, measured
from cluster.fitting.vectors import Vectors
from tests.builders import NOON, make_article
from tests.tellings import make_vectors

EVENTS = 12
# White cosine, plain cosine, same theme, same asset, days: two useful pairs, a borderline one and two others an event.
MEASURES = np.array(
    [[0.8, 0.8, 1, 1, 1], [0.7, 0.7, 1, 0, 1], [0.4, 0.5, 1, 0, 3], [0.1, 0.3, 0, 0, 6], [0, 0.4, 0, 0, 5]]
)
GRADES = np.array([2, 2, 1, 0, 0])


def test_what_is_worth_more_has_the_higher_log_odds_though_its_event_was_left_out() -> None:
    measures, grades = np.tile(MEASURES, (EVENTS, 1)), np.tile(GRADES, EVENTS)
    events = [f"event {number}" for number in range(EVENTS) for _ in GRADES]

    told = left_out(measures, grades, events)

    assert told[grades == 2].min() > told[grades == 1].max() > told[grades == 0].max()
    fitted = fit(measures, grades)
    assert (fitted.weights[:4] > 0).all()
    assert fitted.weights[4] < 0


def test_weights_that_tell_an_event_have_not_seen_it() -> None:
    """An event whose reader likes nothing near is told by what the others' readers like."""
    measures, grades = np.tile(MEASURES, (2, 1)), np.concatenate([GRADES, 2 - GRADES])
    told = left_out(measures, grades, ["usual"] * 5 + ["odd"] * 5)

    assert told[5] > told[9]
    assert told[0] < told[4]


def test_a_borderline_pair_is_worth_it_by_half() -> None:
    measures = np.zeros((4, 5))

    assert fit(measures, np.ones(4, dtype=np.int64)).at_nothing == pytest.approx(0, abs=1e-6)


def test_events_are_measured_by_what_their_articles_tell() -> None:
    told = {
        "a": ("Solana outage halts Corvane", (1, 0)),
        "b": ("Solana validators restart", (1, 0)),
        "c": ("Rain", (0, 1)),
    }
    later = {"a": 0, "b": 1, "c": 2}
    articles = {
        one: make_article(one, title=title, text=f"{title}.", published_at=NOON + timedelta(days=later[one]))
        for one, (title, _) in told.items()
    }
    vectors = {one: make_vectors(white, white) for one, (_, white) in told.items()}
    known = Vectors(
        {one: title for one, (title, _) in vectors.items()}, {one: lead for one, (_, lead) in vectors.items()}
    )

    near, far = measured([Graded("a", "b", 2), Graded("a", "b c", 0)], articles, known)

    assert near[:2] == pytest.approx([1, 1], abs=0.01)
    assert far[0] < near[0]
    assert (near[3], near[4]) == (1.0, 1.0)


def test_the_committed_pairs_are_of_different_events_and_graded() -> None:
    pairs = graded_pairs()

    assert len(pairs) == 729
    assert {one.grade for one in pairs} == {0, 1, 2}
    assert not [one for one in pairs if set(one.event.split()) & set(one.related.split())]


def test_a_folder_without_the_articles_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="lacks 2 of the articles, as a"):
        graded_articles([Graded("a", "b", 2)], tmp_path)
