"""A text becomes words and the shapes of numbers; dates leave no trace of which they were."""

import pytest

from cluster.kinds.tokens import runs, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bitcoin’s $1.2 billion week", ["bitcoin", "$#b", "week"]),
        ("up 7% or 1,200%?", ["up", "#%", "or", "#%%", "?"]),
        ("a 100x gem, 3 coins", ["a", "#x", "gem", "#digit", "coins"]),
        ("March 4 and June 5, 2026", ["march", "#digit", "and", "#date", "#digit", "#year"]),
        ("цена 5 км", ["цена", "#digit", "км"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_words_and_shapes(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_two_months_leave_the_same_tokens() -> None:
    assert tokens("Report for June 10") == tokens("Report for October 31")


def test_runs_are_all_neighbours_up_to_a_length() -> None:
    assert runs(["a", "b", "c"], 2) == ["a", "b", "c", "a b", "b c"]
    assert runs([], 3) == []
