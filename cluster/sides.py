"""Two groups of articles held against each other: what both say, and what each says alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cluster.content import Kind
from cluster.doubts import Clue, Side
from cluster.reading import Reading
from cluster.regrouping import Apart, Rows, Standing
from cluster.window import Measure
from ingest.article import Article

REPORTS_SHOWN, PIECES_SHOWN = 3, 4  # of a side
# What, the keys in which it may be shared, and those in which it stands on one side alone.
_PIECES = (
    ("figure", Kind.FIGURES, Kind.TITLE_FIGURES),
    ("name", Kind.NAMES, Kind.TITLE_NAMES),
    ("stage", Kind.STAGE, Kind.STAGE),
)


@dataclass(frozen=True, slots=True)
class Compared:
    """Events as they stand, oldest first, and how near their n articles are to each other."""

    events: tuple[Standing, ...]
    probabilities: Measure  # [n, n]
    apart: Apart  # [n, n], which articles an editor wants apart
    articles: Sequence[Article]  # n
    readings: Sequence[Reading]  # n, of the same ones


def held_against(compared: Compared, here: Rows, there: Rows) -> tuple[Clue, ...]:
    """The reports of each side, those nearest to the other in front, then what they say."""
    return (
        *_reports(compared, Side.HERE, here, there),
        *_reports(compared, Side.THERE, there, here),
        *(clue for piece in _PIECES for clue in _pieces(compared, here, there, *piece)),
        *_assets(compared, here, there),
    )


def differing(clues: Sequence[Clue]) -> str:
    """Words on a figure that each side gives alone, to go on with behind what was said; none without one."""
    alone = {side: [one.text for one in clues if (one.what, one.side) == ("figure", side)] for side in Side}
    if alone[Side.HERE] and alone[Side.THERE]:
        return f", though one says {alone[Side.HERE][0]} and the other {alone[Side.THERE][0]}"
    return ""


def _reports(compared: Compared, side: Side, own: Rows, others: Rows) -> Iterator[Clue]:
    rows = sorted(own)
    near = compared.probabilities[np.ix_(rows, sorted(others))].max(axis=1)
    for place in np.argsort(-near, kind="stable")[:REPORTS_SHOWN]:
        article = compared.articles[rows[place]]
        yield Clue("report", side, article.title, (article.id,))


def _pieces(compared: Compared, here: Rows, there: Rows, what: str, shared: Kind, alone: Kind) -> Iterator[Clue]:
    ours, theirs = _said(compared, here, shared), _said(compared, there, shared)
    both = [ours[key] for key in ours if key in theirs]
    yield from _clues(what, Side.BOTH, both)
    for side, rows, others in ((Side.HERE, here, theirs), (Side.THERE, there, ours)):
        told = _said(compared, rows, alone)
        yield from _clues(what, side, [told[key] for key in told if key not in others])


def _assets(compared: Compared, here: Rows, there: Rows) -> Iterator[Clue]:
    """The assets in the centre of any report."""
    ours, theirs = (
        {one.symbol: None for row in sorted(rows) for one in compared.readings[row].facts.assets if one.primary}
        for rows in (here, there)
    )
    yield from _clues("asset", Side.BOTH, [one for one in ours if one in theirs])
    yield from _clues("asset", Side.HERE, [one for one in ours if one not in theirs])
    yield from _clues("asset", Side.THERE, [one for one in theirs if one not in ours])


def _said(compared: Compared, rows: Rows, kind: Kind) -> Mapping[str, str]:
    """The keys of a kind in any of these articles, as the first of them wrote each; what most say in front."""
    contents = [compared.readings[row].content.get(kind, {}) for row in sorted(rows)]
    words = {key: word or key for content in reversed(contents) for key, word in content.items()}
    counts = Counter(key for content in contents for key in content)
    return {key: words[key] for key, _ in counts.most_common()}


def _clues(what: str, side: Side, texts: Sequence[str]) -> Iterator[Clue]:
    return (Clue(what, side, text) for text in list(dict.fromkeys(texts))[:PIECES_SHOWN])
