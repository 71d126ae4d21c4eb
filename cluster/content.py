"""What an article says, as sets of keys by kind: words, names, figures and acts, to be held against those of others.

A key is normalised (stemmed, an alias resolved, a number rounded) and remembers how the article wrote it.
"""

import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from cluster.magnitudes import MAGNITUDES
from cluster.price_moves import read_moves
from cluster.sentences import sentences
from cluster.terms import LEAD_WORDS, STOP, key_of, words_of

BODY_WORDS = 250
NAME_SENTENCES = 10


class Kind(StrEnum):
    """Where and as what a key stands."""

    TITLE = "title"  # words of the title
    LEAD = "lead"  # words of the title and the first LEAD_WORDS of the text
    BODY = "body"  # words of the title and the first BODY_WORDS
    PAIRS = "pairs"  # neighbouring words of the title
    TITLE_NAMES = "title_names"
    NAMES = "names"  # of the lead
    TITLE_FIGURES = "title_figures"
    FIGURES = "figures"  # of the lead
    BODY_FIGURES = "body_figures"
    ROUND_FIGURES = "round_figures"  # of the lead, to two digits: "$1.24B" and "$1.2 billion" meet
    ACTS = "acts"  # what is done, in the title
    LEAD_ACTS = "lead_acts"
    STAGE = "stage"  # how far it has come: talk, plan, filing, approval, done, denial
    ACTOR = "actor"  # names in front of the title's first act
    OBJECT = "object"  # words behind it
    MOVE = "move"  # an asset and the way its price goes, see price_moves
    LEVELS = "levels"  # prices named with a move
    QUOTES = "quotes"  # words in quotation marks in the title and lead


Keys = dict[Kind, dict[str, str]]  # by kind: key -> as the article first wrote it

_FIGURE = re.compile(
    r"(?:(?P<sign>US\$|[$€£¥])\s?)?(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"(?:[\s-]?(?P<size>trillion|billion|million|thousand|bn|mn|mln|[kmbt])\b)?"
    r"(?P<share>\s?%|\s?percent\b|\s?per cent\b)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w’'&.-]*\w|\b[A-Z]\b")
_QUOTED = re.compile(r"[“\"‘]([^”\"’]{8,120})[”\"’]")
_WORD = re.compile(r"[A-Za-z][\w’'&-]*|\$?\d[\d,.]*\w*%?")


def read_content(title: str, text: str) -> Keys:
    """The keys of a title and the beginning of its text, by kind."""
    words = text.split()
    lead, body = " ".join(words[:LEAD_WORDS]), " ".join(words[:BODY_WORDS])
    ordered = words_of(title)
    in_title, in_lead, rest = dict(ordered), dict(words_of(lead)), " ".join(words[LEAD_WORDS:BODY_WORDS])
    in_body = in_lead | {key: word for key, word in words_of(rest) if key not in in_lead}
    names = _names(title, body)
    title_names = {key: names[key] for key in in_title if key in names}
    acts_title, acts_lead = _listed("acts", title), _listed("acts", lead)
    actor, obj = _clause(title, names)
    moves, levels = read_moves(title, lead)
    return {
        Kind.TITLE: in_title,
        Kind.LEAD: in_title | in_lead,
        Kind.BODY: in_title | in_body,
        Kind.PAIRS: {f"{one}_{other}": "" for (one, _), (other, _) in pairwise(ordered)},
        Kind.TITLE_NAMES: title_names,
        Kind.NAMES: {key: names[key] for key in in_title | in_lead if key in names},
        Kind.TITLE_FIGURES: figures(title, 3),
        Kind.FIGURES: figures(f"{title} \n {lead}", 3),
        Kind.BODY_FIGURES: figures(f"{title} \n {body}", 3),
        Kind.ROUND_FIGURES: figures(f"{title} \n {lead}", 2),
        Kind.ACTS: acts_title,
        Kind.LEAD_ACTS: acts_title | acts_lead,
        Kind.STAGE: _listed("stages", title),
        Kind.ACTOR: actor,
        Kind.OBJECT: obj,
        Kind.MOVE: moves,
        Kind.LEVELS: levels,
        Kind.QUOTES: {k: s for q in _QUOTED.findall(f"{title} {body}") for k, s in words_of(q)},
    }


def figures(text: str, digits: int) -> dict[str, str]:
    """Numbers that say something, to `digits` digits, with their unit; single small counts and years are left out."""
    found: dict[str, str] = {}
    for match in _FIGURE.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if before.isalnum() or before in ("-", "_"):
            continue
        value = float(match["digits"].replace(",", "")) * MAGNITUDES.get((match["size"] or "").lower(), 1.0)
        unit = "$" if match["sign"] else "%" if match["share"] else "#"
        plain = unit == "#" and not match["size"] and "," not in match["digits"] and "." not in match["digits"]
        if plain and (value < 13 or 1990 <= value <= 2100):
            continue
        found.setdefault(f"{unit}{value:.{digits}g}", match.group().strip())
    return found


def _names(title: str, body: str) -> dict[str, str]:
    """Words that the body writes with a capital inside its sentences, by key."""
    found: dict[str, str] = {}
    lower = set(re.findall(r"\b[a-z][\w’'-]+", body))
    for sentence in sentences(body)[:NAME_SENTENCES]:
        for match in _NAME.finditer(sentence):
            word = match.group()
            if match.start() == 0 and word.lower() in lower:
                continue
            key = key_of(word.lower())
            if key and word.lower() not in STOP and word.lower() not in lower:
                found.setdefault(key, word)
    for match in _NAME.finditer(title):
        word = match.group()
        if word[1:] != word[1:].lower() and len(word) > 1:
            found.setdefault(key_of(word.lower()), word)
    return {k: v for k, v in found.items() if k}


@cache
def _lexicon() -> dict[str, dict[str, str]]:
    lists = tomllib.loads((Path(__file__).parent / "acts.toml").read_text(encoding="utf-8"))
    return {part: {word: name for name, words in lists[part].items() for word in words} for part in lists}


def _listed(part: str, text: str) -> dict[str, str]:
    """What a part of the lexicon calls the words of a text, each with the first of them."""
    known = _lexicon()[part]
    found: dict[str, str] = {}
    for word in re.findall(r"[a-z][a-z-]+", text.lower()):
        if word in known:
            found.setdefault(known[word], word)
    return found


def _clause(title: str, names: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The names in front of the title's first act, and the words behind it up to the next clause."""
    known = _lexicon()["acts"]
    words = list(_WORD.finditer(title))
    place = next((n for n, m in enumerate(words) if n and m.group().lower() in known), len(words))
    actor = {k: m.group() for m in words[:place] if (k := key_of(m.group().lower())) and k in names}
    behind = words[place].end() if place < len(words) else len(title)
    rest = re.split(r"\s(?:as|amid|after|despite|while|following|but)\s|[;:–—]\s", title[behind:], maxsplit=1)[0]
    return actor, dict(words_of(rest))
