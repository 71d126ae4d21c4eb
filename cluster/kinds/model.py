"""Evaluates the fitted models of types and themes in numpy: linear over phrases, cues and vectors."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cluster.event import ArticleType, Theme
from cluster.kinds.cues import Cues, cues
from cluster.kinds.parts import Parts
from cluster.kinds.phrases import phrases

PATH = Path(__file__).parents[1] / "data" / "article_kinds.npz"
ZONES = {"title": 1.0, "shape": 0.7, "lead": 1.0, "body": 0.7, "close": 0.5}  # what a zone's phrases weigh together
CUE_LIMIT = 4.0  # standard deviations: one text's thousand links must not decide alone
CUE_WEIGHT = 0.18  # of one deviation of a cue, beside a zone's length of one
CLASSES = (*ArticleType, *Theme)
TYPES = len(ArticleType)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The phrases a model knows and the cues it reads, with what brings them to one scale."""

    rows: Mapping[str, int]  # by phrase
    rarity: Floats  # [phrases]
    cues: tuple[str, ...]
    means: Floats  # [cues]
    deviations: Floats  # [cues]


@dataclass(frozen=True, slots=True)
class Model:
    """Two models side by side: of the coefficients for CLASSES, the first TYPES tell the type, the others the theme."""

    vocabulary: Vocabulary
    phrases: Floats  # [phrases, classes]
    cues: Floats  # [cues, classes]
    vectors: Floats  # [2 * DIMENSIONS, classes], for what the title's vector and then the lead's differ from `centre`
    centre: Floats  # [2 * DIMENSIONS]
    bias: Floats  # [classes]


@dataclass(frozen=True, slots=True)
class Probabilities:
    """How likely each type and each theme is; each set sums to one."""

    types: dict[ArticleType, float]
    themes: dict[Theme, float]


def tell(parts: Parts, title: Floats, lead: Floats, model: Model) -> Probabilities:
    """The probabilities of every type and every theme of an article cut into parts, and its two unit vectors [384]."""
    rows, weights = weighed_phrases(phrases(parts), model.vocabulary)
    read = scaled_cues(named_cues(cues(parts), model.vocabulary.cues), model.vocabulary)
    scores = weights @ model.phrases[rows] + read @ model.cues + model.bias
    scores += (np.concatenate([title, lead]) - model.centre) @ model.vectors
    types, themes = softmax(scores[:TYPES]), softmax(scores[TYPES:])
    return Probabilities(
        types={kind: float(one) for kind, one in zip(ArticleType, types, strict=True)},
        themes={theme: float(one) for theme, one in zip(Theme, themes, strict=True)},
    )


def weighed_phrases(counts: Mapping[str, int], vocabulary: Vocabulary) -> tuple[NDArray[np.int64], Floats]:
    """Rows [n] of the known phrases and their weights [n]: log-scaled tf-idf, each zone as long as ZONES says."""
    zones: dict[str, list[tuple[int, int]]] = {zone: [] for zone in ZONES}
    for phrase, times in counts.items():
        row = vocabulary.rows.get(phrase)
        if row is not None:
            zones[phrase.partition(" ")[0]].append((row, times))
    rows = np.array([row for zone in zones.values() for row, _ in zone], dtype=np.int64)
    often = np.array([times for zone in zones.values() for _, times in zone], dtype=np.float32)
    weights: Floats = (1 + np.log(often)) * vocabulary.rarity[rows]
    start = 0
    for zone, found in zones.items():
        part = weights[start : start + len(found)]
        part *= ZONES[zone] / (float(np.linalg.norm(part)) or 1.0)
        start += len(found)
    return rows, weights


def named_cues(found: Cues, names: Sequence[str]) -> Floats:
    """[cues] on a logarithmic scale, in the order of `names`."""
    values = np.array([found[name] for name in names], dtype=np.float32)
    named: Floats = np.sign(values) * np.log1p(np.abs(values))
    return named


def scaled_cues(named: Floats, vocabulary: Vocabulary) -> Floats:
    """[…, cues] in deviations from the mean, times CUE_WEIGHT."""
    deviations = (named - vocabulary.means) / vocabulary.deviations
    scaled: Floats = np.clip(deviations, -CUE_LIMIT, CUE_LIMIT) * np.float32(CUE_WEIGHT)
    return scaled


def softmax(scores: Floats) -> Floats:
    """Scores [classes] as probabilities."""
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


@cache
def fitted() -> Model:
    """The committed model."""
    return load(PATH)


def save(model: Model, path: Path) -> None:
    """Writes a model, its phrases' coefficients rounded to a 127th of the largest of each phrase."""
    steps = np.maximum(np.abs(model.phrases).max(axis=1), 1e-6).astype(np.float32) / 127
    words = {"phrases": list(model.vocabulary.rows), "cues": model.vocabulary.cues, "classes": CLASSES}
    np.savez_compressed(
        path,
        words=np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), dtype=np.uint8),
        rarity=model.vocabulary.rarity.astype(np.float16),
        means=model.vocabulary.means,
        deviations=model.vocabulary.deviations,
        steps=steps.astype(np.float16),
        phrases=np.round(model.phrases / steps[:, None]).astype(np.int8),
        cues=model.cues.astype(np.float16),
        vectors=model.vectors.astype(np.float16),
        centre=model.centre,
        bias=model.bias,
    )


def load(path: Path) -> Model:
    """A model that `save` wrote.

    Raises:
        ValueError: when it tells other types or themes than there are.
    """
    with np.load(path) as held:
        words = json.loads(held["words"].tobytes())
        if tuple(words["classes"]) != CLASSES:
            raise ValueError(f"{path.name} tells other types and themes than there are: fit it again")
        vocabulary = Vocabulary(
            rows={phrase: row for row, phrase in enumerate(words["phrases"])},
            rarity=held["rarity"].astype(np.float32),
            cues=tuple(words["cues"]),
            means=held["means"],
            deviations=held["deviations"],
        )
        return Model(
            vocabulary,
            phrases=held["phrases"].astype(np.float32) * held["steps"].astype(np.float32)[:, None],
            cues=held["cues"].astype(np.float32),
            vectors=held["vectors"].astype(np.float32),
            centre=held["centre"],
            bias=held["bias"],
        )
