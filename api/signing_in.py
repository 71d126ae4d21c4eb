"""Who is at the desk: a cookie holds the session, forms prove that they are ours, some pages are for admins."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import session_cookie
from api.desk_door import FRESH
from api.form_origin import came_from_us
from api.rendering import rendered
from api.service import Using
from api.store import Session

SIGN_IN_AT = "/desk/sign-in"
MAX_FIELDS = 1000  # a selection names each of an event's articles
FORM = "application/x-www-form-urlencoded"
NOT_SIGNED_IN = (
    "This is for editors. Sign in with your name and password, or open a sign-in link: one was printed at the start, "
    "an admin makes others at the desk, and so does `secondsource editors invite NAME`."
)
NOT_OURS = "This form was not sent by the desk. Go back to the desk and try again."
FOR_ADMINS = "This is for admins. Ask one of them, or use `secondsource editors role NAME admin`."


def _session(request: Request, service: Using) -> Session:
    token = session_cookie.held(request)
    found = service.sessions.find(token, service.clock()) if token else None
    if found is None:
        raise HTTPException(401, NOT_SIGNED_IN)
    if found.was_renewed:
        request.scope["renewed"].append(token)
    return found


SignedIn = Annotated[Session, Depends(_session)]


def _admin(session: SignedIn) -> Session:
    if not session.is_admin:
        raise HTTPException(403, FOR_ADMINS)
    return session


Admin = Annotated[Session, Depends(_admin)]
ADMINS_ONLY = Depends(_admin)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form as our pages send it; what is ticked of several stands in one field, with blanks between.

    Raises:
        HTTPException: 403 when another site's page sent it; 400 for any other form. A multipart form names the charset
            to read it by, and some of those break.
    """
    if not came_from_us(request.headers, request.url.netloc):
        raise HTTPException(403, NOT_OURS)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(400, f"A form is sent as {FORM}.")
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        fields = {name: " ".join(one for one in form.getlist(name) if isinstance(one, str)) for name in form}
    if any("\0" in value for value in fields.values()):  # PostgreSQL holds no such text
        raise HTTPException(400, "A form's fields are text.")
    return fields


async def _fields(request: Request, session: SignedIn) -> dict[str, str]:
    """The fields of a form that one of our own pages sent. Whoever is not signed in learns nothing of them.

    Raises:
        HTTPException: 403 when the form does not carry the session's token.
    """
    fields = await _form(request)
    if not secrets.compare_digest(fields.get("form_token", "").encode(), session.form_token.encode()):
        raise HTTPException(403, NOT_OURS)
    return fields


Fields = Annotated[dict[str, str], Depends(_fields)]
OpenFields = Annotated[dict[str, str], Depends(_form)]  # of who is not signed in yet


async def _guard(request: Request, session: SignedIn) -> None:
    """What every route of the desk asks first, whether or not its handler asks for anything."""
    if request.method not in ("GET", "HEAD"):
        await _fields(request, session)


GUARDED = Depends(_guard)


def desk_page(template: str, status: int = 200, **shown: Any) -> Response:
    """A page that nobody may keep."""
    return Response(rendered(template, **shown), status, FRESH, "text/html")


def given(fields: Mapping[str, str], name: str) -> str:
    """What a form gives, without blanks around it; empty when it gives nothing."""
    return fields.get(name, "").strip()
