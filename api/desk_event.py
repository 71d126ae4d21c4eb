"""The open event at the desk: what an editor needs to see of it beyond what readers do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api import event_replies, event_views
from api.service import Service
from cluster.event import Event, Overrides
from cluster.lending import headline
from cluster.store import LISTED

MAX_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another event that an editor may want to merge, or move an article to, and what speaks for it."""

    event: event_replies.ListedEventReply
    why: str

    @property
    def seen(self) -> str:
        """Id and version, as a form names it."""
        return f"{self.event.id} {self.event.version}"


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """An event with what is set on it, and the events that come near it."""

    event: event_replies.EventReply
    level: str  # what readers see
    overrides: Overrides
    candidates: Sequence[Candidate]
    rivals: Mapping[str, str]  # titles of the nearest other events of its articles, by id


def opened(service: Service, event: Event) -> OpenEvent:
    """A described event for the desk."""
    shown = event_views.full_event(event)
    scores = service.editing.near_misses(event.id)
    near = sorted(scores, key=lambda event_id: -scores[event_id])
    related = [one.event_id for one in event.description.related] if event.description else []
    rivals = [one.nearest_rival.event_id for one in shown.articles if one.nearest_rival]
    found = service.events.get_many(list(dict.fromkeys((*near, *related, *rivals))))
    fitting = [found[one] for one in dict.fromkeys((*near, *related)) if one in found and may_take(found[one], event)]
    return OpenEvent(
        event=shown,
        level=event.level or shown.signal.level,
        overrides=event.overrides,
        candidates=[_candidate(one, scores.get(one.id)) for one in fitting[:MAX_CANDIDATES]],
        rivals={one: headline(said.title) for one in rivals if one in found and (said := found[one].description)},
    )


def may_take(other: Event, event: Event) -> bool:
    """Whether an event can be merged with another, or take its articles."""
    return other.id != event.id and not other.locked and other.status in LISTED and event_views.is_described(other)


def _candidate(event: Event, score: float | None) -> Candidate:
    why = "related" if score is None else f"near miss, score {score:.2f}"
    return Candidate(event_views.listed_event(event), why)
