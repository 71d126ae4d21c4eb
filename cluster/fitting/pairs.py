"""The pairs that the pair model learns from: their features as bytes, small enough to be kept beside the code."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluster.fitting.windows import LabelledWindow
from cluster.pair_features import NAMES, pair_features
from cluster.reading import Reading
from cluster.window import Window

FILE = Path(__file__).parent.parent / "data" / "pairs.npz"
STEPS = 64  # a feature's values are kept as the nearest of so many quantiles; boosted trees use no more
BIG_EVENT = 3  # pairs of an event of more members weigh less, or the few big events are all that is learned


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate pairs of one window, the later article first, in the order of their placing."""

    window: str
    is_gold: bool
    article_ids: tuple[str, ...]
    events: tuple[str, ...]  # by article
    later: NDArray[np.intp]  # [n] into article_ids
    earlier: NDArray[np.intp]  # [n]
    features: NDArray[np.float64]  # [n, len(names)]
    second: NDArray[np.float64]  # [n] a cross-encoder's log-odds that never saw the window

    @property
    def same(self) -> NDArray[np.bool_]:
        """[n]: whether the labels put the two into one event."""
        events = np.array(self.events)
        same: NDArray[np.bool_] = events[self.later] == events[self.earlier]
        return same

    @property
    def weights(self) -> NDArray[np.float64]:
        """[n]: what each counts in fitting."""
        sizes = Counter(self.events)
        members = np.array([sizes[self.events[row]] for row in self.later])
        return np.where(self.same, np.minimum(1, BIG_EVENT / np.maximum(members - 1, 1)), 1.0)


def measure_pairs(window: LabelledWindow, readings: Sequence[Reading]) -> Pairs:
    """Every article of a window against the earlier ones that come near it, as placing would compare them."""
    held = Window(readings[0].published_at)
    later, earlier, features = [], [], []
    for row, reading in enumerate(readings):
        near = held.near(reading) if row else None
        if near is not None and len(near.rows):
            later.append(np.full(len(near.rows), row))
            earlier.append(near.rows)
            features.append(pair_features(reading, near, held))
        held.add(reading, reading.article_id, None)
    rows = np.concatenate(later)
    return Pairs(
        window.name,
        window.is_gold,
        tuple(reading.article_id for reading in readings),
        tuple(window.labels[reading.article_id].event for reading in readings),
        rows,
        np.concatenate(earlier),
        np.concatenate(features),
        np.full(len(rows), np.nan),
    )


def narrowed(pairs: Pairs, names: Sequence[str]) -> Pairs:
    """The pairs with the features named alone, in that order, from all that are measured."""
    return replace(pairs, features=pairs.features[:, [NAMES.index(name) for name in names]])


def save_pairs(pairs: Sequence[Pairs], names: Sequence[str], path: Path = FILE) -> None:
    """Writes pairs with the features named, each as the nearest of its STEPS quantiles."""
    features = np.concatenate([one.features for one in pairs])
    steps = np.quantile(features, np.linspace(0, 1, STEPS), axis=0).astype(np.float32)
    codes = np.stack([_nearest(features[:, n], steps[:, n]) for n in range(len(names))], axis=1)
    held: dict[str, Any] = {
        "names": np.array(names),
        "windows": np.array([one.window for one in pairs]),
        "gold": np.array([one.is_gold for one in pairs]),
        "articles": np.array([len(one.article_ids) for one in pairs]),
        "pairs": np.array([len(one.later) for one in pairs]),
        "article_ids": np.array([name for one in pairs for name in one.article_ids]),
        "events": np.array([name.split(":")[0] for one in pairs for name in one.events]),
        "later": np.concatenate([one.later for one in pairs]).astype(np.uint16),
        "earlier": np.concatenate([one.earlier for one in pairs]).astype(np.uint16),
        "second": np.concatenate([one.second for one in pairs]).astype(np.float16),
        "steps": steps,
        "codes": codes.T.copy(),  # a feature's codes lie together and pack better
    }
    np.savez_compressed(path, **held)


def load_pairs(path: Path = FILE) -> tuple[tuple[str, ...], list[Pairs]]:
    """The features' names, and the pairs of every window with those features."""
    held = np.load(path)
    values = np.take_along_axis(held["steps"].astype(np.float64), held["codes"].T.astype(np.intp), axis=0)
    cuts = np.cumsum(held["pairs"])[:-1]
    ends = np.cumsum(held["articles"])[:-1]
    parts = zip(
        held["windows"].tolist(),
        held["gold"].tolist(),
        np.split(held["article_ids"], ends),
        np.split(held["events"], ends),
        np.split(held["later"].astype(np.intp), cuts),
        np.split(held["earlier"].astype(np.intp), cuts),
        np.split(values, cuts),
        np.split(held["second"].astype(np.float64), cuts),
        strict=True,
    )
    return tuple(held["names"].tolist()), [
        Pairs(name, gold, tuple(ids), _alone_apart(ids, events), later, earlier, features, second)
        for name, gold, ids, events, later, earlier, features, second in parts
    ]


def _alone_apart(ids: NDArray[np.str_], events: NDArray[np.str_]) -> tuple[str, ...]:
    return tuple(f"alone:{one}" if event == "alone" else str(event) for one, event in zip(ids, events, strict=True))


def _nearest(values: NDArray[np.float64], steps: NDArray[np.float32]) -> NDArray[np.uint8]:
    middles = (steps[1:].astype(np.float64) + steps[:-1]) / 2
    return np.searchsorted(middles, values).astype(np.uint8)
