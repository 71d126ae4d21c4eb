"""The admins' page of who may edit: invite, give a role, sign out everywhere, remove."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import names
from api.administering import refusals_told
from api.administration import measure_words
from api.desk_door import FRESH
from api.forms import given
from api.rendering import desk_page
from api.roles import Role
from api.service import Service, Using
from api.signing_in import ADMINS_ONLY, SIGN_IN_AT, Admin, Fields
from api.store import Session

GONE = "Nobody has this name any more. Look again."
NOT_ONESELF = "Another admin has to do that: nobody takes their own rights away."

router = APIRouter(prefix="/desk/people", include_in_schema=False, dependencies=[ADMINS_ONLY])


@router.get("")
def people(session: Admin, service: Using, done: bool = False) -> Response:
    """Everybody who may edit."""
    latest = service.administration.latest(1, by=session.editor.name) if done else []
    return _page(service, session, done=measure_words(latest[0]) if latest else "")


@router.post("/invite")
def invite(request: Request, session: Admin, service: Using, fields: Fields) -> Response:
    """Adds an editor and shows the link that signs them in, once."""
    role = _role(fields)
    with refusals_told():
        name = names.checked(fields.get("name", ""), "an editor")
        token = service.editors.add(name, role, service.clock(), by=session.editor.name)
    if token is None:
        raise HTTPException(409, f"{name} is an editor already. Their row has a button for a new link.")
    return _with_link(request, service, session, name, token)


@router.post("/link")
def new_link(request: Request, session: Admin, service: Using, fields: Fields) -> Response:
    """Shows a further link for somebody who is there, once."""
    name = given(fields, "name")
    with refusals_told():
        token = service.editors.link_for(name, service.clock(), by=session.editor.name)
    if token is None:
        raise HTTPException(409, GONE)
    return _with_link(request, service, session, name, token)


@router.post("/role")
def give_role(session: Admin, service: Using, fields: Fields) -> Response:
    """Makes somebody an admin, or one no more."""
    name, role = _other(session, fields), _role(fields)
    with refusals_told():
        return _done(service.editors.give_role(name, role, service.clock(), by=session.editor.name))


@router.post("/sign-out")
def sign_out(session: Admin, service: Using, fields: Fields) -> Response:
    """Ends every session of an editor and voids their links."""
    with refusals_told():
        return _done(service.editors.sign_out(given(fields, "name"), service.clock(), by=session.editor.name))


@router.post("/remove")
def remove(session: Admin, service: Using, fields: Fields) -> Response:
    """Ends an editor's access; what they did stays."""
    with refusals_told():
        return _done(service.editors.remove(_other(session, fields), service.clock(), by=session.editor.name))


def _other(session: Session, fields: Mapping[str, str]) -> str:
    """The name in a form, which must not be one's own: so an admin always remains."""
    name = given(fields, "name")
    if name == session.editor.name:
        raise HTTPException(409, NOT_ONESELF)
    return name


def _role(fields: Mapping[str, str]) -> Role:
    wanted = fields.get("role", "")
    if wanted not in list(Role):
        raise HTTPException(422, f"A role is one of: {', '.join(Role)}.")
    return Role(wanted)


def _done(was_there: bool) -> Response:
    if not was_there:
        raise HTTPException(409, GONE)
    return RedirectResponse("/desk/people?done=1", 303, FRESH)


def _with_link(request: Request, service: Service, session: Session, name: str, token: str) -> Response:
    link = f"{service.origin(request)}{SIGN_IN_AT}?token={token}"
    return _page(service, session, invited=name, link=link)


def _page(service: Service, session: Session, **shown: Any) -> Response:
    return desk_page(
        "people.html",
        banner=service.banner.text(),
        session=session,
        now=service.clock(),
        people=service.editors.all(),
        roles=list(Role),
        **{"done": "", "invited": "", "link": "", **shown},
    )
