"""Near-duplicate texts are found, look-alikes are not."""

import pytest

from cluster.copies import COPY_FROM, Sketches, containment, repeats, reprints, sketch

PARAGRAPHS = [
    f"The bridge's operator said on day {n} that {n * 37} coins had left vault {n} before clerk {n} closed it. "
    f"Two of its {n + 3} signers had used one laptop, and the insurer in case {n} was told {n * 5} hours later."
    for n in range(1, 16)
]
TEXT = " ".join(PARAGRAPHS)
OWN = "Our correspondent in the harbour town had heard of the matter from three people before noon, he writes. " * 2
TEASER = "Vault operator Tamber admits that two of its five signers kept their keys on the same laptop for a year."


def _with_a_word_changed(sentence: str) -> str:
    words = sentence.split()
    return " ".join([*words[:6], "reportedly", *words[7:]])


EDITED = {
    "the first two paragraphs alone": " ".join(PARAGRAPHS[:2]),
    "another first paragraph": " ".join([OWN, *PARAGRAPHS[1:]]),
    "a word changed in every sentence": ". ".join(_with_a_word_changed(one) for one in TEXT.split(". ")),
    "an introduction and an ending": f"{OWN} {TEXT} {OWN}",
    "shouted": TEXT.upper(),
    "every other paragraph": " ".join(PARAGRAPHS[::2]),
    "two paragraphs behind an introduction": " ".join([OWN[:100], *PARAGRAPHS[:2]]),
}


@pytest.mark.parametrize("text", EDITED.values(), ids=EDITED)
def test_a_repost_is_found_however_it_was_cut_or_edited(text: str) -> None:
    assert repeats(sketch(TEXT), sketch(text))
    assert repeats(sketch(text), sketch(TEXT))


def test_two_paragraphs_of_a_very_long_text_are_found() -> None:
    long = " ".join(
        f"Paragraph {n} weighs argument {n * 3} against rule {n * 7} of the {n}th code." for n in range(900)
    )

    assert repeats(sketch(f"{PARAGRAPHS[0]} {PARAGRAPHS[1]} {long}"), sketch(" ".join(PARAGRAPHS[:2])))


@pytest.mark.parametrize(
    "other",
    [
        " ".join(f"On day {n} auditors counted {n * 11} coins and signer {n} wrote to vault {n}." for n in range(60)),
        " ".join([*(f"{OWN[:40]} Witness {n} saw {n * 9} trucks leave gate {n}." for n in range(30)), *PARAGRAPHS[:2]]),
    ],
    ids=["another text on the same matter", "another text that quotes two paragraphs"],
)
def test_a_text_of_its_own_is_no_copy(other: str) -> None:
    assert containment(sketch(TEXT), sketch(other)) < COPY_FROM
    assert not repeats(sketch(TEXT), sketch(other))


@pytest.mark.parametrize("ending", ["", " Details follow", f" {TEXT}", " It wil…"])
def test_a_teaser_that_opens_another_text_word_for_word_is_a_copy(ending: str) -> None:
    assert repeats(sketch(TEASER), sketch(TEASER.upper() + ending))


def test_a_teaser_that_was_cut_within_a_word_is_a_copy() -> None:
    assert repeats(sketch(f"{TEASER[:80]}…"), sketch(f"{TEASER} {TEXT}"))


@pytest.mark.parametrize(
    "other",
    [
        TEASER.replace("Tamber", "Corvane"),
        TEASER.replace("Vault", "Bridge"),
        TEASER.replace("a year", "a month"),
        "Lender Perch says no coins are lost after two of its five signers kept their keys on the same laptop.",
        f"{TEXT} {TEASER}",
    ],
    ids=["another name", "another first word", "another last word", "a stock phrase", "told in passing, further down"],
)
def test_a_teaser_that_stands_nowhere_word_for_word_is_no_copy(other: str) -> None:
    assert not repeats(sketch(TEASER), sketch(other))


@pytest.mark.parametrize("text", [TEXT, f"{TEXT} {OWN[:40]}", TEXT.upper()], ids=["whole", "a line more", "shouted"])
def test_a_text_that_its_publisher_prints_again_is_the_same(text: str) -> None:
    assert reprints(sketch(TEXT), sketch(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TEXT, " ".join(PARAGRAPHS[:8])),
        (TEXT, EDITED["a word changed in every sentence"]),
        (TEXT, f"{TEXT} {OWN}"),
        (" ".join(PARAGRAPHS[:2]), " ".join(PARAGRAPHS[:2])),
    ],
    ids=["half of it", "other words in a template", "with a new introduction", "a short one"],
)
def test_two_texts_of_one_template_are_not_the_same(one: str, other: str) -> None:
    assert not reprints(sketch(one), sketch(other))


def test_a_text_too_short_to_tell_has_no_sketch_and_repeats_nothing() -> None:
    headline = sketch("Bitcoin fell below a round number on Tuesday.")

    assert len(headline) == 0
    assert not repeats(headline, headline)
    assert Sketches().copies_of(headline) == []


def test_the_closest_text_comes_first_and_of_equals_the_first_added() -> None:
    sketches = Sketches()
    edited = " ".join(PARAGRAPHS[:10]) + " And then the writer went another way entirely. " * 8
    for key, text in {"edited": EDITED["another first paragraph"], "z": TEXT, "a": TEXT, "cut": edited}.items():
        sketches.add(key, sketch(text))

    assert sketches.copies_of(sketch(TEXT)) == ["z", "a", "cut", "edited"]


def test_the_index_finds_what_comparing_every_pair_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster.copies.SETTLE_AT", 500)
    texts = {name: sketch(text) for name, text in EDITED.items()}
    texts |= {f"stranger {n}": sketch(f"{OWN} Stranger {n} said so. {PARAGRAPHS[n]}") for n in range(10)}
    at_once, one_by_one = Sketches(), Sketches()
    for name, hashes in texts.items():
        at_once.add(name, hashes)
        one_by_one.add(name, hashes)
        one_by_one.copies_of(hashes)  # takes up this one alone

    for hashes in texts.values():
        expected = {name for name, other in texts.items() if repeats(hashes, other)}
        assert set(at_once.copies_of(hashes)) == expected
        assert one_by_one.copies_of(hashes) == at_once.copies_of(hashes)
