"""Recognises texts that were handed out or paid for, not reported."""

import re

from cluster.event import ArticleType
from cluster.sentences import sentences

HANDED_OUT = frozenset({ArticleType.PRESS_RELEASE, ArticleType.SPONSORED})
CLOSING_CHARACTERS = 700
DATELINE_CHARACTERS = 200

_WIRES = ("Chainwire", "GLOBE NEWSWIRE", "GlobeNewswire", "PRNewswire", "PR Newswire", "Business Wire", "ACCESSWIRE",
          "Newsfile", "ZEX PR Wire", "EIN Presswire", "Bitcoin PR Buzz", "MarketersMEDIA")  # fmt: skip
_WIRE = re.compile("|".join(re.escape(wire) for wire in _WIRES), re.IGNORECASE)
_MARKED = re.compile(
    r"^\W*(?:this is a )?(?:paid )?press release\b|\bPRESS RELEASE[.:]|\bfor immediate release\b", re.IGNORECASE
)
# "San Salvador, El Salvador, July 9th, 2025 –"
_DATELINE = re.compile(
    r"^[A-Z][\w .'’-]+,(?: [\w .'’-]+,)? (?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.) \d{1,2}(?:st|nd|rd|th)?, \d{4}\s*(?:,|[–—-]|\(|/)"
)
_CONTACT = re.compile(
    r"\b(?:media|press) (?:contact|enquiries|inquiries)\b|\bPR contact\b|\bContact\b.{0,80}\b(?:pr|press|media)@",
    re.IGNORECASE,
)


def is_press_release(text: str) -> bool:
    """Whether a text carries a wire's name, a dateline or a press contact in the place where a release has it."""
    opening, closing = text[:DATELINE_CHARACTERS], text[-CLOSING_CHARACTERS:]
    return bool(
        _MARKED.search(opening)
        or _DATELINE.search(opening.lstrip())
        or _WIRE.search(opening)
        or _CONTACT.search(closing)
    )


def wire_name(text: str) -> str | None:
    """The wire that distributed a release, as the text spells it; None when it names none."""
    for part in (sentences(text[:DATELINE_CHARACTERS]), sentences(text[-CLOSING_CHARACTERS:])):
        found = _WIRE.search(" ".join(part))
        if found:
            return found.group()
    return None
