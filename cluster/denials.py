"""Which reports of an event deny what its lead reports: that it happened, or that it was said by whom it seemed."""

import re
from collections.abc import Sequence

from cluster.voices import Voice

READ_SENTENCES = 3

_CLAIM = (
    r"(?:claims?|reports?|rumou?rs?|news|posts?|tweets?|announcements?|statements?|allegations?|documents?|letters?|"
    r"stor(?:y|ies)|accusations?|speculation)"
)
_UNTRUE = r"(?:false|fake|baseless|unfounded|untrue|fabricated|inaccurate|erroneous|debunked)"
_OF_COURTS = re.compile(
    r"\b(?:court|judge|justice)s?\b(?! (?:case|document|filing|hearing|paper|record)s?\b)(?: [\w.’'-]+){0,4}? "
    r"den(?:y|ies|ied|ying)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    # What every accused says, and what is refused, says nothing of whether the news is true.
    r"\bden(?:y|ies|ied|ying)\b(?! (?:(?:a|all|an|any|the|these|his|her|its|their) ){0,2}(?:\w+ )?"
    r"(?:bail|bond|entry|access|motion|request|appeal|bid|application|petition|service|"
    r"charges|wrongdoing|allegations|accusations|guilt)\b)"
    rf"|\b(?:{_UNTRUE}|hacked)\b.{{0,30}}\b{_CLAIM}\b"
    rf"|\b{_CLAIM}\b.{{0,40}}\b(?:is|are|was|were|as) (?:\w+ )?{_UNTRUE}\b"
    rf"|\b(?:dismiss|reject|squash|quash)(?:es|ed|ing)? .{{0,40}}\b(?:rumou?rs?|speculation|claims?|reports?)\b"
    rf"|\bcall(?:s|ed|ing)? .{{3,60}}\b{_UNTRUE}\b"
    r"|\bfalsely (?:claim|announc|report|stat|promot)\w*"
    r"|\baccounts?\b.{0,30}\b(?:hacked|compromised|hijacked)\b|\bhacked\b.{0,30}\baccounts?\b"
    r"|\b(?:not|isn[’']t|wasn[’']t|aren[’']t|weren[’']t) (?:behind|involved|affiliated|true)\b"
    r"|\b(?:hoax|refut(?:e|es|ed|ing)|debunk\w*|no truth|untrue|misinformation)\b"
    r"|\bretract(?:s|ed|ion)\b(?! (?:to\b|from\b|\$))",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    r"\b(?:den(?:y|ies|ied|ial)|false(?:ly)?|fake\w*|hack\w*|hoax|refut\w+|debunk\w*|untrue|not true|retract\w*|"
    r"scam\w*|fraud\w*|compromised|misinformation|unconfirmed)\b",
    re.IGNORECASE,
)


def denies(text: str) -> bool:
    """Whether a title or sentence denies a claim."""
    return _DENIES.search(_OF_COURTS.sub("", text)) is not None


def contradicting(lead: Voice, others: Sequence[Voice]) -> list[Voice]:
    """The others that deny something, where the lead has no word of doubt in its title and excerpt."""
    if _DOUBTS.search(f"{lead.title} {lead.excerpt.text}"):
        return []
    return [voice for voice in others if denies(voice.title) or _says_so(voice)]


def most_deny(lead: Voice, others: Sequence[Voice]) -> bool:
    """Whether more than half of the others contradict the lead; where there is one alone, its title must."""
    against = contradicting(lead, others)
    if len(others) == 1:
        return any(denies(voice.title) for voice in against)
    return 2 * len(against) > len(others)


def _says_so(voice: Voice) -> bool:
    return any(denies(sentence.text) for sentence in voice.sentences[:READ_SENTENCES])
