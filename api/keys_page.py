"""The admins' page of the API's keys: create, shown once, and revoke."""

from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api import names
from api.administering import refusals_told
from api.desk_door import FRESH
from api.forms import given
from api.known_keys import KNOWN_FOR_SECONDS
from api.rendering import desk_page
from api.scopes import SCOPE_WORDS, Scope
from api.service import Service, Using
from api.signing_in import ADMINS_ONLY, Admin, Fields
from api.store import Session

NO_SCOPE = "Choose at least one thing that the key allows."
GONE = "No key of this name is valid any more. Look again."

router = APIRouter(prefix="/desk/keys", include_in_schema=False, dependencies=[ADMINS_ONLY])


@router.get("")
def keys(session: Admin, service: Using, done: bool = False) -> Response:
    """Every key there is or was."""
    return _page(service, session, is_done=done)


@router.post("/create")
def create(session: Admin, service: Using, fields: Fields) -> Response:
    """Makes a key and shows it, once."""
    scopes = [scope for scope in Scope if fields.get(f"scope_{scope}")]
    if not scopes:
        raise HTTPException(409, NO_SCOPE)
    with refusals_told():
        name = names.checked(fields.get("name", ""), "a key")
        token = service.key_store.create(name, scopes, service.clock(), by=session.editor.name)
    return _page(service, session, created=name, token=token)


@router.post("/revoke")
def revoke(session: Admin, service: Using, fields: Fields) -> Response:
    """Ends a key: at once in this process, within KNOWN_FOR_SECONDS in every other."""
    with refusals_told():
        was_valid = service.key_store.revoke(given(fields, "name"), service.clock(), by=session.editor.name)
    if not was_valid:
        raise HTTPException(409, GONE)
    service.keys.forget()
    return RedirectResponse("/desk/keys?done=1", 303, FRESH)


def _page(service: Service, session: Session, **shown: Any) -> Response:
    return desk_page(
        "keys.html",
        banner=service.banner.text(),
        session=session,
        keys=service.key_store.all(),
        scopes=SCOPE_WORDS,
        known_for=round(KNOWN_FOR_SECONDS),
        **{"is_done": False, "created": "", "token": "", **shown},
    )
