"""Who is at the desk: a cookie holds the session, forms prove that they are ours, some pages are for admins."""

import secrets
from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api import session_cookie
from api.forms import NOT_OURS, form_fields
from api.service import Using
from api.store import Session

SIGN_IN_AT = "/desk/sign-in"
NOT_SIGNED_IN = (
    "This is for editors. Sign in with your name and password, or open a sign-in link: one was printed at the start, "
    "an admin makes others at the desk, and so does `secondsource editors invite NAME`."
)
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


async def _fields(request: Request, session: SignedIn) -> dict[str, str]:
    """The fields of a form that one of our own pages sent, once the session is known.

    Raises:
        HTTPException: 403 when the form does not carry the session's token.
    """
    fields = await form_fields(request)
    if not secrets.compare_digest(fields.get("form_token", "").encode(), session.form_token.encode()):
        raise HTTPException(403, NOT_OURS)
    return fields


Fields = Annotated[dict[str, str], Depends(_fields)]


async def _guard(request: Request, session: SignedIn) -> None:
    """What every route of the desk asks first, whether or not its handler asks for anything."""
    if request.method not in ("GET", "HEAD"):
        await _fields(request, session)


GUARDED = Depends(_guard)
