"""Places the articles of a window by given pair probabilities, as placing does, and scores what comes of it.

`f1_multi` is the harmonic mean of B-cubed precision and recall (Bagga and Baldwin, "Entity-based cross-document
coreferencing using the vector space model", 1998) over the articles that share their predicted, or their labelled,
event with another: half of all articles stand alone and would flatter the figure.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from cluster.fitting.pairs import Pairs
from cluster.regrouping import SPLIT_AT, Regrouped, Standing, regroup
from cluster.similarity import event_scores

Group = int | str
Groups = Sequence[int] | Sequence[str]  # one name an article


@dataclass(frozen=True, slots=True)
class Score:
    """How events compare with labelled ones; every field is 0 to 1."""

    f1_multi: float
    pair_f1: float
    b3_f1: float
    false_merge_rate: float  # share of predicted events of several articles that mix labelled ones


def place(pairs: Pairs, probabilities: NDArray[np.float64], join_at: float) -> list[int]:
    """The group of each article: the best event among the earlier ones, or a new one."""
    groups: list[int] = []
    cuts = np.searchsorted(pairs.later, np.arange(len(pairs.article_ids) + 1))
    for row in range(len(pairs.article_ids)):
        near = slice(cuts[row], cuts[row + 1])
        known = np.zeros(row)
        known[pairs.earlier[near]] = probabilities[near]
        count = max(groups, default=-1) + 1
        scores = event_scores(known, np.array(groups, dtype=np.intp), count) if count else np.zeros(1)
        best = int(np.argmax(scores))
        groups.append(best if scores[best] >= join_at else count)
    return groups


def repaired(pairs: Pairs, probabilities: NDArray[np.float64], groups: Sequence[int]) -> list[int]:
    """The groups that repair makes of those of placing, about: all that lie near each other are looked at once.

    Live, repair measures a pair both ways round and beside later articles too; here each is measured once.
    """
    near = np.zeros((len(groups), len(groups)))
    near[pairs.later, pairs.earlier] = near[pairs.earlier, pairs.later] = probabilities
    found = [0] * len(groups)
    number = 0
    for rows in _neighbourhoods(near, groups):
        for members, _ in _regrouped(near[np.ix_(rows, rows)], [groups[row] for row in rows]).groups:
            for member in members:
                found[rows[member]] = number
            number += 1
    return found


def _neighbourhoods(near: NDArray[np.float64], groups: Sequence[int]) -> list[list[int]]:
    """Articles whose groups lead to each other by pairs that repair could join, as rows."""
    belongs = np.eye(max(groups) + 1)[list(groups)]
    _, component = connected_components(belongs.T @ (near >= SPLIT_AT) @ belongs > 0, directed=False)
    return list(_rows_by([int(component[group]) for group in groups]).values())


def _regrouped(near: NDArray[np.float64], groups: Sequence[int]) -> Regrouped:
    own = _rows_by(groups)
    standings = [Standing(str(group), frozenset(rows), frozenset(rows[:1])) for group, rows in own.items()]
    return regroup(near, np.zeros(near.shape, dtype=bool), standings)


def _rows_by(groups: Sequence[int]) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        rows[group].append(row)
    return rows


def score(labelled: Groups, predicted: Groups) -> Score:
    """Compares the predicted group of each article with its labelled one."""
    cells: list[tuple[Group, Group]] = list(zip(labelled, predicted, strict=True))
    in_label: Counter[Group] = Counter(labelled)
    in_group: Counter[Group] = Counter(predicted)
    both = Counter(cells)
    precision = [both[cell] / in_group[cell[1]] for cell in cells]
    recall = [both[cell] / in_label[cell[0]] for cell in cells]
    several = [share for share, (_, group) in zip(precision, cells, strict=True) if in_group[group] > 1]
    shared = [share for share, (label, _) in zip(recall, cells, strict=True) if in_label[label] > 1]
    mixed: dict[Group, set[Group]] = defaultdict(set)
    for label, group in cells:
        mixed[group].add(label)
    grown = [group for group, size in in_group.items() if size > 1]
    together = _pairs(both)
    return Score(
        _f1(mean(several or [0.0]), mean(shared or [0.0])),
        _f1(together / max(1, _pairs(in_group)), together / max(1, _pairs(in_label))),
        _f1(mean(precision), mean(recall)),
        sum(len(mixed[group]) > 1 for group in grown) / max(1, len(grown)),
    )


def pairs_by_kind(labelled: Groups, predicted: Groups, kinds: Sequence[str]) -> Counter[tuple[str, str]]:
    """How many pairs are "right", "lost" or "false", by the kind of the later article of each."""
    counts: Counter[tuple[str, str]] = Counter()
    for later in range(len(labelled)):
        for earlier in range(later):
            same, together = labelled[later] == labelled[earlier], predicted[later] == predicted[earlier]
            if same or together:
                counts[kinds[later], "right" if same and together else "lost" if same else "false"] += 1
    return counts


def _pairs(sizes: Counter[Group] | Counter[tuple[Group, Group]]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
