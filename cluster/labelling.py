"""What editors decided, as labelled pairs of articles that the pair model can learn from."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cluster.action import Action, ActionType, Draft, Link, Pair
from cluster.constraints import Constraints
from cluster.doubts import DoubtKind

# A merge of two events of ten says a hundred pairs, and knows of one: its leads. The others follow from what the rules
# had put together before, so that a few of them are told, and one action weighs as much as three pairs.
MOST_OF_AN_ACTION = 8
AN_ACTION_WEIGHS = 3.0


@dataclass(frozen=True, slots=True)
class Label:
    """Two articles that report one happening, or two, as an editor's action has it."""

    pair: Pair
    weight: float  # above 0, at most 1
    action: Action

    @property
    def is_same(self) -> bool:
        """Whether both report one happening."""
        return self.pair.link is Link.MUST

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of the two articles."""
        return self.pair.one, self.pair.other


def labels(standing: Iterable[Action], held: Collection[Pair]) -> list[Label]:
    """What the actions say that nobody took back, the newest first; `held` are the words that hold by now.

    Of two actions on one pair the newer one counts, and nothing is told of a word that a newer one replaced.
    """
    kept, groups = frozenset(held), Constraints(held)
    told: set[Pair] = set()
    found: list[Label] = []
    for action in standing:
        pairs = [one for one in _decided(action.draft) if one not in told and _holds(one, action.draft, kept, groups)]
        told.update(pairs)
        found += _weighed(action, pairs)
    return found


def _decided(draft: Draft) -> Iterator[Pair]:
    if draft.type is ActionType.DISMISS:
        yield from _leads_apart(draft)
    elif draft.type is ActionType.LINK:
        # What else is added to what was said of two articles follows from it; of two events it was said of all.
        is_of_events = {pair.link for pair in draft.added} == {Link.CANNOT}
        yield from draft.added if is_of_events else draft.added[:1]
    else:
        moved = {one.article_id for one in draft.after}
        # What moved together, and what stayed, was not looked at.
        yield from (pair for pair in draft.added if (pair.one in moved) is not (pair.other in moved))


def _leads_apart(draft: Draft) -> Iterator[Pair]:
    if draft.dismissed and draft.dismissed.kind == DoubtKind.NEAR_MISS and len(draft.leads) == 2:
        (_, one), (_, other) = draft.leads
        yield Pair.of(one, other, Link.CANNOT)


def _holds(pair: Pair, draft: Draft, kept: frozenset[Pair], groups: Constraints) -> bool:
    if draft.type is ActionType.DISMISS:  # which leaves no word: until an editor brings the two together
        return groups.group(pair.one) != groups.group(pair.other)
    return pair in kept


def _weighed(action: Action, pairs: Sequence[Pair]) -> list[Label]:
    leads = {article_id for _, article_id in action.draft.leads}
    by_leads = sorted(pairs, key=lambda pair: (-len({pair.one, pair.other} & leads), pair.one, pair.other))
    chosen = by_leads[:MOST_OF_AN_ACTION]
    return [Label(pair, round(min(1.0, AN_ACTION_WEIGHS / len(chosen)), 3), action) for pair in chosen]
