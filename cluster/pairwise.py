"""How probable it is, for every two of some articles, that they report the same happening."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from cluster.similarity import Measure
from cluster.window import WINDOW, Window


def pairwise(window: Window, article_ids: Sequence[str]) -> Measure:
    """[n, n], symmetrical: the probabilities between articles that the window holds, in the given order.

    Articles further apart than WINDOW have probability 0. The diagonal says nothing.

    Raises:
        KeyError: when the window does not hold one of them.
    """
    rows = [window.rows[article_id] for article_id in article_ids]
    found = np.zeros((len(rows), len(rows)))
    for place, row in enumerate(rows):
        measured = window.measure(window.readings[row])
        near = measured.hours <= WINDOW / timedelta(hours=1)
        found[place] = np.where(near, measured.probabilities(), 0.0)[rows]
    both: Measure = (found + found.T) / 2
    return both
