"""How probable it is that a doubt about grouping is right, held against the labels of windows the model never saw."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cluster.fitting.pair_fit import Judged
from cluster.grouping_doubts import same_event, two_events
from cluster.regrouping import Rows, Standing, average, nearness, weakest_link

NEAR_FROM = 0.05  # a pair of events with a likelier pair of articles is looked at
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.01)

Answer = tuple[float, bool]  # how probable it was called, and whether it is so


def print_open_questions(judged: Sequence[Judged], found: Mapping[str, Sequence[int]]) -> None:
    """Prints, by the probability that is told, how often two events are one and how often one event is two."""
    near = [answer for one in judged for answer in _of_two(one, found[one.pairs.window])]
    parts = [answer for one in judged for answer in _of_one(one, found[one.pairs.window])]
    for name, answers in (("two events that are one", near), ("one event that is two", parts)):
        print(f"\n{name}, by the probability told{'':4}count  are so")
        for low, high in pairwise(EDGES):
            held = [is_so for told, is_so in answers if low <= told < high]
            if held:
                print(f"{low:.1f} to {min(high, 1.0):.1f}{len(held):>{len(name) + 29}}{np.mean(held):>8.2f}")


def _of_two(judged: Judged, groups: Sequence[int]) -> Iterator[Answer]:
    near, rows, events = _matrix(judged), _rows(groups), judged.pairs.events
    likely = judged.alone >= NEAR_FROM
    ends = zip(judged.pairs.later[likely], judged.pairs.earlier[likely], strict=True)
    pairs = {tuple(sorted((groups[later], groups[earlier]))) for later, earlier in ends}
    for one, other in sorted(pair for pair in pairs if pair[0] != pair[1]):
        told = same_event(nearness(near, rows[one], rows[other]))
        yield told, _happening(events, rows[one]) == _happening(events, rows[other])


def _of_one(judged: Judged, groups: Sequence[int]) -> Iterator[Answer]:
    near, events = _matrix(judged), judged.pairs.events
    for own in _rows(groups).values():
        parts = weakest_link(Standing("", own, frozenset({min(own)})), near)
        if parts:
            told = two_events(average(near, *parts), len(own))
            yield told, _happening(events, parts[0]) != _happening(events, parts[1])


def _matrix(judged: Judged) -> NDArray[np.float64]:
    count = len(judged.pairs.article_ids)
    near = np.zeros((count, count))
    later, earlier = judged.pairs.later, judged.pairs.earlier
    near[later, earlier] = near[earlier, later] = judged.alone
    return near


def _rows(groups: Sequence[int]) -> dict[int, Rows]:
    rows: dict[int, set[int]] = defaultdict(set)
    for row, group in enumerate(groups):
        rows[group].add(row)
    return {group: frozenset(own) for group, own in rows.items()}


def _happening(events: Sequence[str], rows: Rows) -> str:
    """What most of some articles tell, by their labels."""
    return Counter(events[row] for row in sorted(rows)).most_common(1)[0][0]
