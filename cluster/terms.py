"""The terms of a title and lead, weighted by how rare they are in crypto news."""

import json
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from cluster.magnitudes import MAGNITUDES

LEAD_WORDS = 60  # title and lead carry nearly everything that tells one happening from another
TITLE_WEIGHT = 2.0

_WORD = re.compile(
    r"\$?\d[\d,]*\.?\d*\s?(?:billion|million|trillion|thousand|bn|[bmkt])?\b%?|[a-z][a-z0-9]+(?:[-'’][a-z]+)?",
    re.IGNORECASE,
)
_SAME = {
    "btc": "bitcoin", "eth": "ethereum", "ether": "ethereum", "sol": "solana", "xrp": "ripple", "doge": "dogecoin",
    "ada": "cardano", "microstrategy": "strategy", "acquire": "buy", "bought": "buy", "purchase": "buy", "add": "buy",
    "drop": "fall", "fell": "fall", "slump": "fall", "slide": "fall", "plunge": "fall", "tumble": "fall", "dip": "fall",
    "crash": "fall", "sink": "fall", "surge": "rise", "soar": "rise", "jump": "rise", "rally": "rise", "climb": "rise",
    "hit": "reach", "top": "reach", "cross": "reach", "surpass": "reach", "exploit": "hack", "breach": "hack",
    "debut": "launch", "unveil": "launch", "reveal": "launch", "suit": "lawsuit",
}  # fmt: skip
STOP = frozenset(
    "the a an and or of to in on for with at by from as is are was were be been it its this that has have had will "
    "would can could may after before over into amid than then their they he she his her who what when how why not no "
    "new more most said say says according also which while but about up out you your we our i us all just now".split()
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an article's title and lead are about, as weighted terms."""

    weights: dict[str, float]  # by term; of unit length
    words: dict[str, str]  # by term, as the article first wrote it


def terms(title: str, text: str) -> Terms:
    """The terms of the title and the first LEAD_WORDS words of the text, tf-idf weighted, of unit length.

    Weights are log-scaled term frequency times inverse document frequency (Salton and Buckley, 1988).
    """
    in_title, in_lead = words_of(title), words_of(" ".join(text.split()[:LEAD_WORDS]))
    counts: dict[str, float] = defaultdict(float)
    for term, _ in in_title:
        counts[term] += TITLE_WEIGHT
    for term, _ in in_lead:
        counts[term] += 1.0
    weighted = {term: (1 + math.log(count)) * rarity(term) for term, count in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0
    words = dict(reversed(in_title + in_lead))  # the first mention wins
    return Terms({term: weight / length for term, weight in weighted.items()}, words)


def shared_words(one: Terms, other: Terms, limit: int) -> list[str]:
    """The words, as `one` wrote them, that speak most for the two being about the same."""
    shares = [(term, weight * other.weights[term]) for term, weight in one.weights.items() if term in other.weights]
    return [one.words[term] for term, _ in sorted(shares, key=lambda share: (-share[1], share[0]))[:limit]]


def rarity(term: str) -> float:
    """Inverse document frequency in crypto news: higher is rarer; a term never seen weighs most."""
    documents, counts = _document_counts()
    return math.log((1 + documents) / (1 + counts.get(term, 0)))


@cache
def _document_counts() -> tuple[int, dict[str, int]]:
    held = json.loads((Path(__file__).parent / "data" / "document_counts.json").read_text())
    return held["documents"], held["counts"]


def words_of(text: str) -> list[tuple[str, str]]:
    """The keys of a text's words in their order, each with how it is written; stop words are left out."""
    found = ((key_of(match.group().lower()), match.group()) for match in _WORD.finditer(text))
    return [(term, word) for term, word in found if term]


@lru_cache(maxsize=1 << 16)  # news repeats its words
def key_of(word: str) -> str:
    """A lower-case word's key: stemmed, an alias resolved, a number to three digits; empty for a stop word."""
    if word[0] in "$0123456789":
        return _number(word)
    word = word.replace("’", "'").removesuffix("'s")
    if word in STOP:
        return ""
    stem = _stem(word)
    return _same_stems().get(stem, stem)


@cache
def _same_stems() -> dict[str, str]:
    return {_stem(word): _stem(other) for word, other in _SAME.items()}


def _stem(word: str) -> str:
    for ending, least in (("ing", 6), ("ies", 5), ("ed", 5), ("es", 6), ("s", 4)):
        if word.endswith(ending) and len(word) >= least and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    return word.removesuffix("e") if len(word) > 4 else word  # "acquire" and "acquires" meet at "acquir"


def _number(word: str) -> str:
    match = re.fullmatch(r"\$?([\d,]+\.?\d*)\s?([a-z]*)(%?)", word)
    digits = match.group(1).replace(",", "").rstrip(".") if match else ""
    if not match or not digits:
        return ""
    value = float(digits) * MAGNITUDES.get(match.group(2), 1.0)
    # Three digits: "$1.24B" and "1,240,000,000" are one number, "$1.243B" is close enough to be the same.
    return f"{value:.3g}{match.group(3)}"
