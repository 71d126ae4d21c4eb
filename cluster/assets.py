"""Finds the assets that a text names: names and tickers at word boundaries, ambiguous ones by their context."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ahocorasick

CONTEXT_CHARACTERS = 24
CAPITALS_SHARE = 0.7  # "SAYLOR BUYS ONE MORE": in such a title capitals say nothing

_CONTEXT_AFTER = re.compile(
    r"^(?:/USDT?\b|[’']s (?:price|token|blockchain|network)|[\s-]+(?:tokens?|coins?|price|protocol|network|blockchain|"
    r"holders?|ecosystem|staking|mainnet|foundation|futures|perpetuals?|etfs?|traders|bulls|bears|whales?)\b)",
    re.IGNORECASE,
)
_CONTEXT_BEFORE = re.compile(
    r"(?:\d|\b(?:tokens?|coins?|altcoins?) (?:like|such as)|\bnative token|\btoken,?)\s?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A gazetteer entry. Rank 1 is the largest; a list of twenty is the top 20."""

    symbol: str
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names an asset: `text[start:end]`."""

    asset: Asset
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    asset: Asset | None  # None: words that look like an asset and are none
    surface: str
    kind: str  # name | capitalised | ticker
    ambiguous: bool


def mentions(text: str, around: str | None = None) -> list[Mention]:
    """Every asset named in a text, in order, none overlapping another.

    `around` is the whole article when `text` is a part of it: an ambiguous ticker counts where its asset's plain name
    stands anywhere in `around`.
    """
    candidates = list(_candidates(text))
    plain = {e.asset for e, _, _ in _candidates(around) if not e.ambiguous} if around else set()
    plain |= {entry.asset for entry, _, _ in candidates if not entry.ambiguous}
    found = [
        Mention(entry.asset, start, end)
        for entry, start, end in candidates
        if entry.asset is not None and (not entry.ambiguous or entry.asset in plain or _in_context(text, start, end))
    ]
    return found


def rank(symbol: str) -> int | None:
    """An asset's rank by market value, 1 the largest; None for a symbol that is not in the gazetteer."""
    return _ranks().get(symbol)


def listed_assets() -> list[Asset]:
    """Every asset that can be found, the largest first."""
    return [Asset(one["symbol"], one["name"], place) for place, one in enumerate(_gazetteer()["asset"], start=1)]


def clear_tickers() -> list[str]:
    """The tickers that mean nothing else behind a number, the largest asset's first: no word and no single letter."""
    return [one.surface for one in _entries() if one.kind == "ticker" and not one.ambiguous and len(one.surface) > 2]


def _candidates(text: str) -> Iterator[tuple[_Entry, int, int]]:
    """Surfaces at word boundaries in the right case, the longest at each place, without judging context."""
    shouting = _shouts(text)
    taken = -1
    for start, end, entries in sorted(_spans(text), key=lambda span: (span[0], -span[1])):
        fitting = [entry for entry in entries if _case_fits(entry, text, start, end, shouting)]
        if start > taken and fitting:
            yield fitting[0], start, end
            taken = end - 1


def _spans(text: str) -> Iterator[tuple[int, int, list[_Entry]]]:
    for last, entries in _automaton().iter(_fold(text)):
        start, end = last + 1 - len(entries[0].surface), last + 1
        if not _joins(text[start - 1 : start]) and not _joins(text[end : end + 1]):
            yield start, end, entries


def _joins(character: str) -> bool:
    return character.isalnum() or character == "_"


def _case_fits(entry: _Entry, text: str, start: int, end: int, shouting: bool) -> bool:
    written = text[start:end]
    if entry.kind == "name":
        return True
    if entry.kind == "capitalised":
        return written[0].isupper()
    return text[start - 1 : start] == "$" or (written == entry.surface and not (shouting and entry.ambiguous))


def _in_context(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - CONTEXT_CHARACTERS) : start], text[end : end + CONTEXT_CHARACTERS]
    return (
        before.endswith("$")
        or (before.endswith("(") and after.startswith(")"))
        or _CONTEXT_AFTER.match(after) is not None
        or _CONTEXT_BEFORE.search(before) is not None
    )


def _shouts(text: str) -> bool:
    first = text[:200]
    letters = [character for character in first if character.isalpha()]
    return len(letters) > 12 and sum(letter.isupper() for letter in letters) / len(letters) >= CAPITALS_SHARE


def _fold(text: str) -> str:
    # Character by character: "İ".lower() is two characters and would shift every offset behind it.
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


@cache
def _automaton() -> Any:
    by_surface: dict[str, list[_Entry]] = {}
    for entry in _entries():
        by_surface.setdefault(_fold(entry.surface), []).append(entry)
    automaton = ahocorasick.Automaton()
    for surface, entries in by_surface.items():
        automaton.add_word(surface, entries)
    automaton.make_automaton()
    return automaton


@cache
def _ranks() -> dict[str, int]:
    return {asset.symbol: asset.rank for asset in listed_assets()}


def _entries() -> Iterator[_Entry]:
    for words in _gazetteer()["not_assets"]:
        yield _Entry(None, words, "capitalised", ambiguous=False)
    for listed in _gazetteer()["asset"]:
        asset = Asset(listed["symbol"], listed["name"], _ranks()[listed["symbol"]])
        ambiguous = listed.get("ambiguous", False)
        for name in listed.get("names", ()):
            yield _Entry(asset, name, "name", ambiguous=False)
        for name in listed.get("capitalised", ()):
            yield _Entry(asset, name, "capitalised", ambiguous=listed.get("ambiguous_names", ambiguous))
        for ticker in listed.get("tickers", [asset.symbol]):
            yield _Entry(asset, ticker, "ticker", ambiguous=ambiguous)


@cache
def _gazetteer() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "assets.toml").read_text(encoding="utf-8"))
