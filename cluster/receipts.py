"""Why two articles were put together, in words an editor understands, each with its own share of the judgement.

What a piece of evidence contributes is what the pair model's log-odds lose without it (occlusion: Zeiler and Fergus,
"Visualizing and understanding convolutional networks", 2014): the pair is judged again with the figure, the name or
the words taken out of one of the two.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cluster.columns import KINDS, Numbers
from cluster.content import Keys, Kind
from cluster.event import Evidence
from cluster.pair_features import NAMES, Matrix, key_features, key_weights
from cluster.pair_model import load_pair_model
from cluster.reading import Reading
from cluster.similarity import Comparison
from cluster.window import Window

TRIED = 12  # shared pieces, the rarest first
NAMED = 3  # pieces one receipt lists
LEAST = 0.05  # log-odds; less is no reason worth reading
_PLACES = {name: place for place, name in enumerate(NAMES)}
_FIGURES = (Kind.TITLE_FIGURES, Kind.FIGURES, Kind.BODY_FIGURES, Kind.ROUND_FIGURES)
_ALIKE = (  # code, what it says, and the features that fall to what is usual without it
    ("similar_title", "their titles say the same", ("wtitle", "ltitle", "tl", "lt")),
    ("similar_lead", "their first paragraphs tell the same", ("wlead", "llead")),
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something both articles say: every key that it stands in."""

    code: str  # shared_figure | shared_name | shared_words
    words: str  # as the subject wrote it
    keys: frozenset[tuple[Kind, str]]
    rarity: float


def because(subject: Reading, window: Window, compared: Comparison, nearest: int) -> tuple[Evidence, ...]:
    """What spoke for the pair of the subject and the candidate at `nearest`, strongest first; values in log-odds."""
    other = window.readings[compared.rows[nearest]]
    row = compared.features[nearest]
    pieces = sorted(_shared(subject, other, window), key=lambda piece: (-piece.rarity, piece.words))[:TRIED]
    here = float(_logit(row[None])[0])
    found = [*_of_pieces(pieces, subject, other, window, compared, row, here), *_of_texts(row, here)]
    if compared.second[nearest] > LEAST:
        found.append(_evidence("read_together", "read side by side, they tell one happening", compared.second[nearest]))
    return tuple(sorted((one for one in found if one.contribution >= LEAST), key=lambda one: -one.contribution))


def _of_pieces(
    pieces: list[_Piece],
    subject: Reading,
    other: Reading,
    window: Window,
    compared: Comparison,
    row: Matrix,
    here: float,
) -> Iterable[Evidence]:
    if not pieces:
        return
    columns, own = window.columns, window.numbers_of(subject)
    theirs = window.numbers[window.rows[other.article_id]]
    without = [theirs[~np.isin(theirs, _numbers_of(piece.keys, window))] for piece in pieces]
    varied = np.repeat(row[None], len(pieces), axis=0)
    keyed = key_features(own, without, key_weights(compared.near, window), columns)
    varied[:, : keyed.shape[1]] = keyed
    lost = here - _logit(varied)
    for code, says in (("shared_figure", "both report"), ("shared_name", "both name"), ("shared_words", "both say")):
        told = sorted(
            ((loss, piece.words) for loss, piece in zip(lost, pieces, strict=True) if piece.code == code and loss > 0),
            reverse=True,
        )[:NAMED]
        if told:
            yield _evidence(code, f"{says} {_listed([words for _, words in told])}", sum(loss for loss, _ in told))


def _of_texts(row: Matrix, here: float) -> Iterable[Evidence]:
    model = load_pair_model()
    usual = dict(zip(model.names, model.usual, strict=True))
    for code, text, names in _ALIKE:
        varied = row.copy()
        for name in names:
            varied[_PLACES[name]] = usual.get(name, varied[_PLACES[name]])
        yield _evidence(code, text, here - _logit(varied[None])[0])
    varied = row.copy()
    varied[_PLACES["hours"]], varied[_PLACES["lhours"]] = usual["hours"], math.log1p(usual["hours"])
    hours = float(row[_PLACES["hours"]])
    yield _evidence("close_in_time", f"published {_apart(hours)} apart", here - _logit(varied[None])[0], hours)


def _shared(subject: Reading, other: Reading, window: Window) -> Iterable[_Piece]:
    """Figures, names and words of the subject that the other has too, none twice."""
    told: set[str] = set()
    for code, kind, marks in (
        ("shared_figure", Kind.BODY_FIGURES, ""),
        ("shared_name", Kind.NAMES, ""),
        ("shared_words", Kind.LEAD, "“”"),
    ):
        mine, theirs = subject.content.get(kind, {}), other.content.get(kind, {})
        for key in sorted(mine.keys() & theirs.keys()):
            words = mine[key].strip()
            is_number = code == "shared_words" and words[:1] in "$0123456789"
            if words.lower() not in told and not is_number:
                told.add(words.lower())
                named = f"{marks[:1]}{words}{marks[1:]}"
                yield _Piece(code, named, _keys_of(kind, key, other.content), _rarity(kind, key, window))


def _keys_of(kind: Kind, key: str, content: Keys) -> frozenset[tuple[Kind, str]]:
    """Every key of a content that says the same as one of its keys."""
    if kind is Kind.BODY_FIGURES:
        words = content[kind][key]
        held = {(one, k) for one in _FIGURES for k, written in content.get(one, {}).items() if written == words}
        plain = key.lstrip("$%#")
        return frozenset(held | {(one, plain) for one in KINDS if plain in content.get(one, {})})
    pairs = {(Kind.PAIRS, k) for k in content.get(Kind.PAIRS, {}) if key in k.split("_")}
    return frozenset(pairs | {(one, key) for one in KINDS if key in content.get(one, {})})


def _numbers_of(keys: frozenset[tuple[Kind, str]], window: Window) -> Numbers:
    by_kind: dict[Kind, dict[str, str]] = defaultdict(dict)
    for kind, key in keys:
        by_kind[kind][key] = ""
    return window.columns.numbers(by_kind)


def _rarity(kind: Kind, key: str, window: Window) -> float:
    return -float(window.columns.counts[window.columns.numbers({kind: {key: ""}})[0]])


def _logit(rows: Matrix) -> Matrix:
    return load_pair_model().logits(rows)


def _evidence(code: str, text: str, contribution: float, value: float | None = None) -> Evidence:
    share = round(float(contribution), 4)
    return Evidence(code, text, share if value is None else round(value, 4), share)


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _apart(hours: float) -> str:
    minutes = math.floor(hours * 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 90:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"{round(hours)} hours"
