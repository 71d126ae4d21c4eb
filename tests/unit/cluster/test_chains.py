"""A chain goes on from event to event, ends, and never goes in circles."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from cluster.chains import MOST, Outline, in_order, walk
from tests.builders import NOON

FORTH = {"a": ["b"], "b": ["c", "d"], "c": ["e"], "d": ["e"]}


def step(ids: Collection[str]) -> Iterable[str]:
    return (other for one in ids for other in FORTH.get(one, ()))


def test_everything_that_steps_lead_to_comes_once_and_the_nearest_first() -> None:
    assert walk("a", step) == ["b", "c", "d", "e"]
    assert walk("e", step) == []


def test_a_circle_is_gone_through_once() -> None:
    around = {"a": "b", "b": "c", "c": "a"}

    assert walk("a", lambda ids: [around[one] for one in ids]) == ["b", "c"]


def test_an_endless_chain_ends() -> None:
    assert walk("0", lambda ids: [str(int(one) + 1) for one in ids]) == [str(n) for n in range(1, MOST + 1)]
    assert len(walk("0", lambda ids: [f"{one}{n}" for one in ids for n in range(5)])) == MOST


def test_links_come_in_the_order_of_their_first_reports() -> None:
    outlines = [Outline(id, id, NOON + timedelta(hours=hours), 1) for id, hours in (("c", 2), ("b", 1), ("a", 2))]

    assert [outline.event_id for outline in in_order(outlines)] == ["b", "a", "c"]
