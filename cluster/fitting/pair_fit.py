"""Fits the pair model to labelled pairs, and says what pairs come to when their window was left out."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from cluster.fitting.pairs import Pairs
from cluster.pair_model import PairModel
from cluster.similarity import open_pairs
from cluster.trees import MAX_LEAVES, from_nodes

MIX = (0.4, 0.6, 0.0)  # refitted on left-out windows the two came to .39 and .63
SECOND_LOOK = (0.69, 0.27, -0.15)  # the same, over the pairs that were left open
TREES = {
    "max_iter": 120,
    "learning_rate": 0.1,
    "max_leaf_nodes": MAX_LEAVES,
    "l2_regularization": 5.0,
    "min_samples_leaf": 60,
    "max_features": 0.35,
    "early_stopping": False,
    "random_state": 0,
}
REGRESSION = {"C": 0.02, "max_iter": 80}
SETTINGS = {"trees": TREES, "regression": REGRESSION}


class Learned(Protocol):
    """Labelled pairs, of a window or from editors."""

    @property
    def features(self) -> NDArray[np.float64]: ...  # [n, names]
    @property
    def same(self) -> NDArray[np.bool_]: ...  # [n]
    @property
    def weights(self) -> NDArray[np.float64]: ...  # [n]


def fit(pairs: Sequence[Learned], names: Sequence[str]) -> PairModel:
    """The model of labelled pairs; `names` are those of their features."""
    features = np.concatenate([one.features for one in pairs])
    same = np.concatenate([one.same for one in pairs])
    weights = np.concatenate([one.weights for one in pairs])
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    linear = LogisticRegression(**REGRESSION).fit((features - middle) / spread, same, sample_weight=weights)
    trees = HistGradientBoostingClassifier(**TREES).fit(features, same, sample_weight=weights)
    slopes = linear.coef_[0] / spread
    return PairModel(
        tuple(names),
        slopes,
        float(linear.intercept_[0] - slopes @ middle),
        from_nodes((tree[0].nodes for tree in trees._predictors), float(trees._baseline_prediction.ravel()[0])),
        MIX,
        SECOND_LOOK,
        np.median(features[~same], axis=0),
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """A window's pairs, and how probable it is of each that both report one happening, 0 to 1."""

    pairs: Pairs
    alone: NDArray[np.float64]  # [n], by the pair model
    probable: NDArray[np.float64]  # [n], with the cross-encoder's word where placing would ask for it


def left_out(pairs: Sequence[Pairs], names: Sequence[str], processes: int) -> Iterator[Judged]:
    """Each gold window's pairs, judged by a model that was fitted to all other windows.

    The cross-encoder's word is that of one that never saw the window.
    """
    gold = [one for one in pairs if one.is_gold]
    with ProcessPoolExecutor(processes) as pool:
        asked = [pool.submit(_without, held.window, pairs, names) for held in gold]
        yield from (answer.result() for answer in asked)


def _without(window: str, pairs: Sequence[Pairs], names: Sequence[str]) -> Judged:
    model = fit([one for one in pairs if one.window != window], names)
    return judge(next(one for one in pairs if one.window == window), model)


def judge(pairs: Pairs, model: PairModel) -> Judged:
    """A window's pairs by a model, and by the stored log-odds of the cross-encoder where it would be asked."""
    logits = model.mixed(pairs.features)
    alone = _probable(logits)
    asked = _asked(pairs, alone)
    logits[asked] = model.looked_at_again(logits[asked], pairs.second[asked])
    return Judged(pairs, alone, _probable(logits))


def _probable(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return found


def _asked(pairs: Pairs, sure: NDArray[np.float64]) -> NDArray[np.intp]:
    """The pairs that placing would show to a cross-encoder, of those whose answer is stored."""
    stored = np.flatnonzero(~np.isnan(pairs.second))
    of_each = np.split(stored, np.flatnonzero(np.diff(pairs.later[stored])) + 1)
    return np.concatenate([rows[open_pairs(sure[rows])] for rows in of_each])
