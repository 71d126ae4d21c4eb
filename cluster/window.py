"""The recent articles an arriving one is compared with, held in memory as columns."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cluster.constraints import Constraints, Held
from cluster.copies import Sketches
from cluster.reading import DIMENSIONS, Reading
from cluster.similarity import Comparison, Measure

WINDOW = timedelta(hours=72)  # of article time: what is further apart is never one event


@dataclass(slots=True)
class Window:
    """Placed articles with their events; searched exactly, every article against every other."""

    start: datetime  # every article published since then that can be joined is held
    readings: list[Reading] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)  # article_id -> its place in readings
    event_ids: list[str] = field(default_factory=list)  # one an article
    originals: dict[str, str] = field(default_factory=dict)  # article_id -> the original it copies, or itself
    sketches: Sketches = field(default_factory=Sketches)
    held: Held = field(default_factory=lambda: Held(Constraints()))  # where editors want articles, and where not
    _titles: NDArray[np.float32] = field(default_factory=lambda: _rows(0))
    _leads: NDArray[np.float32] = field(default_factory=lambda: _rows(0))
    _minutes: Measure = field(default_factory=lambda: np.zeros(0))
    _by_term: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, reading: Reading, event_id: str, copy_of: str | None) -> None:
        """An article that was placed."""
        row = len(self.readings)
        if row == len(self._titles):
            self._grow()
        self._titles[row], self._leads[row] = reading.title_vector, reading.lead_vector
        self._minutes[row] = _minute(reading.published_at)
        self.rows[reading.article_id] = row
        self.readings.append(reading)
        self.event_ids.append(event_id)
        self.originals[reading.article_id] = copy_of or reading.article_id
        self.sketches.add(reading.article_id, reading.sketch)
        for term, weight in reading.terms.weights.items():
            self._by_term[term].append((row, weight))

    def measure(self, subject: Reading) -> Comparison:
        """The subject against every article held, in their order."""
        count = len(self.readings)
        terms = np.zeros(count)
        for term, weight in subject.terms.weights.items():
            for row, other in self._by_term.get(term, ()):
                terms[row] += weight * other
        return Comparison(
            titles=(self._titles[:count] @ subject.title_vector).astype(np.float64),
            leads=(self._leads[:count] @ subject.lead_vector).astype(np.float64),
            terms=terms,
            hours=np.abs(self._minutes[:count] - _minute(subject.published_at)) / 60,
        )

    def groups(self) -> tuple[list[str], NDArray[np.intp]]:
        """The events' ids, each once, and for every article held the position of its event among them."""
        position: dict[str, int] = {}
        groups = [position.setdefault(event_id, len(position)) for event_id in self.event_ids]
        return list(position), np.array(groups, dtype=np.intp)

    def prints_in(self, event_id: str, original: str | None) -> list[str]:
        """Ids of the articles of an event that print one text: the copies, and the original while it is held."""
        prints = (article_id for article_id, first in self.originals.items() if first == original)
        return [article_id for article_id in prints if self.event_ids[self.rows[article_id]] == event_id]

    def since(self, instant: datetime) -> "Window":
        """A window of the articles published at or after an instant."""
        kept = Window(instant, held=self.held)
        for reading, event_id in zip(self.readings, self.event_ids, strict=True):
            if reading.published_at >= instant:
                original = self.originals[reading.article_id]
                kept.add(reading, event_id, None if original == reading.article_id else original)
        return kept

    def _grow(self) -> None:
        capacity = max(256, 2 * len(self._titles))
        more = capacity - len(self._titles)
        self._titles = np.concatenate([self._titles, _rows(more)])
        self._leads = np.concatenate([self._leads, _rows(more)])
        self._minutes = np.concatenate([self._minutes, np.zeros(more)])


def _rows(count: int) -> NDArray[np.float32]:
    return np.zeros((count, DIMENSIONS), dtype=np.float32)


def _minute(instant: datetime) -> float:
    return instant.timestamp() / 60
