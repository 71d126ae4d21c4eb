"""The one definition of "same event": how probable it is that two articles report one happening.

The pair model judges every candidate by what the two share; what it leaves open, a cross-encoder reads side by side.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cluster.columns import Numbers
from cluster.cross_encoder import ReadsPairs
from cluster.pair_features import Matrix, pair_features
from cluster.pair_model import load_pair_model
from cluster.reading import Reading
from cluster.window import Measure, Near, Window

RULESET = "2026-11-pairs"
JOIN_AT = 0.40  # leaving one window out: f1_multi .862 at .35, .859 at .40, .854 at .45; false merges .20, .18, .16
# A cross-encoder is asked of the OPEN_PAIRS likeliest candidates that the pair model is unsure of. Asking of all
# that came near, then 13 an article, instead of 0.6 changed f1_multi by less than .002.
OPEN_FROM, OPEN_TO, OPEN_PAIRS = 0.15, 0.90, 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One article against those of the window that come near it; every field but `near` is [candidates, …]."""

    near: Near
    features: Matrix  # [candidates, features]
    logits: Measure  # that each reports the same happening
    second: Measure  # what reading the pair side by side added to its log-odds; 0 where it was not read

    @property
    def rows(self) -> Numbers:
        """[candidates]: their places in the window, the nearest first."""
        return self.near.rows

    @property
    def probabilities(self) -> Measure:
        """[candidates], 0 to 1."""
        found: Measure = 1 / (1 + np.exp(-self.logits))
        return found


def compare(subject: Reading, window: Window, reader: ReadsPairs | None) -> Comparison:
    """The subject against the window's articles that come near it; without a reader, as the pair model has it."""
    near = window.near(subject)
    if not len(near.rows):
        nothing = np.empty(0)
        return Comparison(near, np.empty((0, 0)), nothing, nothing)
    features = pair_features(subject, near, window)
    logits = load_pair_model().logits(features)
    compared = Comparison(near, features, logits, np.zeros(len(logits)))
    return _looked_at_again(compared, subject, window, reader) if reader else compared


def open_pairs(probabilities: Measure) -> Numbers:
    """Which of one article's candidates a cross-encoder is asked of, the likeliest first."""
    unsure = np.flatnonzero((probabilities >= OPEN_FROM) & (probabilities <= OPEN_TO))
    return unsure[np.argsort(-probabilities[unsure], kind="stable")][:OPEN_PAIRS]


def event_scores(probabilities: Measure, groups: NDArray[np.intp], count: int) -> Measure:
    """[count]: for each group of articles, half its best probability and half its mean; 0 for an empty group."""
    best, near = np.zeros(count), np.flatnonzero(probabilities)
    np.maximum.at(best, groups[near], probabilities[near])
    total, size = np.bincount(groups, probabilities, minlength=count), np.bincount(groups, minlength=count)
    scores: Measure = (best + total / np.maximum(size, 1)) / 2
    return scores


def _has_words(one: Reading) -> bool:
    """Whether its opening was kept: that of a reserved text goes when its event closes."""
    return any(one.opening)


def _looked_at_again(compared: Comparison, subject: Reading, window: Window, reader: ReadsPairs) -> Comparison:
    asked = open_pairs(compared.probabilities)
    asked = asked[[_has_words(subject) and _has_words(window.readings[row]) for row in compared.rows[asked]]]
    others = [window.readings[row] for row in compared.rows[asked]]
    answers = reader.logits([(subject.opening, other.opening) for other in others])
    logits = compared.logits.copy()
    logits[asked] = load_pair_model().looked_at_again(compared.logits[asked], answers)
    return replace(compared, logits=logits, second=logits - compared.logits)
