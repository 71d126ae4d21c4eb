"""The editors' desk, as it is read: the list, an open event, and the question before a merge."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import event_views
from api.action_views import actions_shown
from api.desk_door import FRESH
from api.desk_event import may_take, opened
from api.desk_list import Wanted, listed
from api.reads import find_event, still_waiting
from api.rendering import desk_page
from api.service import Service, Using
from api.sides import two_sides
from api.signing_in import SignedIn
from api.store import Session
from cluster.action import Action
from cluster.event import Event, Status

LATEST_ACTIONS = 12
EVENT_ID = re.compile(r"evt_[0-9A-Za-z]+")
NAME_ONE = "Choose an event, or give the address of its page."
CANNOT_TAKE = "That event cannot be merged with this one: it is the same, locked, or has no articles any more."

router = APIRouter(prefix="/desk", include_in_schema=False)


def _wanted(request: Request) -> Wanted:
    return Wanted.read(request.query_params)


AskedFor = Annotated[Wanted, Depends(_wanted)]


@router.get("")
def desk(session: SignedIn, service: Using, wanted: AskedFor) -> Response:
    """The list, and what editors did last."""
    return _page(service, session, wanted)


@router.get("/events/{event_id}")
def desk_event(session: SignedIn, service: Using, wanted: AskedFor, event_id: str, done: int = 0) -> Response:
    """The list, and beside it one event with everything that can be done to it."""
    event = find_event(service, event_id)
    if event.status is Status.MERGED and event.merged_into:
        return towards(event.merged_into, wanted, done)
    return _page(service, session, wanted, done, open=opened(service, _live(event)))


@router.get("/events/{event_id}/merge")
def merge_form(
    session: SignedIn, service: Using, wanted: AskedFor, event_id: str, other: str = "", address: str = ""
) -> Response:
    """Asks what a merge is to leave: which id, title and lead. Without another event it asks for that first."""
    event = _live(find_event(service, event_id))
    open_event = opened(service, event)
    other_id = named(address or other) if address or other else ""
    if not other_id and open_event.candidates:
        other_id = open_event.candidates[0].event.id
    taken = _taken(service, event, other_id) if other_id else None
    merging = two_sides(service, [event, taken]) if taken else []
    return _page(service, session, wanted, open=open_event, merging=merging)


def named(text: str) -> str:
    """The id of the event that somebody names, by the address of its page or as it is.

    Raises:
        HTTPException: 409 when the text names none.
    """
    found = EVENT_ID.search(text)
    if found is None:
        raise HTTPException(409, NAME_ONE)
    return found[0]


def towards(event_id: str, wanted: Wanted, done: int) -> Response:
    """The way to an event's desk, with what was done said above it."""
    more = {"done": str(done)} if done else {}
    return RedirectResponse(wanted.at(f"/desk/events/{event_id}", **more), 303, FRESH)


def _live(event: Event) -> Event:
    if event.status is Status.REMOVED:
        raise HTTPException(410, "This event was removed.")
    if not event_views.is_described(event):
        raise still_waiting()
    return event


def _taken(service: Service, event: Event, other_id: str) -> Event:
    other = find_event(service, other_id)
    if not may_take(other, event):
        raise HTTPException(409, CANNOT_TAKE)
    return other


def _recent(service: Service, name: str) -> list[Action]:
    """What was done last, and what this editor did last of what stands, however much others have done since."""
    latest = service.editing.latest(LATEST_ACTIONS)
    own = service.editing.latest(1, by=name, only_standing=True)
    return latest + [one for one in own if one.seq not in {last.seq for last in latest}]


def _page(service: Service, session: Session, wanted: Wanted, done: int = 0, **shown: Any) -> Response:
    change = service.events.last_change()  # before the list is read: whoever goes on from it misses nothing
    actions = actions_shown(service, _recent(service, session.editor.name))
    own = [one.seq for one in actions if one.by == session.editor.name and one.may_be_undone]
    return desk_page(
        "desk.html",
        banner=service.banner.text(),
        session=session,
        wanted=wanted,
        listed=listed(service, wanted),
        changed_seq=change.seq if change else 0,
        actions=actions,
        done=next((one for one in actions if one.seq == done), None),
        undo_next=done if done in own else own[0] if own else 0,
        **{"open": None, "merging": None, **shown},
    )
