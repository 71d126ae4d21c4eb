"""Picks other events worth reading beside one: near enough to matter, apart enough not to be the same or each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cluster.assets import mentions
from cluster.event import Related, Theme
from cluster.sentences import sentences

LIMIT = 6
COMPARED = 60  # of the nearest; comparing all with all picked took 30 ms an event and chose the same
MERGE_CANDIDATE_FROM = 0.80  # cosine of centroids; above it two events may be one that was not merged yet
RELATED_FROM = 0.30  # of the score below; MiniLM puts any two pieces of crypto news near 0.25
STAGE_FROM = 0.55  # a shared actor this close is an earlier or later stage of one affair
SHARED_ASSET, SHARED_THEME, SHARED_ACTOR = 0.08, 0.05, 0.15
ALIKE_WEIGHT = 0.6  # how much likeness to what was picked already counts against the next pick
ACTORS_READ = 3  # sentences
RECENT_WITHIN = timedelta(days=7)

_ACTOR = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\w’'-])[A-Z][\w&’'-]+(?:\s[A-Z][\w&’'-]+){0,3}")
_NO_ACTORS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December I The A An In On At It This That Crypto Cryptocurrency Blockchain CEO ETF "
    "ETFs US U.S USD UTC Asia Europe European American".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event as relating sees it."""

    event_id: str
    title: str
    centroid: NDArray[np.float32]  # [384], unit length
    assets: frozenset[str]  # symbols
    themes: frozenset[Theme]
    independent_sources: int
    first_published_at: datetime
    lead_article_id: str
    actors: frozenset[str] = frozenset()  # see actors_in


def related_events(
    subject: Candidate, others: Sequence[Candidate], limit: int = LIMIT, merge_from: float = MERGE_CANDIDATE_FROM
) -> tuple[Related, ...]:
    """Up to `limit` events, best first, by maximal marginal relevance (Carbonell and Goldstein, 1998).

    Left out are the subject itself, events led by the same article, and those whose cosine reaches `merge_from`.
    """
    eligible = [other for other in others if _may_be_shown(subject, other, merge_from)]
    scores = {other.event_id: _score(subject, other) for other in eligible}
    near = [other for other in eligible if scores[other.event_id] >= RELATED_FROM]
    left = sorted(near, key=lambda other: (-scores[other.event_id], other.event_id))[:COMPARED]
    picked: list[Candidate] = []
    while left and len(picked) < limit:
        best = max(
            left, key=lambda other: (scores[other.event_id] - ALIKE_WEIGHT * _alike(other, picked), other.event_id)
        )
        left = [other for other in left if other is not best and _cosine(other, best) < merge_from]
        picked.append(best)
    return tuple(_related(subject, other) for other in picked)


def actors_in(text: str) -> frozenset[str]:
    """Names of people, companies and authorities in a text's first sentences, assets, days and months left out."""
    found: set[str] = set()
    for sentence in sentences(text)[:ACTORS_READ]:
        for match in _ACTOR.finditer(sentence):
            name = match.group().removesuffix("’s").removesuffix("'s")
            if name.split()[0] not in _NO_ACTORS and len(name) > 2 and not mentions(name):
                found.add(name)
    return frozenset(found)


def _may_be_shown(subject: Candidate, other: Candidate, merge_from: float) -> bool:
    same = other.event_id == subject.event_id or other.lead_article_id == subject.lead_article_id
    near = abs(other.first_published_at - subject.first_published_at) <= RECENT_WITHIN
    return not same and near and _cosine(subject, other) < merge_from


def _score(subject: Candidate, other: Candidate) -> float:
    return (
        _cosine(subject, other)
        + SHARED_ASSET * bool(subject.assets & other.assets)
        + SHARED_THEME * bool(subject.themes & other.themes)
        + SHARED_ACTOR * bool(subject.actors & other.actors)
    )


def _alike(other: Candidate, picked: Sequence[Candidate]) -> float:
    return max((_cosine(other, one) for one in picked), default=0.0)


def _cosine(one: Candidate, other: Candidate) -> float:
    return float(one.centroid @ other.centroid)


def _related(subject: Candidate, other: Candidate) -> Related:
    relation, why = _relation(subject, other)
    return Related(
        event_id=other.event_id,
        title=other.title,
        relation=relation,
        why=why,
        independent_sources=other.independent_sources,
        published_at=other.first_published_at,
    )


def _relation(subject: Candidate, other: Candidate) -> tuple[str, str]:
    actors = sorted(subject.actors & other.actors)
    assets, themes = sorted(subject.assets & other.assets), sorted(subject.themes & other.themes)
    if actors and _cosine(subject, other) >= STAGE_FROM and other.first_published_at != subject.first_published_at:
        earlier = other.first_published_at < subject.first_published_at
        return ("precedes", f"earlier news on {actors[0]}") if earlier else ("follows", f"later news on {actors[0]}")
    if actors:
        return "same_actor", f"also on {actors[0]}"
    if assets and themes:
        return "same_asset_theme", f"also on {assets[0]} and {themes[0]}"
    return "context", f"also on {(assets or themes)[0]}" if assets or themes else "on a close subject"
