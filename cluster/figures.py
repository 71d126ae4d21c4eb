"""The figures an event's reports give, and whether the reports agree on them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from cluster.amounts import MONEY, Amount, read_amounts
from cluster.event import Figure, FigureValue
from cluster.report import Report

STATED_FROM = 2  # a figure of one report alone is that report's, not the event's
ABOUT_WITHIN, ABOUT_PRECISELY_WITHIN = 0.05, 0.01  # "about $96 million", "about $93.68 million"
MOVES_WITHIN = 0.02  # what is counted or priced by the minute, between two reports
ROUNDED_WITHIN = 0.08  # "$2 billion" is a rounding of 2.17, "$1 billion" is none of 700 million
DISPUTED_TO = 1.5  # times the lower value; what is further apart measures different things
SAME_VOTE_WITHIN = 5  # of the margin; what is further apart is another vote
PRECISE_WITHIN = 0.03  # a rounder amount may be either of two
MAX_FIGURES = 4

Key = tuple[str, str, float]  # what, unit and, of votes, which
_MOVING = ("liquidations", "open interest", "trading volume", "market value", "value locked", "assets managed")


def find_figures(reports: Sequence[Report]) -> tuple[Figure, ...]:
    """The figures that at least two reports give. `reports` holds no copies: they would only repeat their original."""
    given = [read_amounts(report.id, report.article.title, report.article.text) for report in reports]
    comparable = [_comparable(amounts) for amounts in by_measure(given).values()]
    shared = [_figure(amounts, given) for amounts in comparable if len(amounts) >= STATED_FROM]
    shared.sort(key=lambda figure: -sum(len(value.article_ids) for value in figure.values))
    told = [one for place, one in enumerate(shared) if not any(_repeats(one, other) for other in shared[:place])]
    return tuple(told[:MAX_FIGURES])


def by_measure(given: Iterable[Sequence[Amount]], known: Iterable[Key] = ()) -> dict[Key, list[Amount]]:
    """The first amount that each of some reports gives of each thing it measures, by that thing.

    `known` are things that others measured: the same vote has the same key for both.
    """
    stated: dict[Key, list[Amount]] = {}
    others = tuple(known)
    for amounts in given:
        for key, amount in _firsts(amounts, (*others, *stated)).items():
            stated.setdefault(key, []).append(amount)
    return stated


def agree(one: Amount, other: Amount) -> bool:
    """Whether two amounts can both be true, given how they are rounded, cut off and qualified."""
    low, high = sorted((one, other), key=lambda amount: amount.value)
    if high.qualifier == "below" or (low.qualifier == "above" and _is_round(low)):
        return True
    room = _above(low) + _below(high)
    if _moves(one):
        room = max(room, MOVES_WITHIN * high.value)
    return high.value - low.value <= min(room, ROUNDED_WITHIN * high.value) + 1e-9 * high.value


def _moves(amount: Amount) -> bool:
    """Whether it is counted or priced anew every minute."""
    is_priced = amount.what.startswith(("value of", "holdings")) and amount.unit in MONEY
    return is_priced or any(what in amount.what for what in _MOVING)


def _above(amount: Amount) -> float:
    """How far the true value may lie above the one written: "$726 million" may be 726.7 cut off."""
    if amount.qualifier == "about":
        return max(amount.step, _about(amount))
    return 0.0 if amount.qualifier in ("below", "nearly") else amount.step


def _below(amount: Amount) -> float:
    """How far it may lie below: "$1.2 billion" may be 1.15."""
    if amount.qualifier in ("about", "nearly"):
        return max(amount.step / 2, _about(amount))
    return 0.0 if amount.qualifier == "above" else amount.step / 2


def _about(amount: Amount) -> float:
    return amount.value * (ABOUT_WITHIN if _is_round(amount) else ABOUT_PRECISELY_WITHIN)


def _is_round(amount: Amount) -> bool:
    return amount.value < 100 * amount.step


def _firsts(amounts: Iterable[Amount], known: Iterable[Key]) -> dict[Key, Amount]:
    """The first amount that a report gives of each thing it measures; `known` are those that others gave."""
    first: dict[Key, Amount] = {}
    for amount in amounts:
        if amount.what:
            first.setdefault(_key(amount, known), amount)
    return first


def _key(amount: Amount, known: Iterable[Key]) -> Key:
    if amount.unit != "votes":
        return amount.what, amount.unit, 0.0
    near = (key for key in known if key[1] == "votes" and abs(key[2] - amount.value) <= SAME_VOTE_WITHIN)
    return next(near, (amount.what, amount.unit, amount.value))


def _comparable(amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts near enough to the one most reports give that they can be meant as the same."""
    most = max(amounts, key=lambda amount: sum(agree(amount, other) for other in amounts))
    return [one for one in amounts if most.value / DISPUTED_TO <= one.value <= most.value * DISPUTED_TO]


def _figure(amounts: Sequence[Amount], given: Sequence[Sequence[Amount]]) -> Figure:
    apart = next((pair for pair in combinations(amounts, 2) if _are_apart(*pair, given)), ())
    values: dict[tuple[float, str], FigureValue] = {}
    for amount in (*apart, *(one for one in amounts if one not in apart)):
        known = values.get((amount.value, amount.qualifier))
        ids = (*known.article_ids, amount.article_id) if known else (amount.article_id,)
        text = known.text if known else amount.text
        qualifier = "about" if amount.qualifier == "nearly" else amount.qualifier
        values[amount.value, amount.qualifier] = FigureValue(amount.value, qualifier, text, ids)
    first = amounts[0]
    return Figure(first.what, first.unit, "disputed" if apart else "agreed", tuple(values.values()))


def _repeats(one: Figure, other: Figure) -> bool:
    """Whether one figure is another by a longer or shorter name: the same reports give the same amounts as both.

    A report that says "liquidations reach $612 million" and then "$612 million of bitcoin liquidations" means one sum.
    """
    names, others = set(one.what.split()), set(other.what.split())
    given = {(value.value, value.qualifier): set(value.article_ids) for value in other.values}
    is_given = all(given.get((value.value, value.qualifier), set()) >= set(value.article_ids) for value in one.values)
    return one.unit == other.unit and (names <= others or others <= names) and is_given


def _are_apart(one: Amount, other: Amount, given: Sequence[Sequence[Amount]]) -> bool:
    """Whether two amounts cannot both be true, and no report knows them as two things."""
    return not agree(one, other) and not any(_tells_apart(one, other, amounts) for amounts in given)


def _tells_apart(one: Amount, other: Amount, amounts: Sequence[Amount]) -> bool:
    """Whether a report gives both as different things, or what the one has more than the other."""
    firsts, others = ({a.what for a in amounts if _is_same(a, b)} for b in (one, other))
    return bool(firsts and others and firsts != others) or any(_is_between(one, other, a) for a in amounts)


def _is_between(one: Amount, other: Amount, amount: Amount) -> bool:
    more = replace(amount, value=abs(one.value - other.value), step=max(one.step, other.step))
    return amount.what != one.what and _is_same(amount, more)


def _is_same(one: Amount, other: Amount) -> bool:
    step = max(one.step, other.step)
    return one.unit == other.unit and abs(one.value - other.value) <= step / 2 <= PRECISE_WITHIN * one.value
