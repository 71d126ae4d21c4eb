"""What a revision changed in an article: how many words, and which sentences went, without keeping the text twice."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

SENTENCES_AT_MOST = 600  # comparing is quadratic at worst; of longer texts only the words are counted
_SENTENCE = re.compile(r"[^\n]*?(?:[.!?][”\"')]? |\n|$)")


@dataclass(frozen=True, slots=True)
class Cut:
    """One place where a text changed: `into` sentences of the later text, from `at` on, stand for the words `out`."""

    at: int
    into: int
    out: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What one revision did to a text. `cuts` are None when it has too many sentences to be compared."""

    words_added: int
    words_removed: int
    cuts: tuple[Cut, ...] | None


@dataclass(frozen=True, slots=True)
class Revision:
    """One time that a publisher changed an article."""

    number: int  # the article's from then on; as it was stored first it has 1
    at: datetime  # when it was found
    title: str  # what the article was called until then
    words_added: int
    words_removed: int


def changes_of(before: str, after: str) -> Changes:
    """What became of a text."""
    old, new = _sentences(before), _sentences(after)
    had, has = Counter(before.split()), Counter(after.split())
    counts = (has - had).total(), (had - has).total()
    if max(len(old), len(new)) > SENTENCES_AT_MOST:
        return Changes(*counts, None)
    steps = SequenceMatcher(None, old, new).get_opcodes()
    cuts = (Cut(j, end - j, "".join(old[i:until])) for kind, i, until, j, end in steps if kind != "equal")
    return Changes(*counts, tuple(cuts))


def text_before(after: str, cuts: tuple[Cut, ...]) -> str:
    """The text that became this one by these cuts."""
    sentences, kept = _sentences(after), list[str]()
    place = 0
    for cut in cuts:
        kept += [*sentences[place : cut.at], cut.out]
        place = cut.at + cut.into
    return "".join([*kept, *sentences[place:]])


def _sentences(text: str) -> list[str]:
    """A text in pieces that make it up again."""
    return [piece for piece in _SENTENCE.findall(text) if piece]
