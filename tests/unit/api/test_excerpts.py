"""No more than 400 characters of an article, however many fields ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.excerpts import EXCERPT_AT_MOST, MAX_CHARACTERS, Quoting, first_headline, headline, shorten
from cluster.event import Quote
from ingest.article import Flag
from tests.unit.api.builders import make_article

WORDS = st.text(alphabet="abc  ,", min_size=0, max_size=600)


@given(text=WORDS, limit=st.integers(0, 300))
def test_a_shortened_text_is_never_longer_than_its_limit(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_a_text_is_cut_behind_a_word() -> None:
    assert shorten("one two three", 9) == "one two…"


def test_a_short_text_stays_on_one_line_and_whole() -> None:
    assert shorten("one\n two", 20) == "one two"


@given(title=WORDS, first=WORDS, text=WORDS, quotes=st.lists(WORDS, max_size=6))
def test_all_fields_together_stay_within_the_limit(title: str, first: str, text: str, quotes: list[str]) -> None:
    article = make_article("a", title=title, first_title=first, text=text)
    quoting = Quoting([article], [Quote("a", quote) for quote in quotes])

    shown = [headline(title), first_headline(article) or "", quoting.excerpt("a")]
    shown += [quoting.quote("a", quote) for quote in quotes]

    assert sum(len(part) for part in shown) <= MAX_CHARACTERS


@pytest.mark.parametrize("first", [None, "Corvane halts  withdrawals"])
def test_a_headline_that_says_what_it_said_at_first_has_no_first_one(first: str | None) -> None:
    assert first_headline(make_article(title="Corvane halts withdrawals", first_title=first)) is None


def test_an_excerpt_makes_room_for_the_quotes() -> None:
    article = make_article("a", title="t" * 80, text="word " * 200)
    quote = Quote("a", "q" * 120)

    alone, beside = Quoting([article]), Quoting([article], [quote])

    assert len(alone.excerpt("a")) > EXCERPT_AT_MOST - 10
    assert len(beside.excerpt("a")) < len(alone.excerpt("a")) + 1
    assert beside.quote("a", quote.text) == quote.text


@pytest.mark.parametrize("asked", ["excerpt", "quote"])
def test_a_reserved_article_lends_its_title_and_nothing_else(asked: str) -> None:
    quoting = Quoting([make_article("a", flags=frozenset({Flag.RESERVED}))])

    assert (quoting.excerpt("a") if asked == "excerpt" else quoting.quote("a", "some words of it")) == ""


def test_nothing_is_quoted_of_an_article_that_is_not_shown() -> None:
    assert Quoting([make_article("a")]).quote("b", "words of another") == ""
