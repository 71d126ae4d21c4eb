"""What each report of an event can be quoted with, beside the excerpt that pages show of it anyway."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cluster.event import Quote
from cluster.lending import EXCERPT_AT_MOST, beside_headlines, on_one_line
from cluster.openings import opening, quotable
from cluster.recurring import without
from cluster.report import Report
from cluster.terms import Terms, terms

LEAST_EXCERPT = 40  # characters; fewer behind a quoted beginning say nothing


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that may be quoted, and its terms."""

    text: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Voice:
    """A report, what of it may be quoted, and what it is about."""

    report: Report
    text: str  # its beginning, from its first own words on; empty when its publisher reserves its use
    sentences: tuple[Sentence, ...]  # in order
    excerpt: Sentence  # its first own words, as many as are ever shown
    about: Terms

    @property
    def id(self) -> str:
        """The article's id."""
        return self.report.id

    @property
    def title(self) -> str:
        """The article's title."""
        return self.report.article.title


def hear(report: Report) -> Voice:
    """A report's voice; one whose publisher reserves its use has words to be compared and none to be shown."""
    article = report.article
    read = opening(article, without(article.text, report.facts.recurring))
    text = read if beside_headlines(article) > 0 else ""
    return Voice(
        report,
        text,
        tuple(_sentence(one) for one in quotable(text)),
        _sentence(on_one_line(text, EXCERPT_AT_MOST)),
        terms(article.title, read),
    )


def excerpt_beside(voice: Voice, quotes: Iterable[Quote]) -> str:
    """What pages show of a report's beginning: from behind its first sentence where that is among the quotes."""
    own = next((one.text for one in quotes if one.article_id == voice.id and voice.text.startswith(one.text)), "")
    if not own:
        return voice.excerpt.text
    shown = on_one_line(voice.text[len(own) :], EXCERPT_AT_MOST)
    return shown if len(shown) >= LEAST_EXCERPT else ""


def _sentence(text: str) -> Sentence:
    return Sentence(text, terms("", text))


def agreement(found: Terms, others: Sequence[Voice]) -> float:
    """How much some words say of what other reports are about, 0 to 1; 0 where there is none."""
    return round(sum(overlap(found, one.about) for one in others) / len(others), 4) if others else 0.0


def overlap(one: Terms, other: Terms) -> float:
    """The cosine of two weighted term sets, 0 to 1."""
    return sum(weight * other.weights.get(term, 0.0) for term, weight in one.weights.items())


def share_in(found: Terms, said: Terms) -> float:
    """The share of some words that others said already, by weight, 0 to 1."""
    return sum(weight * weight for term, weight in found.weights.items() if term in said.weights)
