"""Which of the themes an article is about: words that speak for each, weighed by where they stand."""

import re
import tomllib
from functools import cache
from pathlib import Path

from cluster.event import Theme

MAIN_CLAUSE, SIDE_CLAUSE, LEAD = 3.0, 1.8, 1.0  # what a word weighs by its place
STRONG, WEAK = 3.0, 1.0
LEAD_WORDS = 60  # beyond the lead, recurring paragraphs on regulation and policy stand under every kind of news
SECOND_FROM = 0.4  # a further theme needs this share of the first one's weight
MAX_THEMES = 3
MAX_WORDS_NAMED = 3
ADVERTISED_FROM = 2  # news names a presale once at most; an advertisement comes back to it
ADVERTISED = 20.0

# "Bitcoin slips as Fed holds rates": what stands before the conjunction is what the article is about.
_SIDE_CLAUSE = re.compile(
    r"\s(?:as|amid|after|despite|while|following|ahead of|on back of|but)\s|\s[–—-]\s|[;:]\s", re.I
)

_PRESALE = re.compile(r"\bpre-?sales?\b", re.IGNORECASE)

Found = tuple[tuple[Theme, tuple[str, ...]], ...]


def find_themes(title: str, text: str) -> Found:
    """Up to MAX_THEMES themes, best first, each with the words that spoke for it; `other` alone when none did."""
    lead = " ".join(text.split()[:LEAD_WORDS]).lower()
    main, side = _clauses(title.lower())
    weighed = {theme: _weigh(words, main, side, lead) for theme, words in _words().items()}
    if advertises_presale(text):
        weighed[Theme.PRESALE]["presale"] = ADVERTISED
    ranked = sorted(weighed, key=lambda theme: (-sum(weighed[theme].values()), theme))
    best = sum(weighed[ranked[0]].values())
    if best == 0:
        return ((Theme.OTHER, ()),)
    kept = [theme for theme in ranked[:MAX_THEMES] if sum(weighed[theme].values()) >= SECOND_FROM * best]
    return tuple((theme, _named(weighed[theme])) for theme in kept)


def advertises_presale(text: str) -> bool:
    """Whether a text keeps coming back to a token's presale, as its advertisements do."""
    return len(_PRESALE.findall(text)) >= ADVERTISED_FROM


def _clauses(title: str) -> tuple[str, str]:
    parts = _SIDE_CLAUSE.split(title, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else ""


def _weigh(words: list[tuple[re.Pattern[str], float]], main: str, side: str, lead: str) -> dict[str, float]:
    """Each word found and what it weighs; a word counts once, at its best place."""
    found: dict[str, float] = {}
    for place, zone in ((MAIN_CLAUSE, main), (SIDE_CLAUSE, side), (LEAD, lead)):
        for pattern, weight in words:
            for word in {match.group() for match in pattern.finditer(zone)}:
                found.setdefault(word, place * weight)
    return found


def _named(weights: dict[str, float]) -> tuple[str, ...]:
    ranked = sorted(weights, key=lambda word: (-weights[word], word))
    return tuple(ranked[:MAX_WORDS_NAMED])


@cache
def _words() -> dict[Theme, list[tuple[re.Pattern[str], float]]]:
    lists = tomllib.loads((Path(__file__).parent / "themes.toml").read_text(encoding="utf-8"))
    return {
        Theme(theme): [(_pattern(words["strong"]), STRONG), (_pattern(words["weak"]), WEAK)]
        for theme, words in lists.items()
    }


def _pattern(words: list[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)  # the longest first, or "bitcoin reserve" is never found
    return re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(word).replace(r"\*", r"\w*") for word in ordered) + r")s?(?!\w)"
    )
