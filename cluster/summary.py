"""What an event says of itself in its members' own words: the title, a summary sentence, and key points."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cluster.denials import contradicting, denies, most_deny
from cluster.event import Quote
from cluster.lending import EXCERPT_AT_LEAST, beside_headlines
from cluster.sentences import shorten
from cluster.terms import Terms, terms
from cluster.voices import Sentence, Voice, agreement, excerpt_beside, share_in

QUOTE_CHARACTERS = 200
LEAST_CHARACTERS = 100  # a longer sentence cut shorter than this says too little
LEAD_EXCERPT = 160  # characters that stay for the lead's: it stands at the head of the page
MAX_POINTS = 3
SLANTED = 0.7  # "X may have done Y?" says less than "X did Y", however many words it shares
LEADS = 1.15  # of two sentences that say about as much the lead's is quoted
SHOWN = 0.7  # what stays in its own article's excerpt, further down a page, is quoted only when it says more
COUNTS = 1.1  # a sentence with a number says something that can be checked
NAMELESS = 0.5  # one with neither a number nor a name says what is always true: "Disruptions are the norm in politics."
FURTHER_DOWN = 0.95  # for each sentence before it: news stands first, background behind
TOLD_FROM = 0.05  # what says less is an aside
REPEATS_FROM = 0.6  # of a sentence's words, by weight; what is left is no news

_SLANTS = re.compile(
    r"\b(?:may|might|could|potential(?:ly)?|possibl[ey]|suggest\w*|here['’]s|here (?:is|are)|why|this altcoin|surprise|"
    r"price predictions?|shocking|bold|epic|remarkable|astounding|astonishing|audacious|staggering|explosive|"
    r"unleash\w*|unveiling|unlocking|decoding|triumph\w*|groundbreaking|crucial|urgent|alarming|insane|mind-?blowing|"
    r"skyrocket\w*)\b|[?!]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may be quoted, and how much it says of what the event is about, 0 to 1."""

    voice: Voice
    text: str
    terms: Terms
    told: float


def best_title(telling: Sequence[Voice], lead: Voice) -> str:
    """The title that says most of what the other reports are about; the lead's when none says more.

    Where most of the others deny what the lead reports it is one of those that say so, if any does.
    """
    others = [voice for voice in telling if voice is not lead]
    denials = [voice for voice in contradicting(lead, others) if denies(voice.title)] if most_deny(lead, others) else []
    scored = {voice.id: _title_score(voice, telling) for voice in denials or telling}
    best = max(scored.values())
    if scored.get(lead.id) == best:
        return lead.title
    return next(voice.title for voice in telling if scored.get(voice.id) == best)


def summarise(voices: Sequence[Voice], title: str, spent: Mapping[str, int]) -> tuple[Quote, ...]:
    """The sentence that says most of what the other origins are about, beyond the event's title and the lead's excerpt.

    `voices` speak for an origin each, the lead's first; `spent` is the number of characters already quoted, by article
    id. Where most of the others deny what the lead reports it is one of their denials. Nothing when no room is left.
    """
    lead, *others = voices
    read = _read_anyway(lead, title)
    denials = _denials(voices, spent) if most_deny(lead, others) else []
    best = _best(denials, []) or _best(_candidates(voices, spent), [read]) or _best(_cut(voices, spent), [read])
    return (Quote(best.voice.id, best.text),) if best else ()


def key_points(
    voices: Sequence[Voice], title: str, summary: Sequence[Quote], spent: Mapping[str, int]
) -> tuple[Quote, ...]:
    """Up to MAX_POINTS sentences, one a report, that say most of what the others say and not what was said already.

    What denies the lead comes first, what the report says that the summary quotes last. `spent` has the summary in it.
    """
    summed_up = {quote.article_id for quote in summary}
    said = [terms("", quote.text) for quote in summary]
    read = _read_anyway(voices[0], title)
    denials, candidates = _denials(voices, spent), _candidates(voices, spent)
    points: list[_Candidate] = []
    while len(points) < MAX_POINTS:
        others = [one for one in candidates if one.voice.id not in summed_up]
        denial = None if points else _best(denials, said)
        best = denial or _best(others, [read, *said]) or _best(candidates, [read, *said])
        if best is None and not points:
            best = _best(_cut(voices, spent), [read, *said])
        if best is None:
            break
        points.append(best)
        said.append(best.terms)
        candidates = [one for one in candidates if one.voice is not best.voice]
    return tuple(Quote(point.voice.id, point.text) for point in points)


def spent_on(*quoted: Iterable[Quote]) -> dict[str, int]:
    """Characters quoted of each article."""
    spent: dict[str, int] = {}
    for quotes in quoted:
        for quote in quotes:
            spent[quote.article_id] = spent.get(quote.article_id, 0) + len(quote.text)
    return spent


def _title_score(voice: Voice, telling: Sequence[Voice]) -> float:
    others = [one for one in telling if one is not voice]
    plain = SLANTED if _SLANTS.search(voice.title) or voice.title.isupper() else 1.0
    return round(plain * agreement(terms(voice.title, ""), others), 4)


def _read_anyway(lead: Voice, title: str) -> Terms:
    """What stands at the head of an event's page before any quote."""
    return terms(title, lead.excerpt.text)


def _candidates(voices: Sequence[Voice], spent: Mapping[str, int]) -> list[_Candidate]:
    """The sentences that fit whole, in order."""
    return [
        _candidate(voice, sentence, place, voices)
        for voice in voices
        for place, sentence in enumerate(voice.sentences)
        if len(sentence.text) <= _room(voice, sentence.text, voices, spent)
    ]


def _denials(voices: Sequence[Voice], spent: Mapping[str, int]) -> list[_Candidate]:
    """The sentences in which others deny what the lead reports."""
    against = contradicting(voices[0], voices[1:])
    return [one for one in _candidates(voices, spent) if one.voice in against and denies(one.text)] if against else []


def _cut(voices: Sequence[Voice], spent: Mapping[str, int]) -> list[_Candidate]:
    """The first sentences, visibly cut to what may be quoted."""
    return [
        _candidate(voice, replace(sentence, text=shorten(sentence.text, room)), 0, voices)
        for voice in voices
        for sentence in voice.sentences[:1]
        if (room := _room(voice, "", voices, spent)) >= LEAST_CHARACTERS
    ]


def _room(voice: Voice, text: str, voices: Sequence[Voice], spent: Mapping[str, int]) -> int:
    """The characters that one more quote of an article, this text, may have."""
    is_lead = voice is voices[0]
    excerpt = voice.excerpt.text if is_lead else excerpt_beside(voice, [Quote(voice.id, text)] if text else [])
    kept = min(len(excerpt), LEAD_EXCERPT if is_lead else EXCERPT_AT_LEAST)
    return min(QUOTE_CHARACTERS, beside_headlines(voice.report.article) - kept - spent.get(voice.id, 0))


def _candidate(voice: Voice, sentence: Sentence, place: int, voices: Sequence[Voice]) -> _Candidate:
    others = [one for one in voices if one is not voice] or [voice]
    told = FURTHER_DOWN**place * agreement(sentence.terms, others)
    if any(character.isdigit() for character in sentence.text):
        told *= COUNTS
    elif not any(character.isupper() for character in sentence.text[2:]):
        told *= NAMELESS
    if voice is voices[0]:
        told *= LEADS
    elif place and share_in(sentence.terms, voice.excerpt.terms) >= REPEATS_FROM:
        told *= SHOWN
    return _Candidate(voice, sentence.text, sentence.terms, told)


def _best(candidates: Sequence[_Candidate], said: Sequence[Terms]) -> _Candidate | None:
    """The candidate that tells most and repeats nothing said; of several, the first."""
    telling = [one for one in candidates if one.told >= TOLD_FROM]
    fresh = [one for one in telling if all(share_in(one.terms, other) < REPEATS_FROM for other in said)]
    return max(fresh, key=lambda one: one.told, default=None)
