"""What an article lends beside its headlines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.lending import MAX_CHARACTERS, TITLE_CHARACTERS, beside_headlines, first_headline, headline, on_one_line
from ingest.article import Flag
from tests.builders import make_article

WORDS = st.text(alphabet="abc  ,", min_size=0, max_size=600)


@given(text=WORDS, limit=st.integers(0, 300))
def test_a_shortened_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(on_one_line(text, limit)) <= limit


def test_a_text_is_cut_behind_a_word() -> None:
    assert on_one_line("one two three", 9) == "one two…"


def test_a_short_text_stays_on_one_line_and_whole() -> None:
    assert on_one_line("one\n two", 20) == "one two"


@pytest.mark.parametrize("first", [None, "Corvane halts  withdrawals"])
def test_a_headline_that_says_what_it_said_at_first_has_no_first_one(first: str | None) -> None:
    assert first_headline(make_article(title="Corvane halts withdrawals", first_title=first)) is None


def test_both_headlines_count() -> None:
    article = make_article(title="t " * 200, first_title="Corvane halts withdrawals")

    assert len(headline(article.title)) <= TITLE_CHARACTERS
    assert beside_headlines(article) == MAX_CHARACTERS - len(headline(article.title)) - len("Corvane halts withdrawals")


def test_who_reserves_its_text_lends_nothing_beside_them() -> None:
    assert beside_headlines(make_article(flags=frozenset({Flag.RESERVED}))) == 0
