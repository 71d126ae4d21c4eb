"""What an event says of itself in its members' own words: the title, one sentence of the lead, and key points."""

import re
from collections.abc import Mapping, Sequence

from cluster.event import Quote
from cluster.report import Report
from cluster.sentences import sentences, shorten
from cluster.terms import Terms, terms

QUOTED_CHARACTERS = 240  # of one article, all quotes together: with its title and excerpt it stays within 400
SUMMARY_CHARACTERS = 200
POINT_CHARACTERS = 160
LEAST_CHARACTERS = 40
MAX_POINTS = 3
READ_SENTENCES = 10
HEDGED = 0.7  # "X may have done Y?" says less than "X did Y", however many words it shares
REPEATS_FROM = 0.5  # two sentences this alike say one thing

_HEDGES = re.compile(r"\b(?:may|might|could|potential(?:ly)?|possibl[ey]|suggest\w*|here['’]s)\b|[?!]", re.IGNORECASE)
_NOT_SAID = re.compile(
    r"appeared first on|^(?:key takeaways|tl;?dr|image|source|disclaimer|read (?:more|also)|related)\b|click here|"
    r"subscribe|join our|follow us|[?!]$",
    re.IGNORECASE,
)


def best_title(reports: Sequence[Report], lead: Report) -> str:
    """The title that says most of what the reports agree on; the lead's when none says more."""
    if len(reports) < 2:
        return lead.article.title
    read = {report.id: terms(report.article.title, report.article.text) for report in reports}
    scored = {report.id: _agreement(report, read) for report in reports}
    best = max(scored.values())
    if scored.get(lead.id) == best:
        return lead.article.title
    return next(report.article.title for report in reports if scored[report.id] == best)


def summarise(lead: Report, spent: Mapping[str, int]) -> tuple[Quote, ...]:
    """The lead's first sentence that says more than its title; nothing when no room is left.

    `spent` is the number of characters already quoted, by article id.
    """
    room = min(SUMMARY_CHARACTERS, QUOTED_CHARACTERS - spent.get(lead.id, 0))
    said = _worth_quoting(lead)
    if not said or room < LEAST_CHARACTERS:
        return ()
    return (Quote(lead.id, shorten(said[0], room)),)


def key_points(reports: Sequence[Report], summary: Sequence[Quote], spent: Mapping[str, int]) -> tuple[Quote, ...]:
    """Up to MAX_POINTS sentences, one a report, that say most of what the others say and not what was said already."""
    shared = [terms(report.article.title, report.article.text) for report in reports]
    said = [terms("", quote.text) for quote in summary]
    points: list[Quote] = []
    for report in reports:
        room = min(POINT_CHARACTERS, QUOTED_CHARACTERS - spent.get(report.id, 0))
        fitting = [one for one in _worth_quoting(report) if len(one) <= room]
        fresh = [(one, terms("", one)) for one in fitting]
        fresh = [(one, found) for one, found in fresh if all(_overlap(found, other) < REPEATS_FROM for other in said)]
        if fresh and len(points) < MAX_POINTS:
            text, found = max(fresh, key=lambda pair: (_told(pair[1], shared), any(c.isdigit() for c in pair[0])))
            points.append(Quote(report.id, text))
            said.append(found)
    return tuple(points)


def spent_on(*quoted: Sequence[Quote]) -> dict[str, int]:
    """Characters quoted of each article."""
    spent: dict[str, int] = {}
    for quotes in quoted:
        for quote in quotes:
            spent[quote.article_id] = spent.get(quote.article_id, 0) + len(quote.text)
    return spent


def _agreement(report: Report, read: Mapping[str, Terms]) -> float:
    title = terms(report.article.title, "")
    plain = HEDGED if _HEDGES.search(report.article.title) else 1.0
    others = [found for article_id, found in read.items() if article_id != report.id]
    return round(plain * sum(_overlap(title, found) for found in others) / len(others), 4)


def _told(found: Terms, shared: Sequence[Terms]) -> float:
    return round(sum(_overlap(found, one) for one in shared), 4)


def _worth_quoting(report: Report) -> list[str]:
    title = terms(report.article.title, "")
    candidates = [one for one in sentences(report.article.text)[:READ_SENTENCES] if not _NOT_SAID.search(one)]
    long_enough = [one for one in candidates if len(one) >= LEAST_CHARACTERS and one[-1] in '.!…”"']
    # A feed's summary often begins with the title once more.
    return [one for one in long_enough if _overlap(terms("", one), title) < 0.9] or candidates[:1]


def _overlap(one: Terms, other: Terms) -> float:
    """The cosine of two weighted term sets, 0 to 1."""
    return sum(weight * other.weights.get(term, 0.0) for term, weight in one.weights.items())
