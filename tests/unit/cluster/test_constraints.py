"""What follows from editors' words on pairs."""

from cluster.action import Link, Pair
from cluster.constraints import Constraints, Held


def _must(one: str, other: str) -> Pair:
    return Pair.of(one, other, Link.MUST)


def _cannot(one: str, other: str) -> Pair:
    return Pair.of(one, other, Link.CANNOT)


def test_a_pair_has_one_form_whichever_article_is_named_first() -> None:
    assert _must("b", "a") == _must("a", "b")


def test_what_must_stand_together_is_one_group_through_others_too() -> None:
    constraints = Constraints([_must("c", "d"), _must("a", "b"), _must("b", "c")])

    assert {constraints.group(one) for one in "abcd"} == {"a"}
    assert constraints.group("e") == "e"


def test_apart_holds_for_everything_that_is_bound_to_either() -> None:
    held = Held(Constraints([_must("a", "b"), _must("x", "y"), _cannot("b", "x")]))

    held.note("a", "evt_1")

    assert held.barred_from("y") == {"evt_1"}
    assert held.barred_from("b") == frozenset()


def test_an_article_is_bound_to_where_its_group_stands() -> None:
    held = Held(Constraints([_must("a", "b")]))
    assert held.bound_to("b") is None

    held.note("a", "evt_1")

    assert held.bound_to("b") == "evt_1"
    assert held.bound_to("c") is None
