"""Two groups of articles held against each other: what both say, and what each says alone."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cluster.actors import title_actors
from cluster.amounts import Amount, read_amounts
from cluster.comparing import REPORTS_READ, Finding, amounts_of, are_written, figure_points
from cluster.content import Kind
from cluster.doubts import Clue, Side
from cluster.figures import agree
from cluster.reading import Reading
from cluster.regrouping import Apart, Rows, Standing
from cluster.window import Measure
from ingest.article import Article

REPORTS_SHOWN, PIECES_SHOWN = 3, 4  # of a side
LEAST_COUNT = 1000  # of what has no unit; an amount has one

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
        *_figures(compared, here, there),
        *_names(compared, here, there),
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


def _figures(compared: Compared, here: Rows, there: Rows) -> Iterator[Clue]:
    """The amounts as the page that compares two events holds them against each other, then what is counted."""
    ours, theirs = (_articles(compared, rows)[:REPORTS_READ] for rows in (here, there))
    given, others_given = ([amounts_of(article) for article in articles] for articles in (ours, theirs))
    points = list(figure_points(given, others_given))
    told: dict[Side, list[str]] = {side: [] for side in (Side.BOTH, Side.HERE, Side.THERE)}
    for point in points:
        if point.finding is Finding.SHARED:
            told[Side.BOTH].append(point.here[0])
        else:
            told[Side.HERE].append(point.here[0])
            told[Side.THERE].append(point.there[0])
    known = {text for point in points for text in (*point.here, *point.there)}
    seen: list[Amount] = []
    for side, own, others in ((Side.HERE, ours, others_given), (Side.THERE, theirs, given)):
        for text, is_shared in _titled(own, others, known, seen):
            told[Side.BOTH if is_shared else side].append(text)
    counted = ((here, given), (there, others_given))
    for clue in _weighed("figure", *(_counted(compared, rows, amounts) for rows, amounts in counted)):
        told[clue.side].append(clue.text)
    return _clues("figure", told)


def _titled(
    own: Sequence[Article], others: Iterable[Sequence[Amount]], known: Collection[str], seen: list[Amount]
) -> Iterator[tuple[str, bool]]:
    """Each other amount that one side's titles give, and whether any that the other side gives may be the same.

    What is told goes into `seen`, so that the same is told of neither side again.
    """
    theirs = [amount for amounts in others for amount in amounts]
    for amount in (amount for one in own for amount in read_amounts(one.id, one.title, "")):
        if amount.text not in known and not any(_may_be_one(amount, other) for other in seen):
            seen.append(amount)
            yield amount.text, any(_may_be_one(amount, other) for other in theirs)


def _may_be_one(one: Amount, other: Amount) -> bool:
    return one.unit == other.unit and agree(one, other)


def _counted(compared: Compared, rows: Rows, given: Iterable[Sequence[Amount]]) -> _Said:
    """What the titles count, and what titles and leads do, to two digits: "40,192" and "40K" are no difference."""
    amounts = {f"{amount.value:.3g}" for own in given for amount in own}
    contents = [compared.readings[row].content for row in sorted(rows)]
    titled = [key for content in contents for key in content.get(Kind.TITLE_FIGURES, {}) if _counts(key, amounts)]
    written = [one for content in reversed(contents) for one in content.get(Kind.FIGURES, {}).items()]
    words = {_rounded(key): word.strip(" ,.") for key, word in written if _counts(key, amounts)}
    return {key: words[key] for key, _ in Counter(map(_rounded, titled)).most_common()}, words


def _names(compared: Compared, here: Rows, there: Rows) -> Iterator[Clue]:
    """Whom the titles of a side name, by whether the other side writes it too."""
    ours, theirs = (_articles(compared, rows) for rows in (here, there))
    named = [_named(articles) for articles in (ours, theirs)]
    shared = list(dict.fromkeys((*are_written(named[0], theirs), *are_written(named[1], ours))))
    alone = [[name for name in names if name not in shared] for names in named]
    return _clues("name", {Side.BOTH: shared, Side.HERE: alone[0], Side.THERE: alone[1]})


def _named(articles: Sequence[Article]) -> list[str]:
    titled = Counter(name for one in articles for name in title_actors(one.title, one.text))
    return [name for name, _ in titled.most_common()]


def _articles(compared: Compared, rows: Rows) -> list[Article]:
    return [compared.articles[row] for row in sorted(rows)]


def _assets(compared: Compared, rows: Rows) -> _Said:
    """What is in the centre of any report."""
    named = Counter(one.symbol for row in rows for one in compared.readings[row].facts.assets if one.primary)
    symbols = {symbol: symbol for symbol, _ in named.most_common()}
    return symbols, symbols


def _weighed(what: str, here: _Said, there: _Said) -> Iterator[Clue]:
    """What is told on one side by whether the other side says it too."""
    (ours, our_words), (theirs, their_words) = here, there
    shared = {key: text for key, text in (ours | theirs).items() if key in our_words and key in their_words}
    ours_alone, theirs_alone = ([text for key, text in told.items() if key not in shared] for told in (ours, theirs))
    return _clues(what, {Side.BOTH: list(shared.values()), Side.HERE: ours_alone, Side.THERE: theirs_alone})


def _clues(what: str, told: Mapping[Side, Sequence[str]]) -> Iterator[Clue]:
    for side, texts in told.items():
        yield from (Clue(what, side, text) for text in list(dict.fromkeys(texts))[:PIECES_SHOWN])


def _counts(figure: str, amounts: Collection[str]) -> bool:
    """Whether a figure's key is no amount, which has a unit, and says more than a day, a year or a place in a list."""
    value = float(figure[1:])
    return figure[0] == "#" and figure[1:] not in amounts and value >= LEAST_COUNT and not 1990 <= value <= 2100


def _rounded(figure: str) -> str:
    return f"{figure[0]}{float(figure[1:]):.2g}"
