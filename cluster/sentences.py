"""Cuts a text into sentences and shortens them, so that whatever is quoted is quoted whole or visibly cut."""

import re

ABBREVIATED = frozenset(
    "mr mrs ms dr st jr sr inc ltd corp co vs no jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k e.g i.e a.m "
    "p.m est approx rep sen gov gen".split()
)
LONGEST_ABBREVIATION = 20  # characters, by far
_BREAK = re.compile(r"[.!?][”\"’')\]]*\s+(?=[“\"‘'(\[]?[A-Z0-9$€£])")
MAX_CHARACTERS = 1000  # what goes on for longer is no sentence, and patterns take its length squared
_TRAILING = ' .…,;:–—-(“"'  # before an ellipsis: of a full stop and an ellipsis only the latter is left
_LAST_WORD = re.compile(r"([\w.]+)\.$")


def sentences(text: str) -> list[str]:
    """The sentences of a plain text in order; a newline always ends one, and MAX_CHARACTERS do."""
    return [
        part for paragraph in text.splitlines() for whole in _of_paragraph(paragraph.strip()) for part in _cut(whole)
    ]


def shorten(text: str, limit: int) -> str:
    """The text when it has at most `limit` characters, else whole words of it and an ellipsis within the limit."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    ends_a_word = head[-1:].isspace() or text[limit - 1].isspace()
    cut = head if ends_a_word or " " not in head else head.rsplit(None, 1)[0]
    return cut.rstrip(_TRAILING) + "…"


def _of_paragraph(paragraph: str) -> list[str]:
    found, start = [], 0
    for match in _BREAK.finditer(paragraph):
        if not _is_abbreviation(paragraph[max(start, match.start() - LONGEST_ABBREVIATION) : match.start() + 1]):
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
    rest = paragraph[start:].strip()
    return [*found, rest] if rest else found


def _cut(sentence: str) -> list[str]:
    return [sentence[start : start + MAX_CHARACTERS] for start in range(0, len(sentence), MAX_CHARACTERS)]


def _is_abbreviation(sentence: str) -> bool:
    last = _LAST_WORD.search(sentence)
    # One capital before the full stop is a name's initial ("Michael J. Saylor").
    return last is not None and (
        last.group(1).lower() in ABBREVIATED or re.fullmatch("[A-Z]", last.group(1)) is not None
    )
