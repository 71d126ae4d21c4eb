"""The committed pairs, and the model and figures that come of them."""

import numpy as np
import pytest

from cluster.fitting.grouping import pairs_by_kind, place, repaired, score
from cluster.fitting.pair_fit import judge
from cluster.fitting.pairs import Pairs, load_pairs
from cluster.pair_model import load_pair_model
from cluster.similarity import JOIN_AT


def _pairs(probable: dict[tuple[int, int], float], articles: int, events: str) -> tuple[Pairs, np.ndarray]:
    later, earlier = (np.array([pair[side] for pair in sorted(probable)], dtype=np.intp) for side in (0, 1))
    ids = tuple(f"art_{number}" for number in range(articles))
    pairs = Pairs("one", True, ids, tuple(events), later, earlier, np.empty((len(later), 0)), np.empty(len(later)))
    return pairs, np.array([probable[pair] for pair in sorted(probable)])


def test_an_article_joins_the_likeliest_event_or_opens_one() -> None:
    pairs, probable = _pairs({(1, 0): 0.9, (2, 0): 0.3, (3, 1): 0.8, (3, 2): 0.6}, 4, "aaba")

    assert place(pairs, probable, 0.5) == [0, 0, 1, 0]


def test_repair_takes_apart_what_does_not_belong_and_joins_what_does() -> None:
    pairs, probable = _pairs({(1, 0): 0.9, (2, 0): 0.1, (3, 2): 0.9, (4, 3): 0.1}, 5, "aabbc")

    assert repaired(pairs, probable, [0, 0, 0, 1, 2]) == [0, 0, 1, 1, 2]


def test_pairs_are_counted_by_what_became_of_them() -> None:
    counts = pairs_by_kind("aabb", [0, 0, 0, 1], ["etf", "etf", "price", "price"])

    assert counts == {("etf", "right"): 1, ("price", "false"): 2, ("price", "lost"): 1}


def test_scores_are_one_where_the_events_are_the_labelled_ones() -> None:
    assert score("aabc", [1, 1, 2, 3]).f1_multi == 1.0
    assert score("aabc", [1, 1, 2, 3]).false_merge_rate == 0.0


def test_an_event_that_mixes_happenings_is_a_false_merge() -> None:
    mixed = score("aabb", [1, 1, 1, 2])

    assert mixed.false_merge_rate == 1.0
    assert mixed.pair_f1 == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))


def test_pairs_of_a_big_event_weigh_less() -> None:
    pairs, _ = _pairs({(1, 0): 0.9, (5, 4): 0.9, (5, 0): 0.1}, 6, "aaaabb")

    assert pairs.weights.tolist() == [1.0, 1.0, 1.0]
    big, _ = _pairs({(1, 0): 0.9}, 8, "aaaaaaab")
    assert big.weights.tolist() == [0.5]


def test_the_shipped_model_is_that_of_the_committed_pairs_and_tells_their_events_apart() -> None:
    names, windows = load_pairs()
    model = load_pair_model()
    gold = [one for one in windows if one.is_gold]

    assert model.names == names
    assert len(gold) == 8
    scores = [score(one.events, place(one, judge(one, model).probable, JOIN_AT)) for one in gold]
    assert np.mean([one.f1_multi for one in scores]) > 0.86
