"""Picks other events worth reading beside one: near enough to matter, apart enough not to be the same or each other."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cluster.chains import Beside, Outline
from cluster.event import ArticleType, Related, Theme
from cluster.nearness import Told, Vectors, gists, nearly_one, to_all
from cluster.themes import in_words
from cluster.window import Measure

LIMIT = 6
LATER_SHOWN = 3  # of the events that follow one, the last
DAY = timedelta(days=1)
RELATED_WITHIN = 7 * DAY
COMPARED = 60  # of the nearest; comparing all with all picked took 30 ms an event and chose the same
# Events that are asked whether one is context to them. Of 568 that came in shuffled order as many as 431 ended with the
# context that all of them find at once where none was asked, 531 with 12, 559 with 30, 568 with 60; 30 cost 2 ms of 8.
TAKERS = 30
# The log-odds that a reader finds it worth its place, fitted on 729 pairs of events that were read for that question
# (docs/quality.md): by both cosines, by what the two share, by the days between them.
WHITE, PLAIN, SAME_THEME, SAME_ASSET, PER_DAY, AT_NOTHING = 2.6, 4.3, 0.8, 1.0, -0.14, -4.5
SOURCES = 0.05  # what twice as many independent sources add, up to MANY of them
MANY = 8
FEW = 3  # that are shown where they are not out of place
FEW_FROM, MORE_FROM = 0.0, 0.8  # log-odds; three or more for 82 of 100 events of several sources
SAME_FROM, SAME_WITHIN = 0.80, timedelta(hours=24)  # plain cosine; nearer in both they may be one that was not merged
ALIKE_WEIGHT = 0.5  # how much likeness to what was picked already counts against the next pick

IN_EVERYTHING = frozenset({"BTC", "ETH"})  # named as what two share only where they share nothing rarer

_SHOWN = frozenset({ArticleType.NEWS, ArticleType.ANALYSIS, ArticleType.OPINION})
_OF_PRICES = frozenset({Theme.PRICE, Theme.DERIVATIVES})
_FORETELLS = re.compile(r"\b(?:could|may|might|will|predict\w*|forecasts?|targets?|outlook|expects?|eyes)\b", re.I)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event as relating sees it."""

    event_id: str
    type: ArticleType
    theme: Theme | None  # the primary one
    asset: str | None  # the primary one's symbol
    assets: frozenset[str]
    actors: frozenset[str]  # whom its title names
    independent_sources: int
    first_published_at: datetime
    told: tuple[Told, ...]  # at least one

    @property
    def may_be_shown(self) -> bool:
        """Whether it tells something: no list, nothing handed out or paid for, and no guess at a price."""
        if self.type not in _SHOWN:
            return False
        guesses = self.type is not ArticleType.NEWS or _FORETELLS.search(self.told[0].title) is not None
        return not (guesses and self.theme in _OF_PRICES)


@dataclass(frozen=True, slots=True)
class Pick:
    """An event that gives context to another, and why."""

    event_id: str
    relation: str
    why: str


@dataclass(frozen=True, slots=True)
class Measures:
    """How the events of some days lie to one of them: in each field a value an event."""

    white: Measure  # cosine of the whitened gists
    plain: Measure  # cosine of the plain ones
    same_theme: Measure  # 1.0 where both have it, else 0.0
    same_asset: Measure  # 1.0 where they share one, else 0.0
    days: Measure  # between their first reports

    def log_odds(self) -> Measure:
        """How likely each is to be worth its place beside the one."""
        shared = SAME_THEME * self.same_theme + SAME_ASSET * self.same_asset
        return AT_NOTHING + WHITE * self.white + PLAIN * self.plain + shared + PER_DAY * self.days


class Neighbourhood:
    """The events of some days as columns, so that one is measured against all of them at once."""

    rows: Mapping[str, int]  # by event id: where an event stands in every measure

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        # In an order of their own, so that of two that score the same always the same one comes first.
        self._all = sorted(candidates, key=lambda one: one.event_id)
        self.rows = {one.event_id: row for row, one in enumerate(self._all)}
        self._gists = gists([one.told for one in self._all])
        self._published = np.array([one.first_published_at.timestamp() for one in self._all])
        self._shown = np.array([one.may_be_shown for one in self._all], dtype=bool)
        many = np.array([min(max(one.independent_sources, 1), MANY) for one in self._all])
        self._standing = SOURCES * np.log2(many)
        self._with_asset: dict[str, list[int]] = defaultdict(list)
        self._with_theme: dict[Theme | None, list[int]] = defaultdict(list)
        for row, one in enumerate(self._all):
            self._with_theme[one.theme].append(row)
            for asset in one.assets:
                self._with_asset[asset].append(row)
        self._nearly_one = self._near_misses()

    def context(self, event_id: str, beside: Sequence[str] = (), limit: int = LIMIT) -> list[Pick]:
        """Up to `limit` events, best first, by maximal marginal relevance (Carbonell and Goldstein, 1998).

        Left out are the subject itself, what may be the same happening, and those shown `beside` it already. None for
        an event that is not of these days.
        """
        if event_id not in self.rows:
            return []
        row = self.rows[event_id]
        measures = self.measures(event_id)
        scores = measures.log_odds() + self._standing
        scores[~(self._shown & self._is_apart(row, measures.plain))] = -np.inf
        near = np.argsort(-scores, kind="stable")[:COMPARED]
        near = near[scores[near] >= FEW_FROM]
        known = self._gists.plain[[self.rows[one] for one in beside if one in self.rows]]
        against = (self._gists.plain[near] @ known.T).max(axis=1, initial=0.0)
        alike = self._gists.plain[near] @ self._gists.plain[near].T
        picked = _diverse(scores[near], alike, against, FEW - len(beside), limit)
        return [_pick(self._all[row], self._all[other]) for other in near[picked]]

    def takers(self, event_id: str) -> list[str]:
        """Up to TAKERS events that this one may be context to, the nearest first.

        None for an event that may not be shown or is not of these days.
        """
        if event_id not in self.rows or not self._shown[self.rows[event_id]]:
            return []
        row = self.rows[event_id]
        measures = self.measures(event_id)
        scores = measures.log_odds() + self._standing[row]
        scores[~self._is_apart(row, measures.plain)] = -np.inf
        near = np.argsort(-scores, kind="stable")[:TAKERS]
        return [self._all[other].event_id for other in near[scores[near] >= FEW_FROM]]

    def measures(self, event_id: str) -> Measures:
        """How all events lie to one of them.

        Raises:
            KeyError: when it is not of these days.
        """
        row = self.rows[event_id]
        one = self._all[row]
        return Measures(
            white=to_all(self._gists.white, self._gists.white[row]),
            plain=to_all(self._gists.plain, self._gists.plain[row]),
            same_theme=self._marked(() if one.theme in (None, Theme.OTHER) else self._with_theme[one.theme]),
            same_asset=self._marked({other for asset in one.assets for other in self._with_asset[asset]}),
            days=np.abs(self._published - self._published[row]) / DAY.total_seconds(),
        )

    def _marked(self, rows: Collection[int]) -> Measure:
        marked = np.zeros(len(self._all))
        marked[list(rows)] = 1.0
        return marked

    def _is_apart(self, row: int, plain: Measure) -> NDArray[np.bool_]:
        """Which events of a week on either side tell something else than one of them, as each does of the other."""
        between = np.abs(self._published - self._published[row])
        same = (plain >= SAME_FROM) & (between <= SAME_WITHIN.total_seconds())
        apart: NDArray[np.bool_] = ~same & (between <= RELATED_WITHIN.total_seconds())
        apart[[row, *self._nearly_one.get(row, ())]] = False
        return apart

    def _near_misses(self) -> dict[int, set[int]]:
        """For each event those that it may be the same happening as."""
        found: dict[int, set[int]] = defaultdict(set)
        for row, one in enumerate(self._all):
            for other in (self.rows[rival] for rival in nearly_one(one.told) if rival in self.rows):
                found[row].add(other)
                found[other].add(row)
        return found


def neighbours(beside: Beside) -> list[Related]:
    """The event that one follows, and the last of those that follow it."""
    before = [(beside.earlier, "precedes", f"earlier news{_on(beside.outline)} that this follows")]
    after = [(one, "follows", f"later news{_on(one)} that follows this") for one in beside.later[-LATER_SHOWN:]]
    return [
        shown(outline, Pick(outline.event_id, relation, why)) for outline, relation, why in (*before, *after) if outline
    ]


def shown(other: Outline, pick: Pick) -> Related:
    """A picked event as readers see it."""
    return Related(
        event_id=other.event_id,
        title=other.title,
        relation=pick.relation,
        why=pick.why,
        independent_sources=other.independent_sources,
        published_at=other.published_at,
    )


def _on(later: Outline) -> str:
    return f" on {later.follows.actor}" if later.follows and later.follows.actor else ""


def _diverse(scores: Measure, alike: Vectors, against: Vectors, few: int, limit: int) -> list[int]:
    """Rows of the best that are unlike each other and what is shown already: after `few` only from MORE_FROM.

    `scores` are in falling order, `alike` is their cosines [n, n], `against` how like each is to what is shown [n].
    """
    picked: list[int] = []
    left = np.where(against >= SAME_FROM, -np.inf, scores)
    while len(picked) < limit:
        left[left < (FEW_FROM if len(picked) < few else MORE_FROM)] = -np.inf
        if not np.isfinite(left).any():
            break
        best = int(np.argmax(left - ALIKE_WEIGHT * against))
        against = np.maximum(against, alike[best])
        left[(alike[best] >= SAME_FROM) | (np.arange(len(left)) == best)] = -np.inf
        picked.append(best)
    return picked


def _pick(subject: Candidate, other: Candidate) -> Pick:
    relation, why = _relation(subject, other)
    return Pick(other.event_id, relation, why)


def _relation(subject: Candidate, other: Candidate) -> tuple[str, str]:
    actors = sorted(subject.actors & other.actors, key=lambda name: (-len(name), name))
    if actors:
        return "same_actor", f"also on {actors[0]}"
    shared = subject.assets & other.assets
    assets = sorted(shared, key=lambda symbol: (symbol in IN_EVERYTHING, symbol != subject.asset, symbol))
    theme = subject.theme if subject.theme is other.theme and subject.theme is not Theme.OTHER else None
    if assets and theme:
        return "same_asset_theme", f"also {in_words(theme)} news on {assets[0]}"
    if theme:
        return "context", f"also {in_words(theme)} news"
    return "context", f"also on {assets[0]}" if assets else "on a close subject"
