"""Listed words are found as whole words, over several tokens, and with any ending where the list says so."""

from cluster.event import Theme
from cluster.kinds.theme_words import spoken
from cluster.kinds.tokens import tokens


def words(text: str, theme: Theme) -> set[str]:
    return set(spoken(tokens(text)).get(theme, ()))


def test_a_starred_word_takes_any_ending() -> None:
    assert words("Prices after liquidations", Theme.DERIVATIVES) == {"liquidations"}


def test_a_phrase_is_found_as_a_whole_and_takes_a_plural() -> None:
    assert "interest rates" in words("Fed holds interest rates", Theme.MACRO)
    assert "interest rate" not in words("interest in the rate", Theme.MACRO)


def test_a_part_of_a_word_is_not_the_word() -> None:
    assert words("A coupling of methods", Theme.DERIVATIVES) == set()
    assert words("The captain said", Theme.AI) == set()


def test_a_strong_word_weighs_more_than_a_weak_one() -> None:
    found = spoken(tokens("etf inflow"))[Theme.ETF]

    assert found["etf"] > found["inflow"]
