"""How probable it is, for every two of some articles, that they report the same happening."""

from collections.abc import Sequence

import numpy as np

from cluster.similarity import compare
from cluster.window import Measure, Window


def pairwise(window: Window, article_ids: Sequence[str]) -> Measure:
    """[n, n], symmetrical: the probabilities between articles that the window holds, in the given order.

    They are the pair model's, each the mean of both ways round; articles that do not come near each other have 0. The
    diagonal says nothing.

    Raises:
        KeyError: when the window does not hold one of them.
    """
    rows = [window.rows[article_id] for article_id in article_ids]
    found = np.zeros((len(rows), len(rows)))
    for place, row in enumerate(rows):
        compared = compare(window.readings[row], window, reader=None)
        known = np.zeros(len(window.readings))
        known[compared.rows] = compared.probabilities
        found[place] = known[rows]
    both: Measure = (found + found.T) / 2
    return both
