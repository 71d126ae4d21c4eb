"""What readers and models get is the article's own words."""

import pytest

from ingest.cleaning import language_tag, links_in, plain_text, plain_title, tidy, without_furniture


def test_markup_becomes_paragraphs() -> None:
    markup = (
        "<p>Corvane <b>halted</b> withdrawals&nbsp;today.</p><script>steal()</script><p>Users &amp; staff wait.</p>"
    )

    assert plain_text(markup) == "Corvane halted withdrawals today.\nUsers & staff wait."


def test_invisible_and_direction_changing_characters_go() -> None:
    assert plain_text("Cor\u200bvane \u202ehalts\u202c \ud83d") == "Corvane halts"
    assert tidy("Cor\u200bvane halts \ud83d") == "Corvane halts"
    assert tidy("Corvane \x93halts\x94 \x96 it says\x85 \x9d") == "Corvane “halts” – it says…"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("صرافی می\u200cشود", "صرافی می\u200cشود"),  # Persian, "becomes"; without it two words are one
        ("می\u200c\u200cشود", "می\u200cشود"),
        ("می\u200b\u200cشود", "می\u200cشود"),
        ("می\u200c شود\u200c", "می شود"),
        ("ක්\u200dරිප්ටෝ", "ක්\u200dරිප්ටෝ"),  # Sinhala, one letter of two
        ("र्\u200dयाली", "र्\u200dयाली"),  # Nepali
        ("👩\u200d💻 👩🏽\u200d⚖️ ❤️\u200d🔥", "👩\u200d💻 👩🏽\u200d⚖️ ❤️\u200d🔥"),
        ("👩\u200d", "👩"),
        ("👩\u200c💻", "👩💻"),
        ("\u200d💻 Cor\u200dvane\u200c", "💻 Corvane"),
    ],
)
def test_a_joiner_stays_where_it_joins(written: str, read: str) -> None:
    assert tidy(written) == read
    assert tidy(read) == read


@pytest.mark.parametrize("title", ["Corvane &amp;amp; Tellum", "<b>Corvane</b> &amp; Tellum", "Corvane & Tellum"])
def test_a_title_is_plain_however_often_it_was_escaped(title: str) -> None:
    assert plain_title(title) == "Corvane & Tellum"


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<" * 7 + "b>" * 7 + "Corvane", "b>Corvane"),
        (f"<&{'amp;' * 5}lt;b&{'amp;' * 5}gt;script>Corvane", "bscript>Corvane"),
        ("Corvane < 5 > Tellum", "Corvane < 5 > Tellum"),
    ],
)
def test_no_tag_of_a_title_is_left_however_it_is_nested(markup: str, title: str) -> None:
    assert plain_title(markup) == title


@pytest.mark.parametrize(
    ("declared", "tag"),
    [
        ("en", "en"),
        (" pt_BR", "pt-BR"),
        ("zh-Hant-HK", "zh-Hant-HK"),
        ("es-419", "es-419"),
        ("en-US-x-twain-private-use", "en-US"),
        ("english", None),
        ("", None),
    ],
)
def test_a_language_is_told_in_a_few_characters(declared: str, tag: str | None) -> None:
    assert language_tag(declared) == tag


def test_links_are_absolute_and_of_the_web() -> None:
    markup = '<a href="/a?x=1&amp;y=2">a</a> <a href="javascript:x()">b</a> <a href="https://tellum.example/">c</a>'

    assert links_in(markup, "https://ledgerpost.example/feed") == (
        "https://ledgerpost.example/a?x=1&y=2",
        "https://tellum.example/",
    )


@pytest.mark.parametrize(
    "furniture",
    [
        "Corvane Halts Withdrawals",
        "By Ann Ray · 4 March 2026 12:00 UTC",
        "March 4, 2026",
        "5 min read",
        "Disclaimer: this page is for information only.",
        "This is not investment advice.",
        "Always do your own research.",
        "The post Corvane halts withdrawals appeared first on Ledgerpost.",
        "Read more: what a hot wallet is",
        "Sign up for our daily letter",
        "We use cookies to improve your visit.",
        "Image: Tellum Pictures",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    text = f"{furniture}\nThe exchange stopped withdrawals."

    assert without_furniture(text, "Corvane halts withdrawals") == "The exchange stopped withdrawals."


@pytest.mark.parametrize(
    "sentence",
    [
        "By Tuesday evening the exchange had paid out half of its deposits.",
        "The fund said it would advise investors in May.",
        "Its research found that traders who do their own research lose less; " + "the study covers ten years. " * 25,
        "Join Corvane and Tellum in one company is what the board wants.",
        "The post was removed an hour later.",
    ],
)
def test_a_sentence_that_only_looks_like_furniture_stays(sentence: str) -> None:
    assert without_furniture(sentence.strip()) == sentence.strip()
