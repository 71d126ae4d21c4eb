"""Two groups of articles held against each other: what both say, and what each says alone."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cluster.actors import title_actors
from cluster.content import Kind
from cluster.doubts import Clue, Side
from cluster.reading import Reading
from cluster.regrouping import Apart, Rows, Standing
from cluster.window import Measure
from ingest.article import Article

REPORTS_SHOWN, PIECES_SHOWN = 3, 4  # of a side
LEAST_COUNT = 1000  # of what has no unit
BEGINNING = 600  # characters of a text in which a name of the other side's titles is looked for

_SAYING = (("figure", "say"), ("name", "name"))
_Said = tuple[dict[str, str], Container[str]]  # what is told, by key, and all that is said


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
        *_weighed("figure", *(_figures(compared, rows) for rows in (here, there))),
        *_weighed("name", *(_names(compared, rows) for rows in (here, there))),
        *_weighed("asset", *(_assets(compared, rows) for rows in (here, there))),
    )


def agreeing(clues: Sequence[Clue]) -> str:
    """Words on a figure and a name that both sides give, to go on with behind what was said; none without any."""
    both = [(one.what, one.text) for one in clues if one.side is Side.BOTH]
    firsts = ((verb, [text for what, text in both if what == wanted]) for wanted, verb in _SAYING)
    told = [f"{verb} {texts[0]}" for verb, texts in firsts if texts]
    return f": both {' and '.join(told)}" if told else ""


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


def _figures(compared: Compared, rows: Rows) -> _Said:
    """What the titles count, and what titles and leads do, to two digits: "40,192" and "40K" are no difference."""
    contents = [compared.readings[row].content for row in sorted(rows)]
    titled = [_rounded(key) for content in contents for key in content.get(Kind.TITLE_FIGURES, {}) if _counts(key)]
    written = [one for content in reversed(contents) for one in content.get(Kind.FIGURES, {}).items()]
    words = {_rounded(key): word.strip(" ,.") for key, word in written}
    return {key: words[key] for key, _ in Counter(titled).most_common()}, words


def _names(compared: Compared, rows: Rows) -> _Said:
    """Whom the titles name, and all that titles and beginnings of texts say."""
    articles = [compared.articles[row] for row in sorted(rows)]
    titled = Counter(name for one in articles for name in title_actors(one.title, one.text))
    words = " ".join(f"{one.title} {one.text[:BEGINNING]}" for one in articles).casefold()
    return {name.casefold(): name for name, _ in titled.most_common()}, words


def _assets(compared: Compared, rows: Rows) -> _Said:
    """What is in the centre of any report."""
    named = Counter(one.symbol for row in rows for one in compared.readings[row].facts.assets if one.primary)
    symbols = {symbol: symbol for symbol, _ in named.most_common()}
    return symbols, symbols


def _weighed(what: str, here: _Said, there: _Said) -> Iterator[Clue]:
    """What is told on one side by whether the other side says it too."""
    (ours, our_words), (theirs, their_words) = here, there
    shared = {key: text for key, text in (ours | theirs).items() if key in our_words and key in their_words}
    for side, told in ((Side.BOTH, shared), (Side.HERE, ours), (Side.THERE, theirs)):
        texts = [text for key, text in told.items() if side is Side.BOTH or key not in shared]
        yield from (Clue(what, side, text) for text in list(dict.fromkeys(texts))[:PIECES_SHOWN])


def _counts(figure: str) -> bool:
    """Whether a figure's key says more than a day, a year or a place in a list."""
    value = float(figure[1:])
    return figure[0] != "#" or (value >= LEAST_COUNT and not 1990 <= value <= 2100)


def _rounded(figure: str) -> str:
    return f"{figure[0]}{float(figure[1:]):.2g}"
