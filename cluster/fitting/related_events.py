"""Fits how related events are weighed to pairs that were read: `python -m cluster.fitting.related_events CORPUS`.

It prints the weights and how well they tell the pairs apart, and writes nothing: rounded, they stand in
`cluster/relating.py`. An event is described from the articles that it had when it was read, and from their whole texts:
what their publishers print everywhere is not known here.
"""

import argparse
import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from cluster.describing import draft
from cluster.event import Placement
from cluster.facts import read_facts
from cluster.fitting.vectors import Vectors, kept_in, vectors
from cluster.fitting.windows import stream_articles
from cluster.nearness import Told
from cluster.relating import FEW_FROM, MORE_FROM, Candidate, Measures, Neighbourhood
from cluster.report import Report
from cluster.similarity import RULESET
from cluster.window import Measure
from ingest.article import Article
from storage.settings import Settings

PAIRS = Path(__file__).parent.parent / "data" / "related_pairs.tsv"
BORDERLINE, USEFUL = 1, 2  # grades; 0 is not worth its place
C = 3.0  # of the regression; from 1 to 100 the AUC stays within .003
FOLDS = 10
NAMES = tuple(field.name for field in fields(Measures))


@dataclass(frozen=True, slots=True)
class Graded:
    """A pair of events, each named by the ids of its articles, and what a reader thought of one beside the other."""

    event: str
    related: str
    grade: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of the measures [5], and the log-odds where all of them are 0."""

    weights: NDArray[np.float64]
    at_nothing: float

    def log_odds(self, measures: NDArray[np.float64]) -> Measure:
        """How likely each pair is to be worth its place, from its measures [pairs, 5]."""
        found: Measure = measures @ self.weights + self.at_nothing
        return found


def graded_pairs() -> list[Graded]:
    """The pairs that were read."""
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        return [
            Graded(row["event"], row["related"], int(row["grade"])) for row in csv.DictReader(lines, delimiter="\t")
        ]


def graded_articles(pairs: Sequence[Graded], corpus: Path) -> dict[str, Article]:
    """The articles of the pairs' events, by id.

    Raises:
        FileNotFoundError: when the corpus folder lacks one.
    """
    articles = stream_articles(corpus)
    wanted = sorted({one for pair in pairs for event in (pair.event, pair.related) for one in event.split()})
    lacking = [one for one in wanted if one not in articles]
    if lacking:
        raise FileNotFoundError(f"{corpus}/stream-*.jsonl.gz lacks {len(lacking)} of the articles, as {lacking[0]}")
    return {one: articles[one] for one in wanted}


def measured(pairs: Sequence[Graded], articles: Mapping[str, Article], known: Vectors) -> NDArray[np.float64]:
    """The measures of each pair, as relating takes them [pairs, 5]."""
    events = {event for pair in pairs for event in (pair.event, pair.related)}
    found = Neighbourhood([_candidate(event, [articles[one] for one in event.split()], known) for event in events])
    columns = {event: _columns(found.measures(event)) for event in {pair.event for pair in pairs}}
    return np.stack([columns[pair.event][found.rows[pair.related]] for pair in pairs])


def _candidate(event: str, articles: Sequence[Article], known: Vectors) -> Candidate:
    described = draft([_report(event, one, known) for one in articles])
    return Candidate(
        event_id=event,
        type=described.type,
        theme=described.theme,
        asset=described.asset.symbol if described.asset else None,
        assets=frozenset(one.symbol for one in described.assets),
        actors=frozenset(described.title_actors),
        independent_sources=len(described.origins),
        first_published_at=described.first_published_at,
        told=tuple(Told(one.published_at, one.title, known.titles[one.id], known.leads[one.id]) for one in articles),
    )


def _report(event: str, article: Article, known: Vectors) -> Report:
    facts = read_facts(article, known.titles[article.id], known.leads[article.id], article.text)
    return Report(article, Placement(article.id, event, 1.0, (), None, None, RULESET), facts)


def _columns(measures: Measures) -> NDArray[np.float64]:
    return np.column_stack([getattr(measures, name) for name in NAMES])


def fit(measures: NDArray[np.float64], grades: NDArray[np.int64]) -> Fitted:
    """The weights by which the measures [pairs, 5] tell the grades [pairs]: a borderline pair is worth it by half."""
    worth = grades / USEFUL
    answers = np.repeat([1, 0], len(grades))
    found = LogisticRegression(C=C).fit(np.tile(measures, (2, 1)), answers, np.concatenate([worth, 1 - worth]))
    return Fitted(found.coef_[0], float(found.intercept_[0]))


def left_out(measures: NDArray[np.float64], grades: NDArray[np.int64], events: Sequence[str]) -> Measure:
    """The log-odds of each pair [pairs], by weights that were fitted without the pairs of its event."""
    told = np.empty(len(grades))
    folds = GroupKFold(min(FOLDS, len(set(events))))
    for fitted, tested in folds.split(measures, groups=list(events)):
        told[tested] = fit(measures[fitted], grades[fitted]).log_odds(measures[tested])
    return told


def main() -> None:
    """Prints the weights, and how well weights that were fitted without its event tell a pair's grade."""
    settings = Settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", default=os.environ.get("SECONDSOURCE_CORPUS"), type=Path)
    corpus = parser.parse_args().corpus
    if corpus is None:
        parser.error("name a corpus folder, or set SECONDSOURCE_CORPUS")
    pairs = graded_pairs()
    articles = graded_articles(pairs, corpus)
    known = vectors(list(articles.values()), kept_in(settings), settings.model_dir)
    measures, grades = measured(pairs, articles, known), np.array([pair.grade for pair in pairs])
    told = left_out(measures, grades, [pair.event for pair in pairs])
    print(_weights(fit(measures, grades)), _quality(told, grades), sep="\n\n")


def _weights(fitted: Fitted) -> str:
    named = zip((*NAMES, "at nothing"), (*fitted.weights, fitted.at_nothing), strict=True)
    return "\n".join(f"{name:14}{weight:6.2f}" for name, weight in named)


def _quality(told: Measure, grades: NDArray[np.int64]) -> str:
    borderline, useful = (roc_auc_score(grades >= grade, told) for grade in (BORDERLINE, USEFUL))
    lines = [f"{len(grades)} pairs, leaving their event out: AUC {borderline:.3f}, of the useful ones {useful:.3f}"]
    bands = np.digitize(told, [FEW_FROM, MORE_FROM])
    for band, name in enumerate((f"below {FEW_FROM}", f"below {MORE_FROM}", f"from {MORE_FROM}")):
        of_band = grades[bands == band]
        least, most = (float(np.mean(of_band >= grade)) for grade in (BORDERLINE, USEFUL))
        lines.append(f"  {name:12}{len(of_band):4}  at least borderline {least:4.0%}  useful {most:4.0%}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
