"""Picks other events worth reading beside one: near enough to matter, apart enough not to be the same or each other."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cluster.event import Related, Theme
from cluster.window import Measure

LIMIT = 6
COMPARED = 60  # of the nearest; comparing all with all picked took 30 ms an event and chose the same
MERGE_CANDIDATE_FROM = 0.80  # cosine of centroids; above it two events may be one that was not merged yet
RELATED_FROM = 0.30  # of the score; MiniLM puts any two pieces of crypto news near 0.25
STAGE_FROM = 0.55  # a shared actor this close is an earlier or later stage of one affair
SHARED = {"asset": 0.08, "theme": 0.05, "actor": 0.15}  # what one in common adds to the cosine
ALIKE_WEIGHT = 0.6  # how much likeness to what was picked already counts against the next pick
RECENT_WITHIN = timedelta(days=7)


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
    actors: frozenset[str] = frozenset()

    def traits(self) -> list[tuple[str, str]]:
        """What it may have in common with others, as (kind, name)."""
        kinds = {"asset": self.assets, "theme": self.themes, "actor": self.actors}
        return [(kind, name) for kind, names in kinds.items() for name in names]


class Neighbourhood:
    """The events of some days as columns, so that one is measured against all of them at once."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        # In an order of their own, so that of two that score the same always the same one comes first.
        self._all = sorted(candidates, key=lambda one: one.event_id)
        self._rows = {one.event_id: row for row, one in enumerate(self._all)}
        self._centroids = np.array([one.centroid for one in self._all], dtype=np.float64)
        self._published = np.array([one.first_published_at.timestamp() for one in self._all])
        self._leads = np.array([one.lead_article_id for one in self._all])
        self._having: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, one in enumerate(self._all):
            for trait in one.traits():
                self._having[trait].append(row)

    def related(
        self, event_id: str, limit: int = LIMIT, merge_from: float = MERGE_CANDIDATE_FROM
    ) -> tuple[Related, ...]:
        """Up to `limit` events, best first, by maximal marginal relevance (Carbonell and Goldstein, 1998).

        Left out are the subject itself, events led by the same article, and those whose cosine reaches `merge_from`.
        None for an event that is not of these days.
        """
        if event_id not in self._rows:
            return ()
        subject = self._all[self._rows[event_id]]
        cosines = self._centroids @ subject.centroid.astype(np.float64)
        scores = self._scores(subject, cosines)
        scores[~self._may_be_shown(subject, cosines, merge_from)] = -np.inf
        near = np.argsort(-scores, kind="stable")[:COMPARED]
        near = near[scores[near] >= RELATED_FROM]
        picked = _diverse(scores[near], self._centroids[near] @ self._centroids[near].T, limit, merge_from)
        return tuple(_related(subject, self._all[row], cosines[row]) for row in near[picked])

    def _scores(self, subject: Candidate, cosines: Measure) -> Measure:
        scores = cosines.copy()
        for kind, bonus in SHARED.items():
            traits = [trait for trait in subject.traits() if trait[0] == kind]
            scores[list({row for trait in traits for row in self._having[trait]})] += bonus
        return scores

    def _may_be_shown(self, subject: Candidate, cosines: Measure, merge_from: float) -> NDArray[np.bool_]:
        apart = np.abs(self._published - subject.first_published_at.timestamp())
        shown: NDArray[np.bool_] = (cosines < merge_from) & (apart <= RECENT_WITHIN.total_seconds())
        shown &= self._leads != subject.lead_article_id
        shown[self._rows[subject.event_id]] = False
        return shown


def _diverse(scores: Measure, alike: Measure, limit: int, merge_from: float) -> list[int]:
    """Rows of the best that are unlike each other; `scores` are in falling order, `alike` is their cosines [n, n]."""
    picked: list[int] = []
    left, against = scores.copy(), np.zeros(len(scores))
    while len(picked) < limit and np.isfinite(left).any():
        best = int(np.argmax(left - ALIKE_WEIGHT * against))
        against = alike[best].copy() if not picked else np.maximum(against, alike[best])
        left[(alike[best] >= merge_from) | (np.arange(len(left)) == best)] = -np.inf
        picked.append(best)
    return picked


def _related(subject: Candidate, other: Candidate, cosine: float) -> Related:
    relation, why = _relation(subject, other, cosine)
    return Related(
        event_id=other.event_id,
        title=other.title,
        relation=relation,
        why=why,
        independent_sources=other.independent_sources,
        published_at=other.first_published_at,
    )


def _relation(subject: Candidate, other: Candidate, cosine: float) -> tuple[str, str]:
    actors = sorted(subject.actors & other.actors)
    assets, themes = sorted(subject.assets & other.assets), sorted(subject.themes & other.themes)
    if actors and cosine >= STAGE_FROM and other.first_published_at != subject.first_published_at:
        earlier = other.first_published_at < subject.first_published_at
        return ("precedes", f"earlier news on {actors[0]}") if earlier else ("follows", f"later news on {actors[0]}")
    if actors:
        return "same_actor", f"also on {actors[0]}"
    if assets and themes:
        return "same_asset_theme", f"also on {assets[0]} and {themes[0]}"
    return "context", f"also on {(assets or themes)[0]}" if assets or themes else "on a close subject"
