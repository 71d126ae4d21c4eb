"""Fits the model of an article's type and theme: `python -m cluster.fitting.article_kinds FOLDER`."""

import argparse
import json
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from cluster.article_types import article_type
from cluster.event import ArticleType, Theme
from cluster.fitting import logistic
from cluster.fitting.corpus import Labelled, labelled
from cluster.fitting.judging import Judgement, judge, leave_one_window_out
from cluster.fitting.vectors import Vectors, kept_in, vectors
from cluster.kinds.cues import cues
from cluster.kinds.model import (
    PATH,
    ZONES,
    Floats,
    Model,
    Probabilities,
    Vocabulary,
    named_cues,
    save,
    scaled_cues,
    tell,
    weighed_phrases,
)
from cluster.kinds.parts import Parts, cut
from cluster.kinds.phrases import phrases
from storage.settings import Settings

LEAST_ARTICLES = {"title": 5, "shape": 5, "lead": 8, "body": 12, "close": 12}  # a phrase stands in so many articles
LEAST_WINDOWS = 4  # what a single month speaks of says nothing of the next
LEAST_NAME = 5  # shorter publishers' names are words of the trade
VECTOR_SCALE = 2.0  # brings a centred vector to the length of a zone
# Fitted apart and multiplied: fitted together, the vectors learn the training windows by heart (type .850 for .867).
TYPE_BY_WORDS, THEME_BY_WORDS = 0.7, 0.4  # the share of the words; the vectors have the rest
WORDS_PENALTY, VECTORS_PENALTY = 1.0, 2.0
BARE_EVERY = 10  # of so many articles one is shown again without its text: some feeds carry titles alone
LEAST_COEFFICIENT = 0.02  # phrases that say less of every class are left out


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled article, read once for all folds."""

    article: Labelled
    parts: Parts
    phrases: Counter[str]
    cues: dict[str, float]
    title: Floats  # [384]
    lead: Floats  # [384]


def examples(articles: Sequence[Labelled], known: Vectors) -> list[Example]:
    """Labelled articles with everything that is read in them."""
    read = ((one, cut(one.title, one.text)) for one in articles)
    return [
        Example(one, parts, phrases(parts), cues(parts), known.titles[one.id], known.leads[one.id])
        for one, parts in read
    ]


def fit(fitted_on: Sequence[Example]) -> Model:
    """The model of some labelled articles."""
    vocabulary = _vocabulary(fitted_on)
    fitted_on = [*fitted_on, *map(_bare, fitted_on[::BARE_EVERY])]
    read = scaled_cues(np.stack([named_cues(one.cues, vocabulary.cues) for one in fitted_on]), vocabulary)
    known = _matrix(fitted_on, vocabulary)
    share = np.array([TYPE_BY_WORDS] * len(ArticleType) + [THEME_BY_WORDS] * len(Theme), dtype=np.float32)
    by_words = share * _coefficients(fitted_on, known, read, WORDS_PENALTY)
    meant = np.stack([np.concatenate([one.title, one.lead]) for one in fitted_on])
    centre = meant.mean(axis=0)
    both = np.hstack([read, (meant - centre) * np.float32(VECTOR_SCALE)])
    nothing = sp.csr_matrix((len(fitted_on), 0), dtype=np.float32)
    by_vectors = (1 - share) * _coefficients(fitted_on, nothing, both, VECTORS_PENALTY)
    words, of_cues = known.shape[1], read.shape[1]
    model = Model(
        vocabulary,
        phrases=by_words[:words],
        cues=by_words[words:-1] + by_vectors[:of_cues],
        vectors=by_vectors[of_cues:-1] * np.float32(VECTOR_SCALE),
        centre=centre,
        bias=by_words[-1] + by_vectors[-1],
    )
    return _pruned(model)


def _bare(one: Example) -> Example:
    parts = cut(one.article.title, "")
    return replace(one, parts=parts, phrases=phrases(parts), cues=cues(parts), lead=one.title)


def _coefficients(fitted_on: Sequence[Example], sparse: sp.csr_matrix, dense: Floats, penalty: float) -> Floats:
    """[features + 1, classes]: those that tell the type, then those that tell the theme."""
    types = _rows([one.article.type for one in fitted_on], list(ArticleType))
    themes = _rows([one.article.theme for one in fitted_on], list(Theme))
    return np.hstack(
        [
            logistic.fit(sparse, dense, types, len(ArticleType), penalty),
            logistic.fit(sparse, dense, themes, len(Theme), penalty),
        ]
    )


def _vocabulary(fitted_on: Sequence[Example]) -> Vocabulary:
    articles: Counter[str] = Counter()
    windows: dict[str, set[str]] = defaultdict(set)
    for one in fitted_on:
        articles.update(one.phrases.keys())
        for phrase in one.phrases:
            windows[phrase].add(one.article.window)
    publishers = {_letters(one.article.publisher) for one in fitted_on}
    named = sorted(name for name in publishers if len(name) >= LEAST_NAME)
    kept = [
        phrase
        for phrase, count in articles.items()
        if count >= LEAST_ARTICLES[_zone(phrase)]
        and len(windows[phrase]) >= LEAST_WINDOWS
        and not any(name in _letters(phrase.partition(" ")[2]) for name in named)
    ]
    names = tuple(fitted_on[0].cues)
    read = np.stack([named_cues(one.cues, names) for one in fitted_on])
    deviations = read.std(axis=0)
    useful = deviations > 1e-6  # a cue that never varies says nothing and has no scale
    rarity = np.log((1 + len(fitted_on)) / (1 + np.array([articles[phrase] for phrase in kept])))
    return Vocabulary(
        rows={phrase: row for row, phrase in enumerate(kept)},
        rarity=rarity.astype(np.float32),
        cues=tuple(name for name, one in zip(names, useful, strict=True) if one),
        means=read.mean(axis=0)[useful],
        deviations=deviations[useful],
    )


def _matrix(found: Sequence[Example], vocabulary: Vocabulary) -> sp.csr_matrix:
    weighed = [weighed_phrases(one.phrases, vocabulary) for one in found]
    ends = np.cumsum([0, *(len(rows) for rows, _ in weighed)])
    columns = np.concatenate([rows for rows, _ in weighed])
    values = np.concatenate([weights for _, weights in weighed])
    return sp.csr_matrix((values, columns, ends), shape=(len(found), len(vocabulary.rows)))


def _pruned(model: Model) -> Model:
    kept = np.flatnonzero(np.abs(model.phrases).max(axis=1) >= LEAST_COEFFICIENT)
    known = list(model.vocabulary.rows)
    vocabulary = replace(
        model.vocabulary,
        rows={known[row]: place for place, row in enumerate(kept)},
        rarity=model.vocabulary.rarity[kept],
    )
    return replace(model, vocabulary=vocabulary, phrases=model.phrases[kept])


def _rows(labels: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    return np.array([classes.index(label) for label in labels])


def _zone(phrase: str) -> str:
    return phrase.partition(" ")[0]


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.lower()))


def told_by_others(found: Sequence[Example]) -> dict[int, Probabilities]:
    """What a model fitted without its window tells of each tested article, by row."""

    def tell_some(fitted_on: list[int], tested: list[int]) -> list[Probabilities]:
        model = fit([found[row] for row in fitted_on])
        return [tell(found[row].parts, found[row].title, found[row].lead, model) for row in tested]

    return leave_one_window_out([one.article for one in found], tell_some)


def judged(found: Sequence[Example], told: dict[int, Probabilities]) -> tuple[Judgement, Judgement]:
    """How well the types and the themes were told."""
    rows = sorted(told)
    types = [article_type(found[row].parts, told[row].types) for row in rows]
    themes = [max(told[row].themes, key=told[row].themes.__getitem__) for row in rows]
    by_type = judge([found[row].article.type for row in rows], types)
    return by_type, judge([found[row].article.theme for row in rows], themes)


def main() -> None:
    """Judges the model leaving one window out, then fits it on all of them and writes it."""
    settings = Settings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("SECONDSOURCE_CORPUS"), type=Path)
    parser.add_argument("--out", default=PATH, type=Path)
    parser.add_argument("--vectors", default=kept_in(settings), type=Path)
    options = parser.parse_args()
    if options.folder is None:
        parser.error("name a corpus folder, or set SECONDSOURCE_CORPUS")
    articles = labelled(options.folder)
    found = examples(articles, vectors(articles, options.vectors, settings.model_dir))
    types, themes = judged(found, told_by_others(found))
    print(_table("type", types), _table("theme", themes), sep="\n\n")
    save(fit(found), options.out)
    provenance = _provenance(found, types, themes)
    options.out.with_suffix(".json").write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")


def _table(name: str, judgement: Judgement) -> str:
    lines = [f"{name}: accuracy {judgement.accuracy:.3f}, macro-F1 {judgement.macro_f1:.3f}, leaving one window out"]
    for one in judgement.classes:
        lines.append(f"  {one.name:14} {one.labelled:5}  precision {one.precision:.3f}  recall {one.recall:.3f}")
    return "\n".join(lines)


def _provenance(found: Sequence[Example], types: Judgement, themes: Judgement) -> dict[str, object]:
    return {
        "fitted_at": datetime.now(UTC).date().isoformat(),
        "fitted_on": dict(Counter(one.article.window for one in found)),
        "zones": ZONES,
        "penalties": [WORDS_PENALTY, VECTORS_PENALTY],
        "by_words": [TYPE_BY_WORDS, THEME_BY_WORDS],
        "leaving_one_window_out": {"type": _figures(types), "theme": _figures(themes)},
    }


def _figures(judgement: Judgement) -> dict[str, object]:
    classes = {one.name: [round(one.precision, 3), round(one.recall, 3), one.labelled] for one in judgement.classes}
    return {
        "accuracy": round(judgement.accuracy, 4),
        "macro_f1": round(judgement.macro_f1, 4),
        "precision_recall_labelled": classes,
    }


if __name__ == "__main__":
    main()
