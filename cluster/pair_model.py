"""The fitted pair model: how probable it is, from what two articles share, that they report one happening.

Two models of the same features, mixed in log-odds: a logistic regression, which carries what always counts, and
boosted trees, which know what counts when. Both were fitted by `fitting.pairs` and are evaluated here without it.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluster.pair_features import NAMES
from cluster.trees import Trees, from_json

FILE = Path(__file__).parent / "data" / "pair_model.json"

Logits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairModel:
    """The model with the mixing of its parts; `names` are the features it asks for, in its order."""

    names: tuple[str, ...]
    weights: NDArray[np.float64]  # [features]
    intercept: float
    trees: Trees
    mix: tuple[float, float, float]  # of the regression's log-odds, the trees', and what is added
    second_look: tuple[float, float, float]  # the same for the mixed log-odds and a cross-encoder's
    usual: NDArray[np.float64]  # [features]: what pairs that report different happenings have in the middle

    def logits(self, features: NDArray[np.float64]) -> Logits:
        """[n] log-odds for [n, all of pair_features.NAMES] features."""
        return self.mixed(features[:, _places(self.names)])

    def mixed(self, features: NDArray[np.float64]) -> Logits:
        """[n] log-odds for [n, len(names)] features, those of `names` alone."""
        linear = features @ self.weights + self.intercept
        return self.mix[0] * linear + self.mix[1] * self.trees.scores(features) + self.mix[2]

    def looked_at_again(self, logits: Logits, second: Logits) -> Logits:
        """Log-odds once a cross-encoder has read the pairs; both [n]."""
        ours, theirs, added = self.second_look
        return ours * logits + theirs * np.clip(second, -6, 6) + added

    def as_json(self, provenance: dict[str, Any]) -> str:
        """The model as its file holds it."""
        held = {
            "provenance": provenance,
            "names": self.names,
            "weights": [float(f"{one:.6g}") for one in self.weights],
            "intercept": self.intercept,
            "mix": self.mix,
            "second_look": self.second_look,
            "usual": [float(f"{one:.6g}") for one in self.usual],
            "trees": self.trees.as_json(),
        }
        return json.dumps(held, separators=(",", ":"))


@cache
def _places(names: tuple[str, ...]) -> NDArray[np.intp]:
    return np.array([NAMES.index(name) for name in names], dtype=np.intp)


@cache
def load_pair_model() -> PairModel:
    """The committed model."""
    return read_pair_model(FILE)


def read_pair_model(path: Path) -> PairModel:
    """The model of a file that `as_json` wrote.

    Raises:
        FileNotFoundError, ValueError, KeyError: when there is no such file or it holds something else.
    """
    held = json.loads(path.read_text(encoding="utf-8"))
    return PairModel(
        tuple(held["names"]),
        np.array(held["weights"]),
        float(held["intercept"]),
        from_json(held["trees"]),
        tuple(held["mix"]),
        tuple(held["second_look"]),
        np.array(held["usual"]),
    )
