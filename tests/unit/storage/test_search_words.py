"""A query means what its reader means, and a word is the same in a text and in a query."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.search_words import BREAK, Sought, Term, indexed, sought, words


def stems(query: str) -> list[tuple[str, ...]]:
    found = sought(query)
    return [term.stems for term in found.terms] if found else []


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("Bitcoin ETFs", [("bitcoin",), ("etf",)]),
        ("bitcoin bitcoin", [("bitcoin",)]),
        ("hacked hacks", [("hack",)]),
        ("Corvane’s CEO", [("corvan",), ("ceo",)]),
        ("Müller İstanbul", [("muller",), ("istanbul",)]),
        ("60,000 U.S. S&P", [("60", "000"), ("u", "s"), ("s", "p")]),
        ("etf,sec;btc", [("etf",), ("sec",), ("btc",)]),
        ("比特币", [("比", "特", "币")]),
        ("שלום", [("שלום",)]),
    ],
)
def test_words_are_found_in_any_form(query: str, meant: list[tuple[str, ...]]) -> None:
    assert stems(query) == meant


def test_quoted_words_stand_one_behind_the_other() -> None:
    assert stems('bridge "the spot ETF" “of funds”') == [("bridg",), ("the", "spot", "etf"), ("of", "fund")]


def test_a_quotation_mark_alone_is_none() -> None:
    assert stems('bitcoin "spot etf') == [("bitcoin",), ("spot",), ("etf",)]


def test_little_words_count_where_there_are_no_others() -> None:
    assert stems("the fall of the bridge") == [("fall",), ("bridg",)]
    assert stems("to be or on it") != []


def test_the_signs_of_index_languages_are_no_words() -> None:
    assert stems("bitcoin AND (etf OR ether*) title:x -y ^z !w") == [
        ("bitcoin",), ("etf",), ("ether",), ("titl", "x"), ("y",), ("z",), ("w",),
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["", " ", "🚀🚀", '""', "\0", "-*^:()&|!<>", "\u202e", "\ud800"])
def test_a_query_without_a_word_means_nothing(query: str) -> None:
    assert sought(query) is None


@pytest.mark.parametrize(
    ("query", "begins"),
    [("ether liquidati", "liquidati"), ("liquidati ether", "ether"), ("sol", None), ('"ether"', None), ("2026", None)],
)
def test_the_last_word_from_four_letters_may_not_be_typed_to_its_end(query: str, begins: str | None) -> None:
    found = sought(query)

    assert found is not None
    assert found.terms[-1].begins == begins
    assert all(term.begins is None for term in found.terms[:-1])


def test_a_text_is_kept_by_where_its_words_stand() -> None:
    found = indexed("Bridge drained", ["Bridge loses funds", "A theft"], ["Harbour Ledger", "", "BTC"])

    assert found.title == "bridg drain"
    assert found.titles == f"bridg lose fund {BREAK} a theft"
    assert found.more == f"harbour ledger {BREAK} btc"
    assert found.spelt == "bridge drained funds harbour ledger loses theft"


@given(st.text())
@example("ß ẞ ſt ŉ ǰ Ǆ")
@example("ten ௰ 𐄇 〇 ½ ²")
def test_words_hold_nothing_that_an_index_would_read_as_more_than_a_word(text: str) -> None:
    found = words(text)

    assert all(all(one.isalpha() or one.isdecimal() for one in word) and BREAK not in word for word in found)


@given(st.text())
def test_whoever_types_a_title_finds_it(title: str) -> None:
    wanted, kept = sought(title), indexed(title).title.split()

    assert wanted is None or {one for term in wanted.terms for one in term.stems} <= set(kept)


def test_a_term_is_a_phrase() -> None:
    assert sought('"spot etf"') == Sought((Term(("spot", "etf")),))
