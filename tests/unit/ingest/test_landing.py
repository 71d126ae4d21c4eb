"""Which addresses are an article's own, and which are where everybody is sent."""

import pytest

from ingest.landing import Landing, is_gate, is_one_title, is_shared, landing

HOME = "https://ledgerpost.example"
OWN = f"{HOME}/corvane-halts"


@pytest.mark.parametrize("final", [OWN, f"{OWN}/", "http://ledgerpost.example/corvane-halts",
                                   "https://www.ledgerpost.example/corvane-halts"])  # fmt: skip
def test_another_spelling_of_an_address_is_no_other_page(final: str) -> None:
    assert landing(OWN, final, "Corvane halts") is None


@pytest.mark.parametrize(
    ("address", "home"),
    [
        (HOME, HOME),
        (f"{HOME}/", HOME),
        ("https://elsewhere.example/", HOME),
        ("https://medium.com/@ann", "https://medium.com/@ann"),
        (f"{HOME}/login?next=/corvane-halts", HOME),
        (f"{HOME}/login?ref=//[x&next=/corvane-halts", HOME),
        ("https://consent.example/ask?back=https%3A%2F%2Fledgerpost.example%2Fcorvane-halts&lang=en", HOME),
    ],
)
def test_a_front_page_and_a_page_that_asks_to_sign_in_are_gates(address: str, home: str) -> None:
    assert is_gate(Landing(OWN, address, ""), address, home)


@pytest.mark.parametrize("address", [f"{HOME}/2026/corvane-halts", f"{HOME}/?p=9", f"{HOME}/a?from=/", f"{HOME}/login",
                                     f"{HOME}/a?ref=//[x"])  # fmt: skip
def test_any_other_page_may_be_the_articles(address: str) -> None:
    assert not is_gate(Landing(OWN, address, ""), address, HOME)


def test_a_page_is_shared_by_entries_about_different_things() -> None:
    one, other = (Landing(f"{HOME}/{n}", f"{HOME}/login", title) for n, title in enumerate(("Up", "Down")))
    elsewhere = Landing(f"{HOME}/2", f"{HOME}/corvane", "Sideways")

    assert is_shared(one, [one, other])
    assert not is_shared(elsewhere, [one, other, elsewhere])


def test_two_links_to_one_article_are_not_two_articles() -> None:
    one, other = (Landing(f"{HOME}/?p={n}", f"{HOME}/corvane", "Corvane halts") for n in range(2))

    assert not is_shared(one, [one, other])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Corvane halts", "corvane  Halts", True),
        ("Corvane halts", "Corvane halts | Ledger Post", True),
        ("Corvane halts", "Corvane resumes", False),
        ("", "", False),
    ],
)
def test_titles_are_one_but_for_case_and_a_name_behind_them(one: str, other: str, same: bool) -> None:
    assert is_one_title(one, other) is same
