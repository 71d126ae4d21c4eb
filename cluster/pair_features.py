"""How an article compares with each of some others, as the numbers that the pair model was fitted on.

Keys are weighed by how few of the window's articles say them and, apart, by how few of the subject's own neighbours
do: among forty reports on one company its name says nothing, and "3,724" or "merger" tells the stages of its affair
apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cluster.columns import KINDS, Columns, Numbers
from cluster.event import ArticleType, Facts, Theme
from cluster.reading import Reading
from cluster.window import NEIGHBOURS, Near, Window

FULL_TEXT_WORDS = 400
USUAL_SIZE = 400  # of a window; in a smaller one, as after a first start, keys are worth what they are worth in such
CROWD = 20  # neighbours; fewer are no crowd, and their mean counts the less
REPEATS_FROM = 0.5  # cosine of leads; no text repeats another whose lead is less near
_NOTHING = -0.1  # where one of the two has no key of a kind: neither agreement nor conflict
_OF_KEYS = ("jac", "cont", "loc", "max", "nsh", "miss_lo", "miss_hi")
_OF_TEXTS = (
    "tl", "lt", "wtitle", "wlead", "ltitle", "llead", "terms", "rank_terms", "best_terms", "hours", "lhours", "samepub",
    "copy", "len_i", "len_j", "themes", "types", "news_lo", "news_hi", "analysis_lo", "analysis_hi", "roundup_hi",
    "sponsored_hi",
)  # fmt: skip
NAMES = tuple(f"{kind.value}:{measure}" for kind in KINDS for measure in _OF_KEYS) + _OF_TEXTS

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What keys are worth to one subject: by how few say them."""

    counts: Matrix  # [columns]: of the window's articles
    size: int  # of the window
    near_counts: NDArray[np.intp]  # [columns]: of the subject's neighbours
    neighbours: int

    def of(self, numbers: Numbers) -> tuple[Matrix, Matrix]:
        """For each key its inverse document frequency in the window, and the square of that among the neighbours."""
        size, neighbours = max(self.size, USUAL_SIZE), max(self.neighbours, NEIGHBOURS)
        everywhere = np.log((3 + size) / (1 + self.counts[numbers]))
        return everywhere, np.log((2 + neighbours) / (1 + self.near_counts[numbers])) ** 2


def pair_features(subject: Reading, near: Near, window: Window) -> Matrix:
    """[candidates, len(NAMES)]: the subject against each candidate of `near`, in their order."""
    own = window.numbers_of(subject)
    weights = key_weights(near, window)
    numbers = [window.numbers[row] for row in near.rows]
    return np.hstack([key_features(own, numbers, weights, window.columns), _text_features(subject, near, window)])


def key_features(own: Numbers, others: list[Numbers], weights: Weights, columns: Columns) -> Matrix:
    """[others, kinds * measures]: how the keys of each of the others agree with the subject's own."""
    kinds, count = columns.kinds, len(KINDS)
    has = np.zeros(len(columns), dtype=bool)
    has[own] = True
    theirs = np.concatenate([*others, np.empty(0, dtype=np.intp)])
    cells = np.repeat(np.arange(len(others)), [len(one) for one in others]) * count + kinds[theirs]
    shared = has[theirs]
    weight, local = weights.of(theirs)
    own_weight, own_rarity = weights.of(own)

    def by_cell(values: Matrix) -> Matrix:
        summed = np.bincount(cells, values, minlength=len(others) * count).astype(np.float64)
        return summed.reshape(len(others), count)

    total, common = by_cell(weight), by_cell(weight * shared)
    local_total, local_common = by_cell(local), by_cell(local * shared)
    rarest = np.zeros(len(others) * count)
    np.maximum.at(rarest, cells, weight * shared)
    own_total = np.bincount(kinds[own], own_weight, minlength=count)
    own_local = np.bincount(kinds[own], own_rarity, minlength=count)
    silent = (total == 0) | (own_total == 0)
    measures = (
        np.where(silent, _NOTHING, common / np.maximum(total + own_total - common, 1e-9)),
        np.where(silent, _NOTHING, common / np.maximum(np.minimum(total, own_total), 1e-9)),
        np.where(silent, _NOTHING, local_common / np.sqrt(np.maximum(local_total * own_local, 1e-9))),
        rarest.reshape(len(others), count),
        by_cell(shared.astype(np.float64)),
        np.minimum(total - common, own_total - common),
        np.maximum(total - common, own_total - common),
    )
    return np.stack(measures, axis=2).reshape(len(others), -1)


def key_weights(near: Near, window: Window) -> Weights:
    """What the keys at hand are worth to the subject that `near` was measured for."""
    near_by = [window.numbers[row] for row in near.neighbours]
    said = np.bincount(np.concatenate([*near_by, np.empty(0, dtype=np.intp)]), minlength=len(window.columns))
    return Weights(window.columns.counts, len(window.readings), said, len(near_by))


def _text_features(subject: Reading, near: Near, window: Window) -> Matrix:
    rows, neighbours = near.rows, near.neighbours
    titles, leads = window.titles[rows], window.leads[rows]
    white = window.whitening.of(subject.title_vector, subject.lead_vector)
    hours = near.hours[rows]
    words = [min(FULL_TEXT_WORDS, reading.words) for reading in (window.readings[row] for row in rows)]
    return np.column_stack(
        [
            titles @ subject.lead_vector,
            leads @ subject.title_vector,
            window.white_titles[rows] @ white[0],
            window.white_leads[rows] @ white[1],
            _centred(subject.title_vector, titles, window.titles[neighbours]),
            _centred(subject.lead_vector, leads, window.leads[neighbours]),
            near.terms[rows],
            np.log1p(_ranks(near.terms, rows)),
            np.full(len(rows), near.terms.max()),
            hours,
            np.log1p(hours),
            [window.readings[row].publisher_id == subject.publisher_id for row in rows],
            np.where(near.leads[rows] >= REPEATS_FROM, near.contained[rows], 0.0),
            np.full(len(rows), min(FULL_TEXT_WORDS, subject.words)),
            words,
            *_kinds_compared(subject.facts, [window.readings[row].facts for row in rows]),
        ]
    ).astype(np.float64)


def _kinds_compared(subject: Facts, others: list[Facts]) -> list[Matrix]:
    """Columns of [others]: how far types and themes agree, and how sure it is that either is of a kind."""
    own_types, own_themes = (
        _or_even(subject.type_probabilities, ArticleType),
        _or_even(subject.theme_probabilities, Theme),
    )
    types = np.array([_or_even(one.type_probabilities, ArticleType) for one in others])
    themes = np.array([_or_even(one.theme_probabilities, Theme) for one in others])

    def sides(kind: ArticleType) -> tuple[Matrix, Matrix]:
        place = list(ArticleType).index(kind)
        return np.minimum(types[:, place], own_types[place]), np.maximum(types[:, place], own_types[place])

    news, analysis = sides(ArticleType.NEWS), sides(ArticleType.ANALYSIS)
    roundup, sponsored = sides(ArticleType.ROUNDUP)[1], sides(ArticleType.SPONSORED)[1]
    return [themes @ own_themes, types @ own_types, *news, *analysis, roundup, sponsored]


def _or_even(probabilities: Sequence[float], kinds: type[ArticleType] | type[Theme]) -> Matrix:
    """The probabilities, or even ones where an older release told none."""
    return np.array(probabilities or [1 / len(kinds)] * len(kinds))


def _centred(subject: NDArray[np.float32], others: NDArray[np.float32], neighbours: NDArray[np.float32]) -> Matrix:
    """[others] cosine once the mean of the neighbours is taken away: what sets the two apart from their crowd."""
    middle = neighbours.sum(axis=0) / max(len(neighbours), CROWD)
    one, rest = subject - middle, others - middle
    lengths = np.linalg.norm(one) * np.linalg.norm(rest, axis=1)
    cosines: Matrix = (rest @ one) / np.maximum(lengths, 1e-9)
    return cosines


def _ranks(scores: Matrix, rows: Numbers) -> Matrix:
    """[rows]: how many of all have a higher score."""
    ranks: Matrix = (scores[None] > scores[rows][:, None]).sum(axis=1).astype(np.float64)
    return ranks
