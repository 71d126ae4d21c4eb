"""The open event at the desk: what an editor needs to see of it beyond what readers do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api import event_replies, event_views
from api.queue_replies import DoubtReply
from api.queue_views import doubt_replies
from api.service import Service
from cluster.event import Event, Overrides
from cluster.filter_store import LISTED
from cluster.lending import headline
from ingest.addition import Addition

MAX_CANDIDATES = 8
MAX_ADDITIONS = 5


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
    overrides: Overrides
    candidates: Sequence[Candidate]
    doubts: Sequence[DoubtReply]  # what the queue asks about it
    rivals: Mapping[str, str]  # titles of the nearest other events of its articles, by id
    additions: Sequence[Addition]  # what was asked for it by address, newest first


def opened(service: Service, event: Event) -> OpenEvent:
    """A described event for the desk."""
    shown = event_views.full_event(event)
    doubts = service.doubts.about(event.id)
    rivals = [one.nearest_rival.event_id for one in shown.articles if one.nearest_rival]
    return OpenEvent(
        event=shown,
        overrides=event.overrides,
        candidates=_candidates(service, event, [one for doubt in doubts for one in doubt.event_ids]),
        doubts=doubt_replies(service, doubts),
        additions=service.additions.of_event(event.id, MAX_ADDITIONS),
        rivals={one.id: headline(one.title) for one in service.doubts.outlines(rivals).values()},
    )


def may_take(other: Event, event: Event) -> bool:
    """Whether an event can be merged with another, or take its articles."""
    return other.id != event.id and not other.locked and other.status in LISTED and event_views.is_described(other)


def _candidates(service: Service, event: Event, asked: Sequence[str]) -> list[Candidate]:
    """What the queue asks about, then near misses of placing, then what gives the event context."""
    scores = service.editing.near_misses(event.id)
    why = {one.event_id: "related" for one in event.description.related} if event.description else {}
    why |= {one: f"near miss, score {score:.2f}" for one, score in scores.items()}
    why = dict.fromkeys(asked, "near miss") | why
    near = sorted(scores, key=lambda event_id: -scores[event_id])
    order = list(dict.fromkeys((*asked, *near, *why)))[: 2 * MAX_CANDIDATES]
    found = service.events.get_many(order)
    fitting = [found[one] for one in order if one in found and may_take(found[one], event)]
    return [Candidate(event_views.listed_event(one), why[one.id]) for one in fitting[:MAX_CANDIDATES]]
