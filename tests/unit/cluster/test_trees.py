"""Boosted trees come out in numpy as their library has them."""

import json

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from cluster.trees import MAX_LEAVES, Trees, from_json, from_nodes


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return np.random.default_rng(7).normal(size=(600, 6)).astype(np.float32).astype(np.float64)


@pytest.fixture(scope="module")
def fitted(rows: np.ndarray) -> HistGradientBoostingClassifier:
    same = rows[:, 0] * rows[:, 1] + rows[:, 2] > 0.3
    return HistGradientBoostingClassifier(max_iter=25, max_leaf_nodes=MAX_LEAVES, random_state=0).fit(rows, same)


def _ours(fitted: HistGradientBoostingClassifier) -> Trees:
    return from_nodes((tree[0].nodes for tree in fitted._predictors), float(fitted._baseline_prediction.ravel()[0]))


def test_scores_are_those_of_the_library(fitted: HistGradientBoostingClassifier, rows: np.ndarray) -> None:
    assert np.allclose(_ours(fitted).scores(rows), fitted.decision_function(rows), atol=1e-9)


def test_a_stored_ensemble_scores_as_before(fitted: HistGradientBoostingClassifier, rows: np.ndarray) -> None:
    stored = json.loads(json.dumps(_ours(fitted).as_json()))

    assert np.allclose(from_json(stored).scores(rows), fitted.decision_function(rows), atol=1e-3)
