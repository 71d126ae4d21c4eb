"""Which earlier event another one follows: near in meaning, on the same theme, and about somebody in both titles."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cluster.draft import Draft
from cluster.event import ArticleType, Earlier, Theme
from cluster.history import Followed
from cluster.relating import MERGE_CANDIDATE_FROM
from cluster.report import TITLE_CHARACTERS
from cluster.sentences import shorten

FOLLOWS_WITHIN = timedelta(days=7)
FOLLOWS_AFTER = timedelta(hours=6)  # what comes sooner may be a report of the same happening that was not joined
FOLLOWS_FROM = 0.65  # cosine of centroids; of 40 such pairs read by hand 30 were one affair, 10 one actor's two
RARE_TO = 20  # events a week; a name in more of them is a subject by itself


@dataclass(frozen=True, slots=True)
class Naming:
    """An event of news whose title names an actor."""

    event_id: str
    actor: str
    theme: Theme | None
    first_published_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A report of an event, as far as following needs it."""

    published_at: datetime
    title: str
    lead_vector: NDArray[np.float32]  # [384], unit length


class Namings:
    """Who stands in the titles of some days."""

    def __init__(self, namings: Iterable[Naming]) -> None:
        self._by_actor: dict[str, list[Naming]] = defaultdict(list)
        for one in sorted(namings, key=lambda one: (one.first_published_at, one.event_id)):
            self._by_actor[one.actor].append(one)

    def before(self, draft: Draft) -> dict[str, str]:
        """The events that an event may follow, each with the actor that both titles name, by the longest name."""
        if draft.type is not ArticleType.NEWS:
            return {}
        names = sorted(draft.title_actors, key=len)
        return {one.event_id: actor for actor in names for one in self._earlier(actor, draft)}

    def _earlier(self, actor: str, draft: Draft) -> list[Naming]:
        named, began = self._by_actor[actor], draft.first_published_at
        first, last = (bisect_left(named, at, key=_began) for at in (began - FOLLOWS_WITHIN, began))
        if last - first > RARE_TO:
            return []
        until = began - FOLLOWS_AFTER
        return [one for one in named[first:last] if one.theme == draft.theme and one.first_published_at <= until]


def followed(draft: Draft, before: Mapping[str, str], told: Mapping[str, Sequence[Told]]) -> Followed | None:
    """The nearest of the events that it may follow; None where all are too far from it, or may be the same event.

    `told` are the reports of all of them and of itself, earliest first; those after its last report are not looked at.
    """
    known = [one for one in before if one in told]
    if not known or draft.event_id not in told:
        return None
    own, *others = (_centroid(told[one], draft.last_published_at) for one in (draft.event_id, *known))
    cosines = {one: float(own @ other) for one, other in zip(known, others, strict=True)}
    near = {one: cosine for one, cosine in cosines.items() if FOLLOWS_FROM <= cosine < MERGE_CANDIDATE_FROM}
    if not near:
        return None
    nearest = min(near, key=lambda one: (-near[one], one))
    return Followed(Earlier(nearest, shorten(told[nearest][0].title, TITLE_CHARACTERS)), before[nearest])


def _began(naming: Naming) -> datetime:
    return naming.first_published_at


def _centroid(told: Sequence[Told], until: datetime) -> NDArray[np.float64]:
    vectors = [one.lead_vector for one in told if one.published_at <= until]
    mean: NDArray[np.float64] = np.mean(vectors, axis=0, dtype=np.float64)
    return mean / np.linalg.norm(mean)
