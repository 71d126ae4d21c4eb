"""Sentences are found and shortened without being falsified."""

import pytest

from cluster.sentences import MAX_CHARACTERS, sentences, shorten


def test_abbreviations_initials_and_decimals_do_not_end_a_sentence() -> None:
    text = "The U.S. regulator met J. Alder of Corvane Inc. on Monday. It took 1.5 hours. “Nothing changed.” They left."

    assert sentences(text) == [
        "The U.S. regulator met J. Alder of Corvane Inc. on Monday.",
        "It took 1.5 hours.",
        "“Nothing changed.”",
        "They left.",
    ]


def test_a_newline_ends_a_sentence() -> None:
    assert sentences("Key facts\nCorvane closed.") == ["Key facts", "Corvane closed."]


def test_what_is_shortened_ends_at_a_word_and_stays_within_the_limit() -> None:
    assert shorten("Corvane halts withdrawals", 16) == "Corvane halts…"
    assert shorten("Corvane", 7) == "Corvane"
    assert len(shorten("x" * 50, 10)) == 10


@pytest.mark.parametrize("text", ["Corvane left the exchange. It closes", "Corvane left the exchange.… It closes"])
def test_no_full_stop_stands_beside_the_ellipsis(text: str) -> None:
    assert shorten(text, 29) == "Corvane left the exchange…"


@pytest.mark.parametrize("unit", ["A", "A&", "A ", "$1 "])
def test_what_has_no_end_is_cut_and_loses_nothing(unit: str) -> None:
    text = (unit * 5000)[:5000].strip()

    found = sentences(text)

    assert "".join(found) == text
    assert max(map(len, found)) <= MAX_CHARACTERS
