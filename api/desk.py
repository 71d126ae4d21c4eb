"""The editors' desk: events with their members, and the forms that merge, move, lock and undo."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api import event_replies, event_views
from api.action_views import actions_shown
from api.additions.desk import additions_of
from api.desk_door import FRESH
from api.editing import CHANGED, carry_out
from api.reads import find_event, still_waiting
from api.service import Service, Using
from api.shown.shown import in_words
from api.signing_in import Fields, SignedIn, desk_page
from api.store import Session
from cluster.action import Action
from cluster.editing import Desk
from cluster.event import Event, Status
from cluster.store import EventFilter

LISTED = 40
LATEST_ACTIONS = 12
MAX_CANDIDATES = 8
MAX_SEQ = 2**31 - 1
OWN_EVENT = "new"
EVENT_ID = re.compile(r"evt_[0-9A-Za-z]+")

router = APIRouter(prefix="/desk", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another event that an editor may want to merge, or move an article to, and what speaks for it."""

    event: event_replies.ListedEventReply
    why: str


@router.get("")
def desk(session: SignedIn, service: Using) -> Response:
    """The newest events, and what editors did last."""
    return _desk_page(service, session, None)


@router.get("/events/{event_id}")
def desk_event(session: SignedIn, service: Using, event_id: str, done: int = 0) -> Response:
    """One event with its members and the events that come near it."""
    event = find_event(service, event_id)
    if event.status is Status.MERGED and event.merged_into:
        return _towards(event.merged_into, done)
    if event.status is Status.REMOVED:
        raise HTTPException(410, "This event was removed.")
    if not event_views.is_described(event):
        raise still_waiting()
    return _desk_page(service, session, event, done)


@router.post("/events/{event_id}/merge")
def merge(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Makes this event and another one."""
    other, versions = _named(fields, "other")
    versions |= _version(event_id, fields)
    return _done(service, session, lambda at_work: at_work.merge(event_id, other, versions))


@router.post("/articles/{article_id}/move")
def move(session: SignedIn, service: Using, fields: Fields, article_id: str) -> Response:
    """Moves an article to another event, or to one of its own."""
    versions = _version(fields.get("event", ""), fields)
    if fields.get("other") == OWN_EVENT and not fields.get("address"):
        return _done(service, session, lambda at_work: at_work.move([article_id], None, versions))
    other, seen = _named(fields, "other")
    return _done(service, session, lambda at_work: at_work.move([article_id], other, versions | seen))


@router.post("/events/{event_id}/lock")
def lock(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Lets an event keep the articles it has."""
    versions = _version(event_id, fields)
    return _done(service, session, lambda at_work: at_work.lock(event_id, versions))


@router.post("/events/{event_id}/unlock")
def unlock(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Lets the rules have an event back."""
    versions = _version(event_id, fields)
    return _done(service, session, lambda at_work: at_work.unlock(event_id, versions))


@router.post("/actions/{seq}/undo")
def undo(session: SignedIn, service: Using, fields: Fields, seq: Annotated[int, Path(ge=1, le=MAX_SEQ)]) -> Response:
    """Takes an action back."""
    return _done(service, session, lambda at_work: at_work.undo(seq))


def _done(service: Service, session: Session, act: Callable[[Desk], Action]) -> Response:
    """Carries an action out and shows where it led."""
    action = carry_out(service, session.editor.name, act)
    return _towards(action.draft.led_to, action.seq)


def _named(fields: Mapping[str, str], name: str) -> tuple[str, dict[str, int]]:
    """The event that a form names, by its address where one was typed, else by the choice; a choice has a version."""
    typed = fields.get("address", "").strip()
    found = EVENT_ID.search(typed or fields.get(name, ""))
    if found is None:
        raise HTTPException(409, "Choose an event, or give the address of its page.")
    return found[0], {} if typed else _version(found[0], {"version": fields[name].rpartition(" ")[2]})


def _version(event_id: str, fields: Mapping[str, str]) -> dict[str, int]:
    given = fields.get("version", "")
    if not (given.isascii() and given.isdigit()) or len(given) > 9:
        raise HTTPException(409, CHANGED)
    return {event_id: int(given)}


def _desk_page(service: Service, session: Session, event: Event | None, done: int = 0) -> Response:
    listed = service.events.page(EventFilter(hidden=None), "recency", LISTED)
    shown = actions_shown(service, service.editing.latest(LATEST_ACTIONS))
    return desk_page(
        "desk.html",
        banner=service.banner.text(),
        session=session,
        listed=[event_views.listed_event(one) for one in listed if event_views.is_described(one)],
        event=event_views.full_event(event) if event else None,
        candidates=_candidates(service, event) if event else [],
        shown=in_words(service.shown.of(event.id, service.clock())) if event else [],
        additions=additions_of(service, event.id) if event else [],
        actions=shown,
        done=next((one for one in shown if one.seq == done), None),
    )


def _candidates(service: Service, event: Event) -> list[Candidate]:
    """Near misses of placing first, then what gives the event context."""
    scores = service.editing.near_misses(event.id)
    near = sorted(scores, key=lambda event_id: -scores[event_id])
    related = [one.event_id for one in event.description.related] if event.description else []
    found = service.events.get_many([*near, *related])
    shown = [found[one] for one in dict.fromkeys((*near, *related)) if one in found and _may_take(found[one], event)]
    return [
        Candidate(
            event_views.listed_event(one), f"near miss, score {scores[one.id]:.2f}" if one.id in scores else "related"
        )
        for one in shown[:MAX_CANDIDATES]
    ]


def _may_take(other: Event, event: Event) -> bool:
    return (
        other.id != event.id
        and not other.locked
        and other.status in (Status.ACTIVE, Status.CLOSED)
        and event_views.is_described(other)
    )


def _towards(event_id: str, done: int) -> Response:
    return RedirectResponse(f"/desk/events/{event_id}{f'?done={done}' if done else ''}", 303, FRESH)
