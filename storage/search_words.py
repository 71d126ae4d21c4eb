"""What a word is to full-text search: the same in texts and queries, on SQLite and on PostgreSQL."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

MAX_CHARACTERS = 60  # of a word; PostgreSQL refuses very long ones
PARTIAL_FROM = 4  # characters: "sol" means Solana, not "sold"
BREAK = "ß"  # stands between two texts so that no phrase spans both; case folding leaves no word that has it

# Chinese and Japanese put no space between words, so each character stands for itself.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)
_QUOTES = re.compile("[\"“”„«»]")  # fmt: skip
_BETWEEN = re.compile(r"[\s;]+|,(?!\d)")  # "60,000" is one thing
_LITTLE = frozenset("a an and are as at be by for from in is it of on or that the this to was with".split())


@dataclass(frozen=True, slots=True)
class Term:
    """Stems that a text has one right behind the other."""

    stems: tuple[str, ...]
    begins: str | None = None  # a word that begins so will do as well


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for: a text has it that has every term."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """The words of one text as they are kept, each field joined by spaces."""

    title: str
    titles: str  # further ones
    more: str
    spelt: str  # every longer word once and in full, for those who type its beginning


def indexed(title: str, titles: Iterable[str] = (), more: Iterable[str] = ()) -> Indexed:
    """The words of a text by where they stand in it."""
    fields = [[words(text) for text in texts] for texts in ((title,), titles, more)]
    spelt = {word for texts in fields for found in texts for word in found if len(word) >= PARTIAL_FROM}
    heading, further, others = map(_joined, fields)
    return Indexed(heading, further, others, " ".join(sorted(spelt)))


def sought(query: str) -> Sought | None:
    """What a query means: every word, "quoted ones" as a phrase, the last one perhaps not typed to its end.

    Little words such as "the" count in phrases, and where there are no others. None: there is no word at all.
    """
    parts = _QUOTES.split(query)
    terms: list[tuple[Term, bool]] = []
    for place, part in enumerate(parts):
        is_phrase = place % 2 == 1 and place < len(parts) - 1  # a quotation mark without its other half is none
        ends = place == len(parts) - 1
        terms += [(term, is_phrase) for term in (_phrase(part) if is_phrase else _terms(part, ends))]
    telling = [term for term, is_phrase in terms if is_phrase or not _is_little(term)]
    once: dict[tuple[str, ...], Term] = {}
    for term in telling or [term for term, _ in terms]:
        once.setdefault(term.stems, term)
    return Sought(tuple(once.values())) if once else None


def words(text: str) -> list[str]:
    """The words of a text, of letters and decimal digits, without case and accents, cut at MAX_CHARACTERS."""
    plain = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text))
    # PostgreSQL's parser drops other numbers than decimal ones, such as the Tamil ten.
    counted = (one if one.isalpha() or one.isdecimal() else " " for one in plain if not unicodedata.combining(one))
    folded = "".join(counted).casefold()
    return [word[:MAX_CHARACTERS] for word in _WORD.findall(folded)]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What a word shares with its other forms in English."""
    # A stemmer keeps the word it works on, so no two threads may share one.
    found: str = snowballstemmer.stemmer("english").stemWord(word)
    return found


def _phrase(text: str) -> Iterator[Term]:
    if found := words(text):
        yield Term(tuple(map(stem, found)))


def _terms(text: str, ends: bool) -> Iterator[Term]:
    chunks = [found for chunk in _BETWEEN.split(text) if (found := words(chunk))]
    for place, found in enumerate(chunks):
        is_last = ends and place == len(chunks) - 1 and len(found) == 1 and len(found[0]) >= PARTIAL_FROM
        begins = found[0] if is_last and not found[0].isdigit() else None
        yield Term(tuple(map(stem, found)), begins)


def _is_little(term: Term) -> bool:
    return len(term.stems) == 1 and term.stems[0] in _LITTLE


def _joined(texts: Iterable[list[str]]) -> str:
    return f" {BREAK} ".join(" ".join(map(stem, found)) for found in texts if found)
