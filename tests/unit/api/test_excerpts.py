"""No more than 400 characters of an article, however many fields ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.excerpts import Quoting
from cluster.event import Quote
from cluster.lending import EXCERPT_AT_MOST, MAX_CHARACTERS, first_headline, headline
from ingest.article import Flag
from tests.unit.api.builders import make_article

WORDS = st.text(alphabet="abc  ,", min_size=0, max_size=600)


@given(title=WORDS, first=WORDS, text=WORDS, quotes=st.lists(WORDS, max_size=6))
def test_all_fields_together_stay_within_the_limit(title: str, first: str, text: str, quotes: list[str]) -> None:
    article = make_article("a", title=title, first_title=first, text=text)
    quoting = Quoting([article], [Quote("a", quote) for quote in quotes])

    shown = [headline(title), first_headline(article) or "", quoting.excerpt("a")]
    shown += [quoting.quote("a", quote) for quote in quotes]

    assert sum(len(part) for part in shown) <= MAX_CHARACTERS


def test_an_excerpt_makes_room_for_the_quotes() -> None:
    article = make_article("a", title="t" * 80, text="word " * 200)
    quote = Quote("a", "q" * 120)

    alone, beside = Quoting([article]), Quoting([article], [quote])

    assert len(alone.excerpt("a")) > EXCERPT_AT_MOST - 10
    assert len(beside.excerpt("a")) < len(alone.excerpt("a")) + 1
    assert beside.quote("a", quote.text) == quote.text


def test_an_excerpt_is_what_is_known_of_an_articles_opening() -> None:
    article = make_article("a", text="By Jane Alder | Bitcoin fell through $60,000.")

    assert Quoting([article]).excerpt("a") == "Bitcoin fell through $60,000."
    assert Quoting([article], openings={"a": "Bitcoin fell."}).excerpt("a") == "Bitcoin fell."
    assert Quoting([article], openings={"a": ""}).excerpt("a") == ""


@pytest.mark.parametrize("asked", ["excerpt", "quote"])
def test_a_reserved_article_lends_its_title_and_nothing_else(asked: str) -> None:
    quoting = Quoting([make_article("a", flags=frozenset({Flag.RESERVED}))])

    assert (quoting.excerpt("a") if asked == "excerpt" else quoting.quote("a", "some words of it")) == ""


def test_nothing_is_quoted_of_an_article_that_is_not_shown() -> None:
    assert Quoting([make_article("a")]).quote("b", "words of another") == ""
