"""The recent articles an arriving one is compared with, held in memory as columns."""

from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from cluster.columns import Columns, Numbers
from cluster.constraints import Constraints, Held
from cluster.copies import Sketches
from cluster.reading import DIMENSIONS, Reading
from cluster.rows import Rows
from cluster.whitening import WHITE_DIMENSIONS, Whitening, load_whitening

WINDOW = timedelta(hours=72)  # of article time: what is further apart is never one event
MOST_COMPARED = 64
NEIGHBOURS = 40
# Logits of a plain model of four measures. It finds what is worth comparing, 5.8 articles for each: below
# COMPARED_FROM lie 11 of 100 labelled pairs that report one happening.
TITLES, LEADS, TERMS, DAYS_APART, AT_ZERO = 3.0, 9.5, 12.5, -2.3, -11.8
COMPARED_FROM = -3.8
MAX_DAYS_COUNTED = 2.0  # beyond two days the clock says no more

Measure = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Near:
    """One article measured against everything held; every field but `rows` is [held]."""

    rows: Numbers  # of the candidates, the nearest first, at most MOST_COMPARED
    titles: Measure  # cosine of the titles' vectors
    leads: Measure  # cosine of the leads' vectors
    terms: Measure  # cosine of the weighted terms
    hours: Measure  # between the two publications
    contained: Measure  # the containment of the texts, see copies
    neighbours: Numbers  # rows of the NEIGHBOURS nearest by lead, in no order


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
    columns: Columns = field(default_factory=Columns)
    numbers: list[Numbers] = field(default_factory=list)  # of each article's keys, in `columns`
    whitening: Whitening = field(default_factory=load_whitening)
    _titles: Rows = field(default_factory=lambda: Rows(DIMENSIONS))
    _leads: Rows = field(default_factory=lambda: Rows(DIMENSIONS))
    _white_titles: Rows = field(default_factory=lambda: Rows(WHITE_DIMENSIONS))
    _white_leads: Rows = field(default_factory=lambda: Rows(WHITE_DIMENSIONS))
    _positions: dict[str, int] = field(default_factory=dict)  # of each event, in the order of their first article
    _groups: "array[int]" = field(default_factory=lambda: array("q"))
    _numbered: tuple[str, Numbers] = ("", np.empty(0, dtype=np.intp))
    _minutes: "array[float]" = field(default_factory=lambda: array("d"))
    _by_term: "dict[str, tuple[array[int], array[float]]]" = field(
        default_factory=lambda: defaultdict(lambda: (array("q"), array("d")))
    )

    @property
    def titles(self) -> NDArray[np.float32]:
        """[held, 384], of the titles."""
        return self._titles.view()

    @property
    def leads(self) -> NDArray[np.float32]:
        """[held, 384], of the titles with their leads."""
        return self._leads.view()

    @property
    def white_titles(self) -> NDArray[np.float32]:
        """[held, WHITE_DIMENSIONS], see `whitening`."""
        return self._white_titles.view()

    @property
    def white_leads(self) -> NDArray[np.float32]:
        """[held, WHITE_DIMENSIONS], see `whitening`."""
        return self._white_leads.view()

    def add(self, reading: Reading, event_id: str, copy_of: str | None) -> None:
        """An article that was placed."""
        row = len(self.readings)
        white = self.whitening.of(reading.title_vector, reading.lead_vector)
        for rows, vector in zip(
            (self._titles, self._leads, self._white_titles, self._white_leads),
            (reading.title_vector, reading.lead_vector, *white),
            strict=True,
        ):
            rows.append(vector)
        self._minutes.append(_minute(reading.published_at))
        self.numbers.append(self.numbers_of(reading))
        self.columns.count(self.numbers[-1])
        self.rows[reading.article_id] = row
        self.readings.append(reading)
        self.event_ids.append(event_id)
        self._groups.append(self._position(event_id))
        self.originals[reading.article_id] = copy_of or reading.article_id
        self.sketches.add(reading.article_id, reading.sketch)
        for term, weight in reading.terms.weights.items():
            places, weights = self._by_term[term]
            places.append(row)
            weights.append(weight)

    def move(self, article_id: str, event_id: str, copy_of: str | None) -> None:
        """An article that is held and stands elsewhere, or for another text, by now."""
        row = self.rows[article_id]
        self.event_ids[row] = event_id
        self._groups[row] = self._position(event_id)
        self.originals[article_id] = copy_of or article_id

    def numbers_of(self, reading: Reading) -> Numbers:
        """The numbers of an article's keys in `columns`; asked for several times while one article is placed."""
        if self._numbered[0] != reading.article_id:
            self._numbered = (reading.article_id, self.columns.numbers(reading.content))
        return self._numbered[1]

    def near(self, subject: Reading) -> Near:
        """The subject against every article held, and which of them are worth a closer look."""
        titles = (self.titles @ subject.title_vector).astype(np.float64)
        leads = (self.leads @ subject.lead_vector).astype(np.float64)
        terms = self._terms(subject)
        hours = np.abs(np.frombuffer(self._minutes, dtype=np.float64) - _minute(subject.published_at)) / 60
        if subject.article_id in self.rows:  # already placed: what it is like beside the others
            own = self.rows[subject.article_id]
            titles[own] = leads[own] = -1.0
            terms[own], hours[own] = 0.0, np.inf
        days = np.minimum(hours / 24, MAX_DAYS_COUNTED)
        plain = TITLES * titles + LEADS * leads + TERMS * terms + DAYS_APART * days + AT_ZERO
        plain[hours > WINDOW / timedelta(hours=1)] = -np.inf
        best = _best(plain, MOST_COMPARED)
        best = best[plain[best] > COMPARED_FROM]
        rows = best[np.lexsort((best, -plain[best]))]
        contained = self.sketches.contained(subject.sketch)
        return Near(rows, titles, leads, terms, hours, contained, _best(leads, NEIGHBOURS))

    def groups(self) -> tuple[list[str], NDArray[np.intp]]:
        """The events' ids, each once, and for every article held the position of its event among them.

        Some may have no article any more.
        """
        return list(self._positions), np.frombuffer(self._groups, dtype=np.intp)

    def prints_in(self, event_id: str, original: str) -> list[str]:
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

    def _position(self, event_id: str) -> int:
        return self._positions.setdefault(event_id, len(self._positions))

    def _terms(self, subject: Reading) -> Measure:
        known = {term: weight for term, weight in subject.terms.weights.items() if term in self._by_term}
        if not known:
            return np.zeros(len(self.readings))
        postings = [self._by_term[term] for term in known]
        places = np.concatenate([np.frombuffer(rows, dtype=np.int64) for rows, _ in postings])
        weights = np.concatenate([np.frombuffer(theirs, dtype=np.float64) for _, theirs in postings])
        weights *= np.repeat(list(known.values()), [len(rows) for rows, _ in postings])
        cosines: Measure = np.bincount(places, weights, minlength=len(self.readings)).astype(np.float64)
        return cosines


def _best(scores: Measure, count: int) -> Numbers:
    """Rows of the `count` highest scores, in no order."""
    return np.argpartition(-scores, count)[:count] if len(scores) > count else np.arange(len(scores))


def _minute(instant: datetime) -> float:
    return instant.timestamp() / 60
