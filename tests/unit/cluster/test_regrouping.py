"""Which events become one and which fall apart, from probabilities alone."""

import itertools

import numpy as np
import pytest

from cluster.regrouping import MERGE_AT, SPLIT_AT, Apart, Regrouped, Rows, Standing, regroup
from cluster.window import Measure

NEAR, FAR = 0.9, 0.01
BETWEEN = (MERGE_AT + SPLIT_AT) / 2


def _like(text: str) -> Measure:
    """The probabilities of articles that tell what their letter says."""
    return np.array([[NEAR if one == other else FAR for other in text] for one in text])


def _event(event_id: str, *rows: int, lead: int | None = None, **changed: object) -> Standing:
    anchor = frozenset({rows[0] if lead is None else lead})
    return Standing(event_id, frozenset(rows), **({"anchor": anchor} | changed))  # type: ignore[arg-type]


def _apart(count: int, *pairs: tuple[int, int]) -> Apart:
    found = np.zeros((count, count), dtype=bool)
    for one, other in pairs:
        found[one, other] = found[other, one] = True
    return found


def _groups(found: Regrouped) -> dict[Rows, str | None]:
    return dict(found.groups)


def _named(found: Regrouped) -> list[tuple[Rows, str]]:
    """The groups by age: the new ones are the youngest."""
    return sorted(((rows, name or f"new_{min(rows)}") for rows, name in found.groups), key=lambda one: one[1])


def _rows(*rows: int) -> Rows:
    return frozenset(rows)


def test_two_events_that_tell_the_same_become_the_older_one() -> None:
    found = regroup(_like("aaa"), _apart(3), [_event("old", 1, 2), _event("young", 0)])

    assert _groups(found) == {_rows(0, 1, 2): "old"}
    (flow,) = found.flows
    assert (flow.rows, flow.source, flow.left, flow.joined) == (_rows(0), "young", 0.0, NEAR)


def test_an_event_that_tells_two_things_falls_apart_and_the_leads_part_keeps_the_id() -> None:
    found = regroup(_like("aabb"), _apart(4), [_event("evt", 0, 1, 2, 3, lead=3)])

    assert _groups(found) == {_rows(0, 1): None, _rows(2, 3): "evt"}
    (flow,) = found.flows
    assert (flow.source, flow.left) == ("evt", FAR)


def test_what_leaves_one_event_may_come_to_another() -> None:
    found = regroup(_like("aabb"), _apart(4), [_event("one", 0, 1, 2), _event("other", 3)])

    assert _groups(found) == {_rows(0, 1): "one", _rows(2, 3): "other"}


def test_between_the_two_thresholds_everything_stays() -> None:
    like = np.full((3, 3), BETWEEN)

    found = regroup(like, _apart(3), [_event("one", 0, 1), _event("other", 2)])

    assert found.flows == ()
    assert _groups(found) == {_rows(0, 1): "one", _rows(2): "other"}


def test_nearness_is_that_of_all_pairs_and_not_of_the_best() -> None:
    like = np.full((3, 3), 0.05)
    like[0, 1] = like[1, 0] = NEAR
    like[0, 2] = like[2, 0] = BETWEEN  # a chain: on average 2 is near nobody

    found = regroup(like, _apart(3), [_event("one", 0, 1), _event("other", 2)])

    assert found.flows == ()


def test_what_an_editor_wants_apart_is_not_merged() -> None:
    found = regroup(_like("aaa"), _apart(3, (0, 2)), [_event("one", 0, 1), _event("other", 2)])

    assert found.flows == ()


def test_what_is_bound_does_not_fall_apart() -> None:
    found = regroup(_like("abb"), _apart(3), [_event("evt", 0, 1, 2, bound=(_rows(0, 1),))])

    assert _groups(found) == {_rows(0, 1, 2): "evt"}


@pytest.mark.parametrize(("pinned", "kept"), [("old", "old"), ("young", None)])
def test_an_event_that_an_editor_filled_takes_others_in_and_goes_nowhere(pinned: str, kept: str | None) -> None:
    events = [_event(name, row, may_vanish=name != pinned) for row, name in enumerate(("old", "young"))]

    found = regroup(_like("aa"), _apart(2), events)

    assert len(found.groups) == (1 if kept else 2)
    assert len(found.flows) == (1 if kept else 0)


def test_of_three_that_are_one_the_two_that_fit_are_merged() -> None:
    events = [_event("a", 0), _event("b", 1), _event("c", 2)]

    found = regroup(_like("aaa"), _apart(3, (0, 1)), events)

    assert sorted(map(len, _groups(found))) == [1, 2]


def test_regrouping_what_was_regrouped_moves_nothing() -> None:
    chance = np.random.default_rng(20261127)
    moved = 0
    for _ in range(200):
        half = chance.random((9, 9)) ** 2
        like = (half + half.T) / 2
        cuts = sorted({0, 9, *chance.integers(1, 9, 3).tolist()})
        events = [_event(f"evt_{a}", *range(a, b)) for a, b in itertools.pairwise(cuts)]
        found = regroup(like, _apart(9), events)
        moved += len(found.flows)
        known = {event.event_id: event for event in events}
        again = [
            _event(
                event_id or f"new_{min(rows)}", *sorted(rows), lead=min(known[event_id].anchor) if event_id else None
            )
            for rows, event_id in sorted(found.groups, key=lambda one: (one[1] is None, one[1] or ""))
        ]
        assert regroup(like, _apart(9), again).flows == ()
    assert moved > 100
