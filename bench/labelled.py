"""What measuring events starts from: the labelled windows of SECONDSOURCE_CORPUS, read as the embed stage reads."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from cluster.cross_encoder import CrossEncoder, Opening
from cluster.fitting.same_event import read_articles
from cluster.fitting.vectors import kept_in, vectors
from cluster.fitting.windows import LabelledWindow, labelled_windows
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from ingest.article import Article
from ingest.store import ArticleStore
from storage.settings import Settings


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


@dataclass(frozen=True, slots=True)
class Labelled:
    """Windows that are scored, of which there are eight, and what is read in the articles of each, by its name."""

    windows: tuple[LabelledWindow, ...]
    readings: dict[str, list[Reading]]


def labelled(settings: Settings, at_most: int | None = None) -> Labelled:
    """The windows of the corpus, or the first of them; ends the process with a sentence where none is named."""
    corpus = os.environ.get("SECONDSOURCE_CORPUS")
    if not corpus:
        sys.exit("telling events apart is measured on articles: set SECONDSOURCE_CORPUS to a folder with gold/")
    windows = tuple(islice(labelled_windows(Path(corpus), gold_only=True), at_most))
    articles = [article for window in windows for article in window.articles]
    known = vectors(articles, kept_in(settings), settings.model_dir)
    return Labelled(windows, {window.name: read_articles(window.articles, known) for window in windows})


def store_read(engine: Engine, articles: Sequence[Article], readings: Sequence[Reading]) -> None:
    """Leaves articles, with what was read in each of them, as the embed stage does: to be placed."""
    ArticleStore(engine).add_many(articles)
    store = ReadingStore(engine)
    store.begin([one.article_id for one in readings])
    store.save(readings, articles[-1].seen_at)
