"""The desk's form for an article that is missing, and how a request stands."""

from fastapi import APIRouter
from starlette.responses import Response

from api.additions.asking import ask, find
from api.desk import towards
from api.desk_list import Wanted
from api.rendering import desk_page
from api.service import Using
from api.signing_in import Fields, SignedIn

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.post("/events/{event_id}/add")
def add(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Asks for an article by its address, and shows the event again, where the request stands."""
    ask(service, session.editor.name, fields.get("address", ""), event_id, fields.get("reason", ""))
    return towards(event_id, Wanted.kept(fields.get("list", "")), done=0)


@router.get("/additions/{addition_id}")
def addition(session: SignedIn, service: Using, addition_id: str) -> Response:
    """How one request stands, as the part of the page that looks again by itself until it is done."""
    return desk_page("addition.html", one=find(service, addition_id))
