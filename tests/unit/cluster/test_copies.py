"""Near-duplicate texts are found, look-alikes are not."""

import pytest

from cluster.copies import COPY_FROM, Sketches, containment, sketch

SENTENCES = [
    f"Paragraph {n} tells how the exchange moved {n * 37} coins to a wallet that clerk number {n} had opened."
    for n in range(60)
]
TEXT = " ".join(SENTENCES)


def test_the_same_text_is_contained_whole() -> None:
    assert containment(sketch(TEXT), sketch(TEXT.upper())) == 1.0


@pytest.mark.parametrize("kept", [10, 20, 40])
def test_a_repost_that_was_cut_short_is_found(kept: int) -> None:
    assert containment(sketch(TEXT), sketch(" ".join(SENTENCES[:kept]))) > 0.9


def test_a_repost_with_a_first_paragraph_of_its_own_is_found() -> None:
    repost = "Our desk read this with interest and passes it on to you in full, with thanks. " + TEXT

    assert containment(sketch(TEXT), sketch(repost)) > COPY_FROM


def test_another_text_on_the_same_matter_is_no_copy() -> None:
    other = " ".join(f"On day {n} auditors counted {n * 11} coins and clerk {n} signed for them." for n in range(60))

    assert containment(sketch(TEXT), sketch(other)) < 0.1


def test_a_text_too_short_to_tell_has_no_sketch() -> None:
    assert len(sketch("Bitcoin fell below a round number on Tuesday.")) == 0


def test_the_closest_text_comes_first() -> None:
    sketches = Sketches()
    sketches.add("whole", sketch(TEXT))
    sketches.add("edited", sketch(" ".join(SENTENCES[:45]) + " And then the writer went another way entirely. " * 8))

    assert sketches.copies_of(sketch(TEXT)) == ["whole", "edited"]
