"""A move of a price as a thing of its own: which asset, which way, to what level.

A dozen outlets tell one record in a dozen ways ("smashes past $111K", "new all-time high", "uncharted territory") and
share no rare word; what they share is the asset, the direction and the level.
"""

import math
import re

from cluster.assets import mentions

LEVEL_STEP = math.log(1.012)  # two levels closer than half of it always meet in a key, further than all of it never
MAX_LEVELS = 6

_RECORD = re.compile(
    r"\ball[- ]time[- ]highs?\b|\bATHs?\b|\bprice discovery\b|\buncharted territory\b|"
    r"\b(?:new|record|historic|fresh)[- ](?:record |price )?(?:highs?|peaks?|records?)\b|"
    r"\brecord[- ](?:price|run|territory)\b|"
    r"\b(?:shatters?|smashes|breaks?|sets?) (?:a |an |its |the )?(?:price )?records?\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:rises?|rose|rising|surge[sd]?|surging|soar(?:s|ed|ing)?|jump(?:s|ed)?|rall(?:y|ies|ied)|climb(?:s|ed|ing)?|"
    r"gain(?:s|ed)?|spike[sd]?|rebound(?:s|ed)?|bounce[sd]?|reclaim(?:s|ed)?|recover(?:s|ed)?|tops?|topped|cross(?:es|ed)|"
    r"surpass(?:es|ed)?|breaks? (?:above|past|through)|above|up|pumps?|skyrockets?|smashes)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:falls?|fell|falling|drop(?:s|ped)?|plunge[sd]?|slump(?:s|ed)?|slid(?:es?)?|slip(?:s|ped)?|dip(?:s|ped)?|"
    r"crash(?:es|ed)?|tumble[sd]?|sinks?|sank|declin(?:es?|ed)|below|down|under|retreat(?:s|ed)?|tanks?|bleeds?|sell-?off|"
    r"correction|dumps?|dumping)\b",
    re.IGNORECASE,
)
LEVEL = re.compile(
    r"\$\s?(?P<digits>\d[\d,]*(?:\.\d+)?)\s?(?P<thousand>[kK]\b|thousand\b)?(?![.,]?\d)(?!\s?(?:[mbt]n?\b|million|billion|trillion))",
    re.IGNORECASE,
)
_MARKET = re.compile(r"\b(?:crypto(?:currency)? markets?|altcoins?|crypto prices|cryptos?|market)\b", re.IGNORECASE)


def read_moves(title: str, lead: str) -> tuple[dict[str, str], dict[str, str]]:
    """What moves which way, and the levels named with it; both empty where the title tells of no price's move."""
    subject = _subject(title)
    directions = _directions(title)
    if not subject or not directions:
        return {}, {}
    moves = {f"{subject}:{direction}": word for direction, word in directions.items()}
    levels: dict[str, str] = {}
    for match in list(LEVEL.finditer(f"{title} \n {lead}"))[:MAX_LEVELS]:
        for key in _level_keys(match):
            levels.setdefault(f"{subject}@{key}", match.group().strip())
    return moves, levels


def _subject(title: str) -> str | None:
    named = mentions(title)
    if named:
        return named[0].asset.symbol
    return "market" if _MARKET.search(title) else None


def _directions(title: str) -> dict[str, str]:
    found = {}
    for direction, pattern in (("record", _RECORD), ("up", _UP), ("down", _DOWN)):
        if match := pattern.search(title):
            found[direction] = match.group()
    if "record" in found:
        found.setdefault("up", found["record"])  # a record is reached from below
    return found


def price_of(match: re.Match[str]) -> float:
    """The dollars that a match of LEVEL names."""
    return float(match["digits"].replace(",", "")) * (1000 if match["thousand"] else 1)


def _level_keys(match: re.Match[str]) -> tuple[str, ...]:
    value = price_of(match)
    if value <= 0:
        return ()
    place = math.log(value) / LEVEL_STEP
    # Two grids, half a step apart, so that no edge parts two neighbours in both.
    return f"a{math.floor(place)}", f"b{math.floor(place + 0.5)}"
