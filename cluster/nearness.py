"""How near events are to each other in what their reports tell on average."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cluster.event import Rival
from cluster.similarity import JOIN_AT
from cluster.whitening import load_whitening
from cluster.window import Measure

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Told:
    """A report of an event, as far as comparing events needs it."""

    published_at: datetime
    title: str
    title_vector: Vectors  # [384], unit length
    lead_vector: Vectors  # [384], unit length
    rival: Rival | None = None  # the other event that came nearest to taking it


@dataclass(frozen=True, slots=True)
class Gists:
    """What some events tell, a row of unit length for each: by their reports' mean vectors."""

    plain: Vectors  # [events, 384], of the leads; two pieces of crypto news taken at random are near .4
    white: Vectors  # [events, 256], of titles and leads, whitened: two taken at random are near 0


def gists(tellings: Sequence[Sequence[Told]]) -> Gists:
    """The gist of each event, of at least one report each."""
    if not tellings:
        return Gists(np.empty((0, 0), np.float32), np.empty((0, 0), np.float32))
    titles = _means([[one.title_vector for one in told] for told in tellings])
    leads = _means([[one.lead_vector for one in told] for told in tellings])
    white = np.concatenate(load_whitening().of(titles, leads), axis=1)
    return Gists(_unit(leads), _unit(white))


def until(told: Sequence[Told], instant: datetime) -> list[Told]:
    """What was told by an instant."""
    return [one for one in told if one.published_at <= instant]


def nearly_one(told: Sequence[Told]) -> set[str]:
    """Ids of the events that one of these reports was near enough to join: they may be the same happening."""
    return {one.rival.event_id for one in told if one.rival and one.rival.score >= JOIN_AT}


def to_all(vectors: Vectors, one: Vectors) -> Measure:
    """The cosines of all rows with one vector."""
    found: Measure = (vectors @ one).astype(np.float64)
    return found


def _means(groups: Sequence[Sequence[Vectors]]) -> Vectors:
    counts = [len(group) for group in groups]
    rows = np.array([vector for group in groups for vector in group])
    sums = np.add.reduceat(rows, np.cumsum([0, *counts[:-1]]))
    means: Vectors = (sums / np.array(counts)[:, None]).astype(np.float32)
    return means


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
