"""The one definition of "same event": how probable it is that two articles report one happening, and why.

A weighted sum of four measures through a logistic curve. The weights are a logistic regression's, fitted to the
labelled pairs of three two-day windows and rounded; leaving one window out they move by less than a fifth.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cluster.event import Evidence
from cluster.terms import Terms, shared_words

RULESET = "2026-11-plain"
JOIN_AT = 0.50  # f1_multi is flat from .35 to .50 and false merges fall all the way; .60 costs .01 to .03
TITLES, LEADS, TERMS, DAYS_APART, AT_ZERO = 3.0, 9.5, 12.5, -2.3, -11.8
MAX_DAYS_COUNTED = 2.0  # beyond two days the clock says no more
NAMED_TERMS = 3

Measure = NDArray[np.float64]  # [articles]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One article measured against n others; every field is [n]."""

    titles: Measure  # cosine of the titles' vectors
    leads: Measure  # cosine of the leads' vectors
    terms: Measure  # cosine of the weighted terms
    hours: Measure  # between the two publications

    def probabilities(self) -> Measure:
        """[n], 0 to 1: that each of the others reports the same happening."""
        days = np.minimum(self.hours / 24, MAX_DAYS_COUNTED)
        logits = TITLES * self.titles + LEADS * self.leads + TERMS * self.terms + DAYS_APART * days + AT_ZERO
        scores: Measure = 1 / (1 + np.exp(-logits))
        return scores


def event_scores(probabilities: Measure, groups: NDArray[np.intp], count: int) -> Measure:
    """[count]: for each group of articles, half its best probability and half its mean; 0 for an empty group."""
    best, total, size = np.zeros(count), np.zeros(count), np.zeros(count)
    np.maximum.at(best, groups, probabilities)
    np.add.at(total, groups, probabilities)
    np.add.at(size, groups, 1)
    scores: Measure = (best + total / np.maximum(size, 1)) / 2
    return scores


def because(measured: Comparison, nearest: int, own: Terms, other: Terms) -> tuple[Evidence, ...]:
    """What spoke for joining the nearest member, strongest first; contributions are in logits."""
    title, lead = float(measured.titles[nearest]), float(measured.leads[nearest])
    hours = float(measured.hours[nearest])
    found = [
        Evidence("same_terms", f"both say {_listed(own, other)}", *_part(TERMS, float(measured.terms[nearest]))),
        Evidence("similar_lead", "their first paragraphs tell the same", *_part(LEADS, lead)),
        Evidence("similar_title", "their titles say the same", *_part(TITLES, title)),
        Evidence("close_in_time", f"published {_apart(hours)} apart", hours, _time_part(hours)),
    ]
    return tuple(sorted((one for one in found if one.contribution > 0), key=lambda one: -one.contribution))


def _part(weight: float, value: float) -> tuple[float, float]:
    return round(value, 4), round(weight * value, 4)


def _time_part(hours: float) -> float:
    # Against a pair two days apart, so that closeness counts for the pair and never against it.
    return round(-DAYS_APART * (MAX_DAYS_COUNTED - min(hours / 24, MAX_DAYS_COUNTED)), 4)


def _listed(own: Terms, other: Terms) -> str:
    named = [f"“{word}”" for word in shared_words(own, other, NAMED_TERMS)]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named) or "much the same"


def _apart(hours: float) -> str:
    minutes = math.floor(hours * 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 90:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"{round(hours)} hours"
