"""Which of the themes an article is about: by the fitted model, with the words that speak for each."""

from collections.abc import Mapping

from cluster.event import Theme
from cluster.kinds.cues import LEAD, MAIN_CLAUSE, SIDE_CLAUSE
from cluster.kinds.parts import Parts
from cluster.kinds.theme_words import Spoken, spoken

SECOND_FROM = 0.15  # a further theme is named from this probability
MAX_THEMES = 3
MAX_WORDS_NAMED = 3

_WORDS = {
    Theme.ETF: "ETF",
    Theme.DEFI: "DeFi",
    Theme.AI: "AI",
    Theme.EXCHANGES: "exchange",
    Theme.STABLECOINS: "stablecoin",
    Theme.MEMECOINS_NFT: "memecoin or NFT",
}

Found = tuple[tuple[Theme, tuple[str, ...]], ...]


def find_themes(parts: Parts, probabilities: Mapping[Theme, float]) -> Found:
    """Up to MAX_THEMES themes, best first, each with up to MAX_WORDS_NAMED words of the article that speak for it."""
    ranked = sorted(Theme, key=lambda theme: (-probabilities[theme], theme))
    kept = [theme for theme in ranked[1:MAX_THEMES] if probabilities[theme] >= SECOND_FROM]
    weighed = _weighed(parts)
    return tuple((theme, _named(weighed.get(theme, {}))) for theme in (ranked[0], *kept))


def in_words(theme: Theme) -> str:
    """A theme in front of a noun: "ETF" news, "security" events."""
    return _WORDS.get(theme, theme.value)


def _weighed(parts: Parts) -> dict[Theme, Spoken]:
    """The listed words of title and lead by theme; a word counts once, at its best place."""
    weighed: dict[Theme, Spoken] = {}
    places = ((MAIN_CLAUSE, parts.main_tokens), (SIDE_CLAUSE, parts.side_tokens), (LEAD, parts.lead_tokens))
    for place, row in places:
        for theme, words in spoken(row).items():
            for word, weight in words.items():
                weighed.setdefault(theme, {}).setdefault(word, place * weight)
    return weighed


def _named(words: Spoken) -> tuple[str, ...]:
    plain = [word for word in words if "#" not in word]  # the shape of a number is nothing to show
    return tuple(sorted(plain, key=lambda word: (-words[word], word))[:MAX_WORDS_NAMED])
