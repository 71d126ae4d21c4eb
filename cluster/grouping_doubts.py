"""Doubts about where articles stand: two events that may be one, and one event that may be two.

Both are judged by the probabilities between all their articles, as repair has them.
"""

import math
from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np

from cluster.doubts import Doubt, DoubtKind, doubtful
from cluster.regrouping import Standing, average, nearness, weakest_link
from cluster.sides import Compared, agreeing, differing, held_against

# Logistic functions, fitted to what the eight windows' labels say of events made by models that had not seen them:
# of two events that come near each other, by how near; of an event's two parts, by their average link and by how many
# articles it has. `make quality` holds both against the labels.
SAME_SLOPE, SAME_AT_HALF = 0.82, 0.01
APART_SLOPE, APART_BY_SIZE, APART_AT_HALF = -0.79, -0.90, 0.02
TWO_AT_MOST = 0.4  # of 59 events for which the function says more 39 in a hundred were two
ASKED_FROM = 0.4  # of doubt: of five that are asked, one answer at least is to change something


def doubts_on_grouping(compared: Compared, event_ids: Collection[str]) -> Iterator[Doubt]:
    """Whatever is doubtful about some of the events, each by itself and with any other that was compared."""
    for event in compared.events:
        if event.event_id in event_ids and (doubt := _on_parts(compared, event)):
            yield doubt
    for one, other in combinations(compared.events, 2):
        is_asked = one.event_id in event_ids or other.event_id in event_ids
        if is_asked and (doubt := _near_miss(compared, one, other)):
            yield doubt


def same_event(near: float) -> float:
    """How probable it is that two events are one, by their `nearness`."""
    return _logistic(SAME_SLOPE * _logit(near) + SAME_AT_HALF)


def two_events(linked: float, articles: int) -> float:
    """How probable it is that the two parts of an event are two, by their average link."""
    found = _logistic(APART_SLOPE * _logit(linked) + APART_BY_SIZE * math.log(articles) + APART_AT_HALF)
    return min(found, TWO_AT_MOST)


def _near_miss(compared: Compared, one: Standing, other: Standing) -> Doubt | None:
    doubt = doubtful(same_event(nearness(compared.probabilities, one.rows, other.rows)))
    if doubt < ASKED_FROM or compared.apart[np.ix_(sorted(one.rows), sorted(other.rows))].any():
        return None
    clues = held_against(compared, one.rows, other.rows)
    text = f"These two events may be one{agreeing(clues)}{differing(clues)}."
    return Doubt(one.event_id, DoubtKind.NEAR_MISS, doubt, text, clues, other.event_id)


def _on_parts(compared: Compared, event: Standing) -> Doubt | None:
    parts = weakest_link(event, compared.probabilities)
    if parts is None:
        return None
    doubt = doubtful(two_events(average(compared.probabilities, *parts), len(event.rows)))
    if doubt < ASKED_FROM:
        return None
    clues, lone = held_against(compared, *parts), min(parts, key=len)
    if len(lone) == 1:
        name = compared.articles[min(lone)].publisher.name
        text = f"The report by {name} only just joined and may tell something else{differing(clues)}."
        about = compared.articles[min(lone)].id
        return Doubt(event.event_id, DoubtKind.BORDERLINE_MERGE, doubt, text, clues, about=about)
    there = len(parts[1])
    text = f"{there} of the {len(event.rows)} reports may tell another happening{differing(clues)}."
    about = compared.articles[min(parts[1])].id  # its first: the part may grow
    return Doubt(event.event_id, DoubtKind.SUGGESTED_SPLIT, doubt, text, clues, about=about)


def _logit(probability: float) -> float:
    held = min(max(probability, 0.001), 0.999)
    return math.log(held / (1 - held))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))
