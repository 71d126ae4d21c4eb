"""Takes out what a publisher prints under article after article: disclaimers, notes on itself, calls to subscribe.

Such paragraphs say nothing of the news, yet they make strangers' texts alike and give every article their theme.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache

import xxhash

from cluster.sentences import sentences

RECENT = 30  # of a publisher's articles
RECURS_FROM = 3  # of them; a happening may well be told in the same words twice
MIN_WORDS = 8  # shorter sentences recur by themselves: "The price fell."

_WORD = re.compile(r"\w+")


def own_words(text: str, recent: Sequence[str]) -> str:
    """The text without the paragraphs that stand in RECURS_FROM or more of its publisher's recent other texts.

    Of a text without paragraphs it is sentences that are left out. Case, spaces and punctuation do not count.
    """
    counts = Counter(key for other in recent for key in _keys(other))
    return without(text, {key for key in _keys(text) if counts[key] >= RECURS_FROM})


def left_out(text: str, own_text: str) -> tuple[int, ...]:
    """The keys of the paragraphs of a text that `own_words` left out, for `without`."""
    return tuple(sorted(_keys(text) - _keys(own_text)))


def without(text: str, keys: Collection[int]) -> str:
    """The text without the paragraphs of these keys."""
    if not keys:
        return text
    parts = _parts(text)
    own = [part for part in parts if _key(part) not in keys]
    return text if len(own) == len(parts) else ("\n" if "\n" in text else " ").join(own)


def _parts(text: str) -> list[str]:
    return text.split("\n") if "\n" in text else sentences(text)


@lru_cache(maxsize=4096)  # each text is asked for with the thirty articles behind it
def _keys(text: str) -> frozenset[int]:
    return frozenset(_key(part) for part in _parts(text)) - {0}


def _key(part: str) -> int:
    """The same for the same words; 0 for too few of them."""
    words = _WORD.findall(part.lower())
    return xxhash.xxh3_64_intdigest(" ".join(words).encode()) if len(words) >= MIN_WORDS else 0
