"""How near an article is to a whole event."""

import numpy as np
import pytest

from cluster.similarity import event_scores


def scores(*events: list[float]) -> list[float]:
    """The score of each event, given the probability that each of its members tells the same as the article."""
    groups = np.repeat(np.arange(len(events)), [len(event) for event in events])
    return [float(score) for score in event_scores(np.concatenate(events), groups, len(events))]


def test_a_lone_member_speaks_for_its_event() -> None:
    assert scores([0.8]) == pytest.approx([0.8])


def test_the_best_member_counts_half_and_all_of_them_together_the_other_half() -> None:
    assert scores([0.9, 0.1, 0.2], [0.7, 0.7]) == pytest.approx([(0.9 + 0.4) / 2, 0.7])


def test_an_event_without_members_in_sight_scores_nothing() -> None:
    assert scores([], [0.6]) == pytest.approx([0.0, 0.6])
