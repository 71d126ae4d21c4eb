"""Fits the pair model: `python -m cluster.fitting.same_event CORPUS`, or without one from the committed pairs.

With a corpus the features are measured anew. The cross-encoder's stored log-odds stay, pair by pair: four of its kind
were fitted, each without a quarter of the windows, and theirs cannot be had again without the machine for it.
What editors decided, as `secondsource export --pairs` wrote it, is learned from beside the windows where it is named.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from cluster.copies import sketch
from cluster.embed_stage import read_article
from cluster.fitting.left_out_kinds import as_if_unseen
from cluster.fitting.pair_fit import SETTINGS, fit
from cluster.fitting.pairs import Pairs, load_pairs, measure_pairs, narrowed, save_pairs
from cluster.fitting.said_pairs import Said, SaidPairs, measure_said, read_said, renamed
from cluster.fitting.vectors import Vectors, kept_in, vectors
from cluster.fitting.windows import LabelledWindow, all_articles, labelled_windows
from cluster.pair_model import FILE
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from ingest.article import Article
from storage.engine import open_engine
from storage.migrating import is_current
from storage.settings import Settings


def main() -> None:
    """Measures the pairs of a corpus where one is named, fits the model to them and writes it."""
    settings = Settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", default=os.environ.get("SECONDSOURCE_CORPUS"), type=Path)
    parser.add_argument("--pairs", default=os.environ.get("SECONDSOURCE_PAIRS"), type=Path, help="what editors said")
    asked = parser.parse_args()
    corpus: Path | None = asked.corpus
    names, pairs = load_pairs()
    if corpus:
        known = {one.window: one for one in pairs}
        windows = list(labelled_windows(corpus))
        articles = [article for window in windows for article in window.articles]
        held = vectors(articles, kept_in(settings), settings.model_dir)
        save_pairs([measured(window, held, known.get(window.name), names) for window in windows], names)
        names, pairs = load_pairs()
    said = editors_pairs(read_said(asked.pairs), settings, corpus, names) if asked.pairs else []
    model = fit([*pairs, *said], names)
    FILE.write_text(model.as_json(_provenance(pairs, said)) + "\n", encoding="utf-8")


def editors_pairs(
    said: Sequence[Said], settings: Settings, corpus: Path | None, names: Sequence[str]
) -> list[SaidPairs]:
    """What editors said, measured in the settings' database and, where that lacks an article, in a corpus."""
    engine = open_engine(settings.database)
    readings = ReadingStore(engine)
    known = readings.get_many(sorted({id_ for one in said for id_ in one.ids})) if is_current(engine) else {}
    here = [one for one in said if known.keys() >= set(one.ids)]
    found = [measure_said(here, readings.between, names)]
    if corpus:
        articles = all_articles(corpus)
        ids = {article.url: article.id for article in articles}
        elsewhere = renamed((one for one in said if one not in here), ids)
        found.append(measure_said(elsewhere, lambda *span: _read_between(articles, settings, *span), names))
    measured_ = sum(len(one.same) for one in found)
    print(f"editors' pairs: {measured_} of {len(said)} have articles that come near each other", file=sys.stderr)
    return found


def _read_between(articles: Sequence[Article], settings: Settings, since: datetime, until: datetime) -> list[Reading]:
    own = [article for article in articles if since <= article.published_at <= until]
    return read_articles(own, vectors(own, kept_in(settings), settings.model_dir))


def read_articles(articles: Iterable[Article], known: Vectors) -> list[Reading]:
    """What the embed stage finds in articles, their types and themes as told by who never saw them."""
    read = (
        read_article(article, article, sketch(article.text), known.titles[article.id], known.leads[article.id])
        for article in articles
    )
    return [replace(one, facts=as_if_unseen(one.facts)) for one in read]


def measured(window: LabelledWindow, vectors: Vectors, known: Pairs | None, names: Sequence[str]) -> Pairs:
    """A window's pairs, their features measured anew and narrowed to `names`; `known` has what is stored of them."""
    pairs = measure_pairs(window, read_articles(window.articles, vectors))
    print(f"{window.name}: {len(pairs.article_ids)} articles, {len(pairs.later)} pairs", file=sys.stderr, flush=True)
    return narrowed(_with_second(pairs, known), names)


def _with_second(pairs: Pairs, known: Pairs | None) -> Pairs:
    """The pairs with the cross-encoder's log-odds that are stored for them; NaN where none are."""
    stored = _by_ids(known) if known else {}
    ids = pairs.article_ids
    second = [stored.get((ids[a], ids[b]), np.nan) for a, b in zip(pairs.later, pairs.earlier, strict=True)]
    return replace(pairs, second=np.array(second))


def _by_ids(pairs: Pairs) -> dict[tuple[str, str], float]:
    ids = pairs.article_ids
    rows = zip(pairs.later, pairs.earlier, pairs.second, strict=True)
    return {(ids[later], ids[earlier]): float(second) for later, earlier, second in rows}


def _provenance(pairs: Sequence[Pairs], said: Sequence[SaidPairs]) -> dict[str, object]:
    return {
        "fitted_at": datetime.now(UTC).date().isoformat(),
        "windows": {one.window: [len(one.article_ids), len(one.later), int(one.same.sum())] for one in pairs},
        "settings": SETTINGS,
        "editors": [sum(len(one.same) for one in said), sum(int(one.same.sum()) for one in said)],
    }


if __name__ == "__main__":
    main()
