"""Facts are read from one article alone."""

import pytest

from cluster.event import ArticleType, Theme
from cluster.facts import is_english, read_facts
from tests.builders import make_article
from tests.unit.cluster.reports import plain_vectors

GERMAN = (
    "Die Börse hat am Mittwoch alle Auszahlungen gestoppt, weil ein Angreifer das Konto der Firma geleert hat. " * 5
)
ENGLISH = "The exchange stopped withdrawals on Wednesday after an attacker drained a wallet of the firm. " * 6


def test_an_article_gives_its_type_theme_and_assets() -> None:
    facts = read_facts(make_article(title="Hacker drains bitcoin from Corvane", text=ENGLISH), *plain_vectors())

    assert facts.type is ArticleType.NEWS
    assert facts.themes[0][0] is Theme.SECURITY
    assert [asset.symbol for asset in facts.assets] == ["BTC"]
    assert facts.language_supported


def test_the_probabilities_are_of_every_type_and_every_theme() -> None:
    facts = read_facts(make_article(title="Hacker drains bitcoin from Corvane", text=ENGLISH), *plain_vectors())

    types = dict(zip(ArticleType, facts.type_probabilities, strict=True))
    themes = dict(zip(Theme, facts.theme_probabilities, strict=True))
    assert sum(types.values()) == pytest.approx(1, abs=0.001)
    assert sum(themes.values()) == pytest.approx(1, abs=0.001)
    assert max(themes, key=themes.__getitem__) is Theme.SECURITY


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", ""),
        ("비트코인", "비트코인 가격이 오늘 다시 올랐다"),
        ("?" * 50_000, "A" * 3_000_000),
        ("İ\x00\n", "🚀 " * 9_000),
    ],
)
def test_any_text_has_facts(title: str, text: str) -> None:
    facts = read_facts(make_article(title=title, text=text), *plain_vectors())

    assert all(0 <= one <= 1 for one in (*facts.type_probabilities, *facts.theme_probabilities))


@pytest.mark.parametrize("text", [GERMAN, "비트코인 가격이 오늘 다시 올랐다", "Биткоин снова вырос сегодня"])
def test_other_languages_are_not_supported_whatever_the_feed_says(text: str) -> None:
    assert not is_english("", text, "en")


def test_a_terse_teaser_without_small_words_is_still_english() -> None:
    assert is_english("Bitcoin nears new high", "Options traders eye fresh record; volumes jump 40%", "en-US")


def test_of_a_short_text_the_feed_says_the_language() -> None:
    assert not is_english("Bitcoin rally", "Bitcoin rally", "de")
