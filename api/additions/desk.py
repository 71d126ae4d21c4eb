"""The desk's form for an article that is missing, and how the requests for an event stand."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from api.additions.asking import ask, find
from api.desk_door import FRESH
from api.service import Service, Using
from api.signing_in import Fields, SignedIn, desk_page
from ingest.addition import Addition

SHOWN = 5  # of an event, the newest

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.post("/events/{event_id}/add")
def add(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Asks for an article by its address, and shows the event again, where the request stands."""
    asked = ask(service, session.editor.name, fields.get("address", ""), event_id, fields.get("reason", ""))
    return RedirectResponse(f"/desk/events/{event_id}#{asked.id}", 303, FRESH)


@router.get("/additions/{addition_id}")
def addition(session: SignedIn, service: Using, addition_id: str) -> Response:
    """How one request stands, as the part of the page that looks again by itself until it is done."""
    return desk_page("addition.html", one=find(service, addition_id))


def additions_of(service: Service, event_id: str) -> list[Addition]:
    """What was asked for an event, for the desk's page."""
    return service.additions.of_event(event_id, SHOWN)
