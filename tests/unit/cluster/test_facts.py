"""Facts are read from one article alone."""

import pytest

from cluster.event import ArticleType, Theme
from cluster.facts import is_english, read_facts
from tests.builders import make_article

GERMAN = (
    "Die Börse hat am Mittwoch alle Auszahlungen gestoppt, weil ein Angreifer das Konto der Firma geleert hat. " * 5
)
ENGLISH = "The exchange stopped withdrawals on Wednesday after an attacker drained a wallet of the firm. " * 6


def test_an_article_gives_its_type_theme_and_assets() -> None:
    facts = read_facts(make_article(title="Hacker drains bitcoin from Corvane", text=ENGLISH))

    assert facts.type is ArticleType.NEWS
    assert facts.themes[0][0] is Theme.SECURITY
    assert [asset.symbol for asset in facts.assets] == ["BTC"]
    assert facts.language_supported


@pytest.mark.parametrize("text", [GERMAN, "비트코인 가격이 오늘 다시 올랐다", "Биткоин снова вырос сегодня"])
def test_other_languages_are_not_supported_whatever_the_feed_says(text: str) -> None:
    assert not is_english("", text, "en")


def test_a_terse_teaser_without_small_words_is_still_english() -> None:
    assert is_english("Bitcoin nears new high", "Options traders eye fresh record; volumes jump 40%", "en-US")


def test_of_a_short_text_the_feed_says_the_language() -> None:
    assert not is_english("Bitcoin rally", "Bitcoin rally", "de")
