"""What editors may not do, each with a sentence that says why."""

import unicodedata
from collections.abc import Sequence
from typing import Protocol

from cluster.event import Event, Placement
from cluster.filter_store import LISTED
from cluster.store import EventStore

MAX_REASON = 500  # characters


class Refused(Exception):
    """The action cannot be done; the message is a sentence for the editor. Nothing was written."""

    def __init__(self, says: str, later: int | None = None) -> None:
        super().__init__(says)
        self.later = later  # seq of the action that stands in the way of an undo


class FindsEvents(Protocol):
    """An `EventStore`, or the events that were read already."""

    def get(self, event_id: str, /) -> Event | None:
        """One event; None when there is none."""


def live(events: FindsEvents, event_id: str) -> Event:
    """An event that readers find under this id.

    Raises:
        Refused: when there is none, or it was merged or removed.
    """
    event = events.get(event_id)
    if event is None:
        raise Refused(f"There is no event {event_id}.")
    if event.status not in LISTED:
        into = f" into {event.merged_into}" if event.merged_into else ""
        raise Refused(f"The event {event_id} was {event.status}{into} meanwhile.")
    return event


def unlocked(events: FindsEvents, event_id: str) -> Event:
    """A live event whose articles may change.

    Raises:
        Refused: when it is not live, or is locked.
    """
    event = live(events, event_id)
    refuse_locked(event)
    return event


def refuse_locked(event: Event | None) -> None:
    """Refuses where an event's articles may not change.

    Raises:
        Refused: when it is locked.
    """
    if event and event.locked:
        name = f"“{event.description.title}”" if event.description else event.id
        raise Refused(f"The event {name} is locked: unlock it first.")


def places_of(events: EventStore, article_ids: Sequence[str]) -> list[Placement]:
    """Where some articles stand, in their order and each once.

    Raises:
        Refused: when none is named, or one of them was not placed.
    """
    if not article_ids:
        raise Refused("Choose at least one article.")
    placed = events.placed(article_ids)
    for article_id in article_ids:
        if article_id not in placed:
            raise Refused(f"The article {article_id} stands in no event yet.")
    return [placed[article_id] for article_id in dict.fromkeys(article_ids)]


def plain(text: str, what: str, longest: int) -> str:
    """What an editor wrote, without space around it.

    Raises:
        Refused: when it is longer than `longest` characters, or has any that no page can show.
    """
    kept = text.strip()
    if len(kept) > longest:
        raise Refused(f"{what} has {len(kept)} characters: at most {longest} are kept.")
    if any(unicodedata.category(one) in ("Cc", "Cs") for one in kept if one not in "\n\r\t"):
        raise Refused(f"{what} has a character that cannot be shown: type it anew.")
    return kept
