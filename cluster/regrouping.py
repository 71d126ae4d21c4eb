"""Which events are to be merged or split, judged by the probabilities between all their articles at once.

Average link: two groups of articles are as near as their pairs are on average. An event falls apart below SPLIT_AT and
takes another in from MERGE_AT; between the two everything stays as it is, so that nothing goes back and forth.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluster.window import Measure

# Leaving one window out, over eight: f1_multi .861 and false merges .172, where placing alone has .859 and .180.
# Merging from .50 gives .863 and .181, splitting below .25 .859 and .161; splitting below .40 costs .02 of f1_multi.
MERGE_AT = 0.60
SPLIT_AT = 0.20
ROUNDS = 8  # of splitting and merging; events that have not come to rest by then stay as they are

Rows = frozenset[int]  # articles, as rows of the probabilities
Apart = NDArray[np.bool_]  # [n, n]


@dataclass(frozen=True, slots=True)
class Standing:
    """An event as it stands."""

    event_id: str
    rows: Rows  # its articles that were compared
    anchor: Rows  # those of them that its id stays with, at least one: its lead, and what an editor put there
    bound: tuple[Rows, ...] = ()  # those of them that stay together
    may_vanish: bool = True  # False when an editor put an article there, which then moves nowhere, or named the event


@dataclass(frozen=True, slots=True)
class Flow:
    """Articles that leave an event for another, and how near they are to both."""

    rows: Rows
    source: str  # event id
    target: int  # which of the groups
    left: float  # average probability with the articles they leave; 0 where none stays
    joined: float  # and with those they come to


@dataclass(frozen=True, slots=True)
class Regrouped:
    """All articles in groups, each under the id of an event or None for a new one, and what moved to make them."""

    groups: tuple[tuple[Rows, str | None], ...]
    flows: tuple[Flow, ...]


def regroup(probabilities: Measure, apart: Apart, events: Sequence[Standing]) -> Regrouped:
    """The groups that the articles of some events make.

    `probabilities` is [n, n]; `apart` says of each two articles whether they must not share an event. `events` come
    in order of age: of several that become one the oldest keeps its id.
    """

    def fits(one: Rows, other: Rows) -> bool:
        named = [event for event in events if event.anchor & (one | other)]
        return all(event.may_vanish for event in named[1:]) and not _between(apart, one, other).any()

    present = groups = _ordered(event.rows for event in events)
    atoms = [atom for event in events for atom in _atoms(event)]
    for _ in range(ROUNDS):
        before = groups
        within = ([atom for atom in atoms if atom <= group] for group in groups)
        parts = [part for own in within for part in _linked(own, probabilities, SPLIT_AT, fits)]
        groups = _linked(parts, probabilities, MERGE_AT, fits)
        if groups == before:
            return _regrouped(groups, probabilities, events)
    return _regrouped(present, probabilities, events)


def weakest_link(event: Standing, probabilities: Measure) -> tuple[Rows, Rows] | None:
    """The two parts of an event that hang together least: the one with its lead, and the rest.

    They are what average link joins last. None where nothing of it may be parted.
    """
    parts = _linked(_atoms(event), probabilities, 0.0, lambda one, other: True, down_to=2)
    if len(parts) < 2:
        return None
    return (parts[0], parts[1]) if event.anchor <= parts[0] else (parts[1], parts[0])


def nearness(probabilities: Measure, one: Rows, other: Rows) -> float:
    """Half the best and half the mean probability between two groups, as placing scores an article with an event."""
    found = _between(probabilities, one, other)
    return round(float(found.max() + found.mean()) / 2, 4) if found.size else 0.0


def average(probabilities: Measure, one: Rows, other: Rows) -> float:
    """The mean probability between two groups; 0 when one of them is empty."""
    found = _between(probabilities, one, other)
    return round(float(found.mean()), 4) if found.size else 0.0


def _between(matrix: NDArray[Any], one: Rows, other: Rows) -> NDArray[Any]:
    return matrix[np.ix_(sorted(one), sorted(other))]


def _linked(
    groups: Iterable[Rows], probabilities: Measure, at: float, fits: Callable[[Rows, Rows], bool], down_to: int = 1
) -> list[Rows]:
    """Joins the two nearest groups that fit for as long as any two are near enough and more than `down_to` are left."""
    left = _ordered(groups)
    misfits: set[tuple[Rows, Rows]] = set()
    while len(left) > down_to:
        near = _averages(left, probabilities)
        for one, other in misfits:
            if one in left and other in left:
                near[left.index(one), left.index(other)] = -1.0
        first, second = divmod(int(np.argmax(near)), len(left))
        if near[first, second] < at:
            break
        pair = (left[first], left[second])
        if fits(*pair):
            left = _ordered([*(group for group in left if group not in pair), pair[0] | pair[1]])
        else:
            misfits.add(pair)
    return left


def _averages(groups: Sequence[Rows], probabilities: Measure) -> Measure:
    """[g, g]: the average link of each two groups in the upper half, -1 elsewhere."""
    belongs = np.zeros((len(groups), len(probabilities)))
    for place, group in enumerate(groups):
        belongs[place, sorted(group)] = 1 / len(group)
    found: Measure = belongs @ probabilities @ belongs.T
    found[np.tril_indices(len(groups))] = -1.0
    return found


def _atoms(event: Standing) -> list[Rows]:
    """What no split of an event may part."""
    atoms: list[Rows] = [frozenset({row}) for row in event.rows]
    for tied in (event.anchor, *event.bound):
        touched = [atom for atom in atoms if atom & tied]
        atoms = [atom for atom in atoms if atom not in touched] + [frozenset[int]().union(*touched)]
    return atoms


def _ordered(groups: Iterable[Rows]) -> list[Rows]:
    return sorted(groups, key=min)


def _regrouped(groups: Sequence[Rows], probabilities: Measure, events: Sequence[Standing]) -> Regrouped:
    named = [next((event.event_id for event in events if event.anchor <= group), None) for group in groups]
    flows = [
        Flow(
            rows=moved,
            source=event.event_id,
            target=target,
            left=average(probabilities, moved, event.rows - moved),
            joined=average(probabilities, moved, group - moved),
        )
        for event in events
        for target, group in enumerate(groups)
        if (moved := group & event.rows) and named[target] != event.event_id
    ]
    return Regrouped(tuple(zip(groups, named, strict=True)), tuple(flows))
