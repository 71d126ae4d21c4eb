"""What is found on a page is measured word by word, and padding a page changes nothing of its article."""

import random

import pytest

from bench.extraction import overlap
from bench.pages import padded_page, plain_page

OTHERS = ("Brackwater opens its vault", "Ledger of the week")


def test_words_count_as_often_as_they_occur() -> None:
    measured = overlap("Corvane halts, Corvane says", "corvane halts withdrawals")

    assert measured.precision == 2 / 4
    assert measured.recall == 2 / 3
    assert measured.f1 == pytest.approx(4 / 7)


@pytest.mark.parametrize(("found", "text"), [("", "words"), ("words", ""), ("", "")])
def test_nothing_found_is_nothing_right(found: str, text: str) -> None:
    assert overlap(found, text).f1 == 0


@pytest.mark.parametrize("seed", range(5))
def test_a_padded_page_has_the_size_asked_for_and_holds_the_article(seed: int) -> None:
    made = padded_page("Corvane & co halt", "One paragraph.\nAnother.", OTHERS, random.Random(seed), size=100_000)

    assert 95_000 < len(made) < 110_000
    assert b"<p>One paragraph.</p><p>Another.</p>" in made
    assert made.count(b"<script") == made.count(b"</script>") > 2


def test_a_text_without_paragraphs_is_cut_at_sentences() -> None:
    assert plain_page("Corvane", "A sentence of words. " * 100, OTHERS).count(b"<p>A sentence") == 25
