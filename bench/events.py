"""Telling events apart, measured on the labelled windows of SECONDSOURCE_CORPUS: cost, order and receipts.

- CPU time an article of deciding at 2,500 and at 40,000 live members, the cross-encoder's share apart;
- how alike the events are when articles come in another order within two hours;
- how often taking the first-named evidence out of an article's text lowers its score.
"""

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import mean

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from bench.results import Result, report
from cluster.copies import sketch
from cluster.cross_encoder import CrossEncoder, Opening
from cluster.decision import decide
from cluster.embed_stage import read_article
from cluster.embedding import Embedder, lead_text
from cluster.event import Placement
from cluster.fitting.same_event import read_window
from cluster.fitting.vectors import kept_in, vectors
from cluster.fitting.windows import LabelledWindow, labelled_windows
from cluster.placing import hold
from cluster.reading import Reading
from cluster.window import WINDOW, Window
from storage.settings import Settings

LIVE, MANY = 2_500, 40_000
DECIDED = 200
SHUFFLES, WITHIN = 20, timedelta(hours=2)
DELETED = 200
AT_MOST_MS, AT_MOST_MANY_MS, AT_LEAST_ARI, AT_LEAST_LOWERED = 3.0, 48.0, 0.95, 0.90  # the bars


class Remembering:
    """A cross-encoder that reads each pair once and counts what it was asked and how long it took."""

    def __init__(self, model_dir: Path) -> None:
        self._reader = CrossEncoder(model_dir)
        self._known: dict[tuple[Opening, Opening], float] = {}
        self.asked, self.seconds = 0, 0.0

    def logits(self, pairs: Sequence[tuple[Opening, Opening]]) -> NDArray[np.float64]:
        started = time.process_time()
        for pair in pairs:
            if pair not in self._known:
                self._known[pair] = float(self._reader.logits([pair])[0])
        self.asked += len(pairs)
        self.seconds += time.process_time() - started
        return np.array([self._known[pair] for pair in pairs])


def main() -> None:
    """Measures and reports; says so where there is no corpus."""
    corpus = os.environ.get("SECONDSOURCE_CORPUS")
    if not corpus:
        sys.exit("telling events apart is measured on articles: set SECONDSOURCE_CORPUS to a folder with gold/")
    settings = Settings()
    windows = list(labelled_windows(Path(corpus), gold_only=True))
    articles = [article for window in windows for article in window.articles]
    known = vectors(articles, kept_in(settings), settings.model_dir)
    readings = {window.name: read_window(window, known) for window in windows}
    reader = Remembering(settings.model_dir)
    everything = [reading for found in readings.values() for reading in found]
    report(list(_cost(everything, reader)))
    report([Result("receipts: lowered by deletion", _receipts(windows, readings, settings, reader), AT_LEAST_LOWERED)])
    report([Result("placing: ARI over shuffled orders", round(_order(readings, reader), 4), AT_LEAST_ARI)])


def _cost(readings: Sequence[Reading], reader: Remembering) -> Iterator[Result]:
    for live, bar in ((LIVE, AT_MOST_MS), (MANY, AT_MOST_MANY_MS)):
        window, subjects = _filled(readings, live)
        reader.asked, reader.seconds = 0, 0.0
        started = time.process_time()
        for subject in subjects:
            hold(window, subject, decide(subject, window, reader))
        spent = time.process_time() - started - reader.seconds
        print(f"{live} live: a cross-encoder asked {reader.asked / len(subjects):.2f} times an article, "
              f"{1000 * reader.seconds / max(1, len(subjects)):.1f} ms")  # fmt: skip
        yield Result(f"placing: ms an article at {live}", round(1000 * spent / len(subjects), 2), bar, "lower")


def _filled(readings: Sequence[Reading], live: int) -> tuple[Window, list[Reading]]:
    """A window with so many articles, all of one day, and DECIDED more that come next."""
    start = readings[0].published_at
    window = Window(start - WINDOW)
    for number in range(live):
        one = readings[number % (len(readings) - DECIDED)]
        known = replace(one, article_id=f"{one.article_id}-{number}", published_at=start + timedelta(seconds=number))
        window.add(known, f"evt_{number}", None)
    last = start + timedelta(seconds=live)
    return window, [replace(one, published_at=last) for one in readings[-DECIDED:]]


def _order(readings: dict[str, list[Reading]], reader: Remembering) -> float:
    """The mean adjusted Rand index of each shuffled order against the order of publication."""
    found = []
    for number, (_, own) in zip(range(SHUFFLES), _forever(readings), strict=False):
        straight = _placed(own, reader)
        shuffled = _placed(_shuffled(own, random.Random(number)), reader)
        found.append(float(adjusted_rand_score(list(straight.values()), [shuffled[one] for one in straight])))
    return mean(found)


def _forever(readings: dict[str, list[Reading]]) -> Iterator[tuple[str, list[Reading]]]:
    while True:
        yield from readings.items()


def _shuffled(readings: Sequence[Reading], chance: random.Random) -> list[Reading]:
    def moved(reading: Reading) -> float:
        return reading.published_at.timestamp() + chance.uniform(-1, 1) * WITHIN.total_seconds()

    return sorted(readings, key=moved)


def _placed(readings: Sequence[Reading], reader: Remembering) -> dict[str, str]:
    window = Window(min(one.published_at for one in readings) - WINDOW)
    placed = {}
    for reading in readings:
        placement = decide(reading, window, reader)
        hold(window, reading, placement)
        placed[reading.article_id] = placement.event_id
    return placed


def _receipts(
    windows: Sequence[LabelledWindow], readings: dict[str, list[Reading]], settings: Settings, reader: Remembering
) -> float:
    """The share of placed members whose score falls when the words of their first receipt are taken out."""
    embedder = Embedder(settings.model_dir)
    lowered = [
        score < placement.probability
        for window in windows
        for placement, score in _without_evidence(window, readings[window.name], embedder, reader)
    ]
    return float(np.mean(lowered[:: max(1, len(lowered) // DELETED)][:DELETED]))


def _without_evidence(
    labelled: LabelledWindow, readings: Sequence[Reading], embedder: Embedder, reader: Remembering
) -> Iterator[tuple[Placement, float]]:
    articles = {article.id: article for article in labelled.articles}
    window = Window(readings[0].published_at - WINDOW)
    for number, reading in enumerate(readings):
        placement = decide(reading, window, reader)
        named = placement.because[0].text if placement.because else ""
        words = named.removeprefix("both report ").removeprefix("both name ").removeprefix("both say ")
        if words != named and number % 3 == 0:
            pieces = [piece.strip(" “”") for piece in words.replace(" and ", ", ").split(", ")]
            article = articles[reading.article_id]
            title, text = (_cut(part, pieces) for part in (article.title, article.text))
            vector, lead = embedder.embed([title, lead_text(title, text)])
            cut = replace(article, title=title, text=text)
            less = read_article(cut, cut, sketch(text), vector, lead)
            again = decide(less, window, reader)
            score = again.probability if again.event_id == placement.event_id else 0.0
            yield placement, score
        hold(window, reading, placement)


def _cut(text: str, pieces: Sequence[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ")
    return text


if __name__ == "__main__":
    main()
