"""The words that speak for each theme, found in a row of tokens."""

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from cluster.event import Theme
from cluster.kinds.tokens import tokens

WEIGHTS = {"strong": 3.0, "weak": 1.0}

Spoken = dict[str, float]  # what each word found weighs
_Entry = tuple[Theme, tuple[str, ...], float]  # a listed word's theme, its tokens after the first, its weight


def spoken(row: Sequence[str]) -> dict[Theme, Spoken]:
    """The listed words that stand in a row of tokens, by theme; each counts once."""
    found: dict[Theme, Spoken] = defaultdict(dict)
    for place, token in enumerate(row):
        for theme, rest, weight in _starting_with(token):
            if not rest:
                found[theme].setdefault(token, weight)
            # Most listed phrases fail at their second token: no slice is made for those.
            elif place + 1 < len(row) and row[place + 1].startswith(rest[0].removesuffix("*")):
                end = place + 1 + len(rest)
                if _goes_on(rest, row[place + 1 : end]):
                    found[theme].setdefault(" ".join(row[place:end]), weight)
    return found


def _goes_on(rest: tuple[str, ...], row: Sequence[str]) -> bool:
    if len(row) < len(rest) or tuple(row[:-1]) != rest[:-1]:
        return False
    last, end = row[-1], rest[-1]
    return last.startswith(end[:-1]) if end.endswith("*") else last in (end, end + "s")


@lru_cache(maxsize=20_000)
def _starting_with(token: str) -> tuple[_Entry, ...]:
    """The listed words that begin with this token."""
    first, starred = _listed()
    singular = token.removesuffix("s")
    found = list(first.get(token, ()))
    if singular != token:
        found += [one for one in first.get(singular, ()) if not one[1]]
    for length in range(2, len(token) + 1):
        found += starred.get(token[:length], ())
    return tuple(found)


@cache
def _listed() -> tuple[dict[str, list[_Entry]], dict[str, list[_Entry]]]:
    lists = tomllib.loads((Path(__file__).parents[1] / "themes.toml").read_text(encoding="utf-8"))
    first: dict[str, list[_Entry]] = defaultdict(list)
    starred: dict[str, list[_Entry]] = defaultdict(list)
    for theme, strengths in lists.items():
        for strength, words in strengths.items():
            for word in words:
                row = tokens(word.removesuffix("*"))
                rest = (*row[1:-1], row[-1] + "*") if word.endswith("*") and len(row) > 1 else tuple(row[1:])
                into = starred if word.endswith("*") and len(row) == 1 else first
                into[row[0]].append((Theme(theme), rest, WEIGHTS[strength]))
    return first, starred
