"""Editors' words on pairs of articles, closed under what follows from them: what must stay together moves as one."""

from collections import defaultdict
from collections.abc import Iterable

from cluster.action import Link, Pair


class Constraints:
    """Groups of articles that must be in one event, and which groups must not share one.

    An article on which no editor has spoken is a group of its own, named by its id.
    """

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        said = tuple(pairs)
        self._members: dict[str, set[str]] = {}  # article id -> all of its group; one set object a group
        for pair in said:
            if pair.link is Link.MUST:
                self._unite(pair)
        groups = {id(members): members for members in self._members.values()}.values()
        self._group = {article_id: name for members in groups for name in [min(members)] for article_id in members}
        self._apart: dict[str, set[str]] = defaultdict(set)
        for pair in said:
            if pair.link is Link.CANNOT:
                one, other = self.group(pair.one), self.group(pair.other)
                self._apart[one].add(other)
                self._apart[other].add(one)

    def group(self, article_id: str) -> str:
        """The name of the article's group: the least of its ids."""
        return self._group.get(article_id, article_id)

    def names(self, article_id: str) -> bool:
        """Whether an editor has spoken on the article."""
        return article_id in self._members or article_id in self._apart

    def apart(self, group: str) -> frozenset[str]:
        """The groups that must not be in one event with this one."""
        return frozenset(self._apart.get(group, ()))

    def _unite(self, pair: Pair) -> None:
        united: set[str] = set()
        for article_id in (pair.one, pair.other):
            united |= self._members.get(article_id, {article_id})
        for article_id in united:
            self._members[article_id] = united


class Held:
    """Which event each group was put into, and so where an article has to go and where it must not."""

    def __init__(self, constraints: Constraints, locked: Iterable[str] = ()) -> None:
        self.constraints = constraints
        self.locked = frozenset(locked)  # ids of events that take only what an editor bound to them
        self._event_of: dict[str, str] = {}  # group -> event
        self._events: set[str] = set()

    def note(self, article_id: str, event_id: str) -> None:
        """An article that stands in an event."""
        self._event_of.setdefault(self.constraints.group(article_id), event_id)
        self._events.add(event_id)

    def has(self, event_id: str) -> bool:
        """Whether an article that was noted stands in this event."""
        return event_id in self._events

    def bound_to(self, article_id: str) -> str | None:
        """The event that the article must join; None when no editor bound it to one."""
        return self._event_of.get(self.constraints.group(article_id))

    def barred_from(self, article_id: str) -> frozenset[str]:
        """The events that the article must not join."""
        apart = self.constraints.apart(self.constraints.group(article_id))
        return frozenset(self._event_of[group] for group in apart if group in self._event_of)
