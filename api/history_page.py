"""The page of all that was done to one event, by rules and by editors, and of what may be taken back."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.desk_door import FRESH
from api.event_past import entries
from api.reads import find_event, way_from
from api.rendering import desk_page
from api.service import Using
from api.signing_in import SignedIn
from cluster.event import Event, Status
from cluster.lending import headline

INSTANTS = 30  # on a page
MAX_SEQ = 2**31 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = 10**16  # microseconds, in the year 2286
Before = Annotated[int | None, Query(ge=0, le=LATEST)]

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.get("/events/{event_id}/history")
def event_history(session: SignedIn, service: Using, event_id: str, before: Before = None) -> Response:
    """The newest first, behind an instant in microseconds since 1970; what was merged into the event is part of it."""
    event = find_event(service, event_id)
    if event.status is Status.MERGED:
        return RedirectResponse(f"/desk/events/{way_from(service, event_id)[-1].id}/history", 303, FRESH)
    ids = service.event_log.leading_to(event.id)
    stretch = service.event_log.page(ids, INSTANTS, _EPOCH + timedelta(microseconds=before) if before else None)
    told = entries(service, event.id, ids, stretch)
    return desk_page(
        "history.html",
        banner=service.banner.text(),
        session=session,
        event=event,
        title=named(event),
        others=[one for one in ids if one != event.id],
        entries=told,
        first_at=f"/desk/events/{event.id}/history" if before else None,
        further_at=f"/desk/events/{event.id}/history?before={_micros(told[-1].at)}" if stretch.further else None,
    )


@router.get("/actions/{seq}")
def action(session: SignedIn, service: Using, seq: Annotated[int, Path(ge=1, le=MAX_SEQ)]) -> Response:
    """An action, in the history of the event that it led to."""
    found = service.editing.get(seq)
    if found is None:
        raise HTTPException(404, "There is no action of this number.")
    return RedirectResponse(place_of(way_from(service, found.draft.led_to)[-1].id, seq, found.draft.at), 303, FRESH)


def place_of(event_id: str, seq: int, at: datetime) -> str:
    """The address of an action in the history of an event, whatever was done since."""
    return f"/desk/events/{event_id}/history?before={_micros(at) + 1}#action-{seq}"


def named(event: Event) -> str:
    """What an event is called; before it says anything, by its first article."""
    if event.description:
        return headline(event.description.title)
    return headline(event.members[0].article.title) if event.members else "An event without articles"


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
