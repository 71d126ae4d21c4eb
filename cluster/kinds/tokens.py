"""A text as a row of plain tokens: lower-case words, the shapes of numbers, and a few marks."""

import re
from collections.abc import Sequence
from functools import lru_cache

_MAGNITUDE = r"(?:billion|million|trillion|thousand|bn|[bmkt])"
_TOKEN = re.compile(
    rf"[$€£]?\d[\d,.]*(?:\s?{_MAGNITUDE}\b)?\+?%?x?|[^\W\d_]+(?:['’][a-z]+)?|[?!:;|&()\[\]…]", re.IGNORECASE
)
_MAGNITUDE_AT_END = re.compile(rf"({_MAGNITUDE})\+?$")
_CURRENCIES = "$€£"
# A model must not learn what happened in one month or on one weekday.
_DATES = frozenset(
    "january february april june july august september october november december jan feb mar apr jun jul aug sept sep "
    "oct nov dec monday tuesday wednesday thursday friday saturday sunday".split()
)


def tokens(text: str) -> list[str]:
    """The tokens of a text: `$#b` for "$1.2 billion", `#%` for "7%", `#date` for a month, "btc", "?"."""
    return [_token(found) for found in _TOKEN.findall(text.lower())]


def runs(row: Sequence[str], longest: int) -> list[str]:
    """Every run of one to `longest` tokens, joined by blanks."""
    found = list(row)
    for length in range(2, longest + 1):
        found += map(" ".join, zip(*(row[start:] for start in range(length)), strict=False))
    return found


@lru_cache(maxsize=50_000)
def _token(found: str) -> str:
    if found[0].isdecimal() or found[0] in _CURRENCIES:
        return _shape(found)
    word = found.replace("’", "'").removesuffix("'s")
    return "#date" if word in _DATES else word


def _shape(number: str) -> str:
    currency = "$" if number[0] in _CURRENCIES else ""
    if number.endswith("%"):
        return "#%" if len(number) <= 3 or "." in number else "#%%"  # "1,200%" is an advertisement's
    if number.endswith("x"):
        return "#x"
    magnitude = _MAGNITUDE_AT_END.search(number)
    if magnitude:
        return f"{currency}#{magnitude.group(1)[0]}"
    if re.fullmatch(r"(?:19|20)\d\d", number):
        return "#year"
    return "#digit" if not currency and len(number) <= 2 else f"{currency}#"
