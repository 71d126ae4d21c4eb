"""Fits the pair model to labelled pairs, and says what pairs come to when their window was left out."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

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


def fit(pairs: Sequence[Pairs], names: Sequence[str]) -> PairModel:
    """The model of some windows' pairs; `names` are those of their features."""
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


def left_out(
    pairs: Sequence[Pairs], names: Sequence[str], processes: int
) -> Iterator[tuple[Pairs, NDArray[np.float64]]]:
    """Each gold window's pairs with the probabilities of a model that was fitted to all other windows.

    The cross-encoder's word is that of one that never saw the window, on the pairs that placing would ask it of.
    """
    gold = [one for one in pairs if one.is_gold]
    with ProcessPoolExecutor(processes) as pool:
        asked = [pool.submit(_without, held.window, pairs, names) for held in gold]
        for held, answer in zip(gold, asked, strict=True):
            yield held, answer.result()


def _without(window: str, pairs: Sequence[Pairs], names: Sequence[str]) -> NDArray[np.float64]:
    model = fit([one for one in pairs if one.window != window], names)
    return probabilities(next(one for one in pairs if one.window == window), model)


def probabilities(pairs: Pairs, model: PairModel) -> NDArray[np.float64]:
    """[n], 0 to 1: by the model, and by the stored log-odds of the cross-encoder where it would be asked."""
    logits = model.mixed(pairs.features)
    asked = _asked(pairs, logits)
    logits[asked] = model.looked_at_again(logits[asked], pairs.second[asked])
    found: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return found


def _asked(pairs: Pairs, logits: NDArray[np.float64]) -> NDArray[np.intp]:
    """The pairs that placing would show to a cross-encoder, of those whose answer is stored."""
    sure = 1 / (1 + np.exp(-logits))
    stored = np.flatnonzero(~np.isnan(pairs.second))
    of_each = np.split(stored, np.flatnonzero(np.diff(pairs.later[stored])) + 1)
    return np.concatenate([rows[open_pairs(sure[rows])] for rows in of_each])
