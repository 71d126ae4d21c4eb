"""The chain of an affair: the events that an event follows, one after the other, and those that follow it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from cluster.event import Followed

MOST = 12  # events on either side of one; an affair that goes on for longer is a subject

Step = Callable[[Collection[str]], Iterable[str]]  # from events to those that they lead to, by id


@dataclass(frozen=True, slots=True)
class Outline:
    """An event as others show it."""

    event_id: str
    title: str
    published_at: datetime  # its first report
    independent_sources: int
    follows: Followed | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """An event with what is next to it in its chain."""

    outline: Outline
    earlier: Outline | None = None  # that it follows
    later: tuple[Outline, ...] = ()  # that follow it, earliest first


def walk(event_id: str, step: Step) -> list[str]:
    """Ids of what steps from an event lead to, the nearest first: each once, never the event itself, at most MOST."""
    found: dict[str, None] = {}
    edge: list[str] = [event_id]
    while edge and len(found) < MOST:
        edge = [one for one in dict.fromkeys(step(edge)) if one not in found and one != event_id]
        found |= dict.fromkeys(edge)
    return list(found)[:MOST]


def in_order(outlines: Iterable[Outline]) -> tuple[Outline, ...]:
    """Earliest first."""
    return tuple(sorted(outlines, key=lambda outline: (outline.published_at, outline.event_id)))
