"""Fits the pair model: `python -m cluster.fitting.same_event CORPUS`, or without one from the committed pairs.

With a corpus the features are measured anew. The cross-encoder's stored log-odds stay, pair by pair: four of its kind
were fitted, each without a quarter of the windows, and theirs cannot be had again without the machine for it.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from cluster.copies import sketch
from cluster.embed_stage import read_article
from cluster.fitting.left_out_kinds import as_if_unseen
from cluster.fitting.pair_fit import SETTINGS, fit
from cluster.fitting.pairs import Pairs, load_pairs, measure_pairs, narrowed, save_pairs
from cluster.fitting.vectors import Vectors, kept_in, vectors
from cluster.fitting.windows import LabelledWindow, labelled_windows
from cluster.pair_model import FILE
from cluster.reading import Reading
from storage.settings import Settings


def main() -> None:
    """Measures the pairs of a corpus where one is named, fits the model to them and writes it."""
    settings = Settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", default=os.environ.get("SECONDSOURCE_CORPUS"), type=Path)
    corpus = parser.parse_args().corpus
    names, pairs = load_pairs()
    if corpus:
        known = {one.window: one for one in pairs}
        windows = list(labelled_windows(corpus))
        articles = [article for window in windows for article in window.articles]
        held = vectors(articles, kept_in(settings), settings.model_dir)
        save_pairs([measured(window, held, known.get(window.name), names) for window in windows], names)
        names, pairs = load_pairs()
    model = fit(pairs, names)
    FILE.write_text(model.as_json(_provenance(pairs)) + "\n", encoding="utf-8")


def read_window(window: LabelledWindow, known: Vectors) -> list[Reading]:
    """What the embed stage finds in a window's articles, their types and themes as told by who never saw them."""
    read = (
        read_article(article, article, sketch(article.text), known.titles[article.id], known.leads[article.id])
        for article in window.articles
    )
    return [replace(one, facts=as_if_unseen(one.facts)) for one in read]


def measured(window: LabelledWindow, vectors: Vectors, known: Pairs | None, names: Sequence[str]) -> Pairs:
    """A window's pairs, their features measured anew and narrowed to `names`; `known` has what is stored of them."""
    pairs = measure_pairs(window, read_window(window, vectors))
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


def _provenance(pairs: Sequence[Pairs]) -> dict[str, object]:
    return {
        "fitted_at": datetime.now(UTC).date().isoformat(),
        "windows": {one.window: [len(one.article_ids), len(one.later), int(one.same.sum())] for one in pairs},
        "settings": SETTINGS,
    }


if __name__ == "__main__":
    main()
