"""What a publisher prints everywhere is taken out, what it reports is not."""

from cluster.recurring import RECENT, RECURS_FROM, left_out, own_words, without

DISCLAIMER = "The Ledgerpost does not recommend that any of its readers buy or sell any token."
NEWS = "Corvane stopped withdrawals on Wednesday after an attacker drained a hot wallet."
EARLIER = [f"Vault {n} was emptied of {n * 7} coins by a clerk on day {n}.\n{DISCLAIMER}" for n in range(RECENT)]


def test_a_paragraph_of_three_other_articles_is_left_out() -> None:
    text = f"{NEWS}\n{DISCLAIMER.upper()}"

    assert own_words(text, EARLIER[:RECURS_FROM]) == NEWS


def test_a_publishers_first_articles_keep_everything() -> None:
    text = f"{NEWS}\n{DISCLAIMER}"

    for known in range(RECURS_FROM):
        assert own_words(text, EARLIER[:known]) == text


def test_a_text_without_paragraphs_is_read_by_sentences() -> None:
    flat = [text.replace("\n", " ") for text in EARLIER]

    assert own_words(f"{NEWS} {DISCLAIMER} Users wait.", flat) == f"{NEWS} Users wait."


def test_short_sentences_may_recur() -> None:
    text = f"Bitcoin fell.\n{NEWS}"

    assert own_words(text, [f"Bitcoin fell.\nA report of its own, number {n}." for n in range(RECENT)]) == text


def test_a_paragraph_counts_once_an_article() -> None:
    text = f"{NEWS}\n{DISCLAIMER}"

    assert own_words(text, [f"{DISCLAIMER}\n{DISCLAIMER}\n{DISCLAIMER}"]) == text


def test_a_text_that_holds_nothing_recurring_is_left_as_it_is() -> None:
    text = f"{NEWS}  Two  spaces.\n\nAn empty line."

    assert own_words(text, EARLIER) == text


def test_what_was_left_out_is_left_out_again_by_its_keys() -> None:
    text = f"{NEWS}\n{DISCLAIMER}"
    keys = left_out(text, own_words(text, EARLIER))

    assert without(text, keys) == NEWS
    assert without(f"{DISCLAIMER}\nA revised text.\n{NEWS}", keys) == f"A revised text.\n{NEWS}"
    assert left_out(text, text) == ()
