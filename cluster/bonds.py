"""What stays bound when an article leaves its event to which editors had bound others."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from cluster.action import Link, Pair
from cluster.event import Event
from cluster.repair_scope import is_by_editor, lead
from cluster.store import EventStore

Groups = Mapping[tuple[str, str], Sequence[str]]  # by who left and the event: those there who were bound to it


def left_bound(
    dropped: Iterable[Pair], now_in: Mapping[str, str], gone: Collection[str], events: EventStore
) -> list[Pair]:
    """The words that take the place of some that were dropped because one of their articles left.

    Those that were bound to each other only through it stay bound. Whom an editor put into the event stays bound to
    it: to its lead now that the one that stood for it is gone.
    """
    groups = _partners(dropped, now_in, gone)
    found = events.get_many(sorted({event_id for _, event_id in groups}))
    kept = [Pair.of(group[0], one, Link.MUST) for group in groups.values() for one in group[1:]]
    for (_, event_id), group in groups.items():
        if host := _host(found[event_id], gone, group):
            kept.append(Pair.of(group[0], host, Link.MUST))
    return kept


def _partners(dropped: Iterable[Pair], now_in: Mapping[str, str], gone: Collection[str]) -> Groups:
    partners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in dropped:
        if pair.link is Link.MUST:
            for left, stays in ((pair.one, pair.other), (pair.other, pair.one)):
                # An article on which words are may stand nowhere, as one whose adding was undone.
                if left in gone and stays not in gone and stays in now_in:
                    partners[left, now_in[stays]].append(stays)
    return partners


def _host(event: Event, gone: Collection[str], group: Sequence[str]) -> str | None:
    """The article that a group is to be bound to; None where it needs none: one of it came by the rules."""
    put = {member.article.id for member in event.members if is_by_editor(member.placement)}
    if not put.issuperset(group):
        return None
    others = [member.article.id for member in event.members if member.article.id not in {*gone, *group}]
    # What stands there by the rules stands for the event before what was put there too.
    return min(others, key=lambda one: (one in put, one != lead(event)), default=None)
