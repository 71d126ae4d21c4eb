"""Takes back the words that an action left, with what they have become since where publishers took articles back."""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection

from cluster.action import Action, Link, Pair, ends
from cluster.editing_store import drop_pairs, pairs_of, standing_after
from cluster.store import EventStore
from cluster.withdrawing import bind_left


def unsay(connection: Connection, action: Action) -> set[str]:
    """Drops what an action said and what withdrawals made of it; the articles to `bind_anew` when it is written down.

    A word that a withdrawal made belongs to no action, and may be made of the words of several.
    """
    drop_pairs(connection, action.draft.added)
    # What it replaced holds again, as far as both stand somewhere.
    musts = [pair for pair in (*action.draft.added, *action.draft.superseded) if pair.link is Link.MUST]
    placed = EventStore(connection).event_of(sorted(ends(musts))).keys()
    left = {end for pair in musts if not {pair.one, pair.other} <= placed for end in (pair.one, pair.other)} & placed
    if not left:
        return set()
    said = frozenset(_said(connection, but=action.seq))
    made = [pair for pair in pairs_of(connection, sorted(left)) if pair.link is Link.MUST and pair not in said]
    drop_pairs(connection, made)
    return left | ends(made)


def bind_anew(connection: Connection, article_ids: Collection[str]) -> None:
    """Binds articles that `unsay` freed by what the actions that stand say of them through articles that are gone."""
    if article_ids:
        said = [pair for pair in _said(connection) if not {pair.one, pair.other}.isdisjoint(article_ids)]
        placed = EventStore(connection).event_of(sorted(ends(said)))
        bind_left(connection, said, ends(said) - placed.keys())


def _said(connection: Connection, but: int | None = None) -> Iterator[Pair]:
    """What the actions that nobody took back say, but for one of them, and that no newer one contradicts."""
    replaced: set[Pair] = set()
    for action in reversed(standing_after(connection, 0)):
        if action.seq != but:
            yield from (pair for pair in action.draft.added if pair not in replaced)
            replaced.update(action.draft.superseded)
