"""Boosted decision trees evaluated in numpy: every split of every tree at once, no walk from node to node.

The method is QuickScorer's (Lucchese et al., "QuickScorer: a fast algorithm to rank documents with additive ensembles
of regression trees", 2015): a split whose test fails clears the bits of the leaves on its left; what is left at the
end of a tree starts with the leaf it comes to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_LEAVES = 16  # one bit each
_ALL = np.uint16(0xFFFF)
_LOWEST = np.array([0] + [(n & -n).bit_length() - 1 for n in range(1, 1 << MAX_LEAVES)], dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Trees:
    """An ensemble; all splits in one row, tree after tree."""

    features: NDArray[np.intp]  # [splits]: the column that each tests
    thresholds: NDArray[np.float64]  # [splits]: passed by what is not above it
    masks: NDArray[np.uint16]  # [splits]: the leaves that remain when the test fails
    starts: NDArray[np.intp]  # [trees]: where each tree's splits begin
    leaves: NDArray[np.float64]  # [trees, MAX_LEAVES]
    base: float

    def scores(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """[n] log-odds for [n, features] rows without missing values."""
        failed = rows[:, self.features] > self.thresholds
        remaining = np.bitwise_and.reduceat(np.where(failed, self.masks, _ALL), self.starts, axis=1)
        reached = self.leaves[np.arange(len(self.starts)), _LOWEST[remaining]]
        scores: NDArray[np.float64] = self.base + reached.sum(axis=1)
        return scores

    def as_json(self) -> dict[str, Any]:
        """Plain lists, as `from_json` takes them."""
        return {
            "features": self.features.tolist(),
            "thresholds": self.thresholds.tolist(),
            "masks": self.masks.tolist(),
            "starts": self.starts.tolist(),
            "leaves": [[float(f"{one:.5g}") for one in tree] for tree in self.leaves],
            "base": self.base,
        }


def from_json(held: dict[str, Any]) -> Trees:
    """The ensemble that `as_json` wrote."""
    return Trees(
        np.array(held["features"], dtype=np.intp),
        np.array(held["thresholds"]),
        np.array(held["masks"], dtype=np.uint16),
        np.array(held["starts"], dtype=np.intp),
        np.array(held["leaves"]),
        float(held["base"]),
    )


def from_nodes(trees: Iterable[Sequence[Any]], base: float) -> Trees:
    """From the node records of scikit-learn's HistGradientBoosting, a tree an item, the root first in each.

    A record has `is_leaf`, `value`, `feature_idx`, `num_threshold`, `left` and `right`.
    """
    features: list[int] = []
    thresholds: list[float] = []
    masks: list[int] = []
    starts: list[int] = []
    leaves: list[list[float]] = []
    for nodes in trees:
        starts.append(len(features))
        values: list[float] = []
        splits: list[tuple[int, float, int]] = []
        _walk(nodes, 0, values, splits)
        for feature, threshold, mask in splits:
            features.append(feature)
            thresholds.append(threshold)
            masks.append(mask)
        leaves.append(values + [0.0] * (MAX_LEAVES - len(values)))
    return Trees(
        np.array(features, dtype=np.intp),
        np.array(thresholds),
        np.array(masks, dtype=np.uint16),
        np.array(starts, dtype=np.intp),
        np.array(leaves),
        base,
    )


def _walk(nodes: Sequence[Any], at: int, values: list[float], splits: list[tuple[int, float, int]]) -> None:
    node = nodes[at]
    if node["is_leaf"]:
        values.append(float(node["value"]))
        return
    first = len(values)
    _walk(nodes, int(node["left"]), values, splits)
    cleared = ((1 << len(values)) - 1) ^ ((1 << first) - 1)
    splits.append((int(node["feature_idx"]), float(node["num_threshold"]), 0xFFFF & ~cleared))
    _walk(nodes, int(node["right"]), values, splits)
