"""The two events of which a page of the desk asks whether they are one."""

from collections.abc import Sequence
from dataclasses import dataclass

from api import event_replies, event_views
from api.service import Service
from api.shown.shown import in_words
from cluster.event import Event


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two events."""

    event: event_replies.EventReply
    shown: list[str]  # where
    is_older: bool
    letter: str  # A or B; empty where the page does not call them so


def two_sides(service: Service, pair: Sequence[Event], letters: Sequence[str] = ("", "")) -> list[Side]:
    """Two described events, in the order given."""
    now = service.clock()
    older = service.events.by_age([event.id for event in pair])[0]
    return [
        Side(event_views.full_event(event), in_words(service.shown.of(event.id, now)), event.id == older, letter)
        for event, letter in zip(pair, letters, strict=True)
    ]
