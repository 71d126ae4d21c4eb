"""Terms say the same thing the same way."""

import pytest

from cluster.terms import Terms, rarity, shared_words, terms


def overlap(one: Terms, other: Terms) -> float:
    return sum(weight * other.weights.get(term, 0.0) for term, weight in one.weights.items())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lender raises $1.24B", "Lender raises $1,240,000,000"),
        ("Treasury buys 2,205 BTC", "Treasury acquires 2205 bitcoin"),
        ("Vault’s keys stolen", "Vault's keys stolen"),
    ],
)
def test_different_spellings_are_the_same_terms(one: str, other: str) -> None:
    assert overlap(terms(one, ""), terms(other, "")) == pytest.approx(1.0)


def test_terms_have_unit_length() -> None:
    assert overlap(*[terms("Corvane halts withdrawals", "An attacker took $40 million.")] * 2) == pytest.approx(1.0)


def test_a_name_never_seen_weighs_more_than_a_common_word() -> None:
    assert rarity("corvane") > 2 * rarity("bitcoin")


def test_a_name_in_common_speaks_before_a_common_word_as_the_article_wrote_it() -> None:
    one, other = terms("Corvane’s bitcoin is gone", ""), terms("Bitcoin drained from Corvane", "")

    assert shared_words(one, other, limit=2) == ["Corvane’s", "bitcoin"]


@pytest.mark.parametrize("odd", ["", "$", "$,", "1,,2", "…", "%", "\x00", "１２３", "$.5", "9" * 400])
def test_odd_input_makes_no_trouble(odd: str) -> None:
    assert overlap(terms(odd, odd), terms("Bitcoin", "")) == 0.0
