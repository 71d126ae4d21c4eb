"""What a revision changed is counted in words, and the older text can be made again of what is kept."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.revisions import SENTENCES_AT_MOST, Cut, changes_of, text_before

BEFORE = "Corvane halted withdrawals. It lost $4 million.\nThe police are looking into it."
AFTER = "Corvane halted withdrawals. It lost $5 million.\nThe police are looking into it."
SENTENCES = st.lists(st.sampled_from(["Up. ", "Down! ", "It said so.\n", "\n", "no end", "“Ha.” "]), max_size=40)


def test_only_what_went_is_kept() -> None:
    found = changes_of(BEFORE, AFTER)

    assert (found.words_added, found.words_removed) == (1, 1)
    assert found.cuts == (Cut(1, 1, "It lost $4 million.\n"),)


@given(before=SENTENCES.map("".join), after=SENTENCES.map("".join))
def test_the_older_text_is_made_again(before: str, after: str) -> None:
    found = changes_of(before, after)

    assert found.cuts is not None
    assert text_before(after, found.cuts) == before


def test_of_a_text_without_end_the_words_alone_are_counted() -> None:
    found = changes_of("Up. " * SENTENCES_AT_MOST, "Down. " * (SENTENCES_AT_MOST + 1))

    assert (found.words_added, found.words_removed, found.cuts) == (SENTENCES_AT_MOST + 1, SENTENCES_AT_MOST, None)
