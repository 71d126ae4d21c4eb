"""Who is at the desk: a link signs an editor in once, a cookie holds the session, forms prove that they are ours."""

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.rendering import rendered
from api.service import Using
from api.store import SESSION_LASTS, Session

COOKIE = "secondsource_session"
FRESH = {"cache-control": "no-store"}
MAX_FIELDS = 1000  # a selection names each of an event's articles
FORM = "application/x-www-form-urlencoded"
NOT_SIGNED_IN = (
    "This is for editors. Open the sign-in link that was printed at the start, "
    "or make a new one with `secondsource editors invite NAME`."
)
NOT_VALID = "This link was used already, or is older than a day: `secondsource editors invite NAME` makes a new one."

router = APIRouter(include_in_schema=False)


def _session(request: Request, service: Using) -> Session:
    found = service.editors.session(request.cookies.get(COOKIE, ""), service.clock())
    if found is None:
        raise HTTPException(401, NOT_SIGNED_IN)
    return found


SignedIn = Annotated[Session, Depends(_session)]


async def _fields(request: Request, session: SignedIn) -> dict[str, str]:
    """The fields of a form that one of our own pages sent. Whoever is not signed in learns nothing of them.

    Raises:
        HTTPException: 403 when the form does not carry the session's token.
    """
    fields = await _form(request)
    if not secrets.compare_digest(fields.get("form_token", "").encode(), session.form_token.encode()):
        raise HTTPException(403, "This form was not sent by the desk. Go back to the desk and try again.")
    return fields


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form as our pages send it; what is ticked of several stands in one field, with blanks between.

    Raises:
        HTTPException: 400 for any other. A multipart form names the charset to read it by, and some of those break.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(400, f"A form is sent as {FORM}.")
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        return {name: " ".join(one for one in form.getlist(name) if isinstance(one, str)) for name in form}


Fields = Annotated[dict[str, str], Depends(_fields)]
LinkFields = Annotated[dict[str, str], Depends(_form)]


@router.get("/desk/sign-in")
def sign_in_page(service: Using, token: str = "") -> Response:
    """Asks for one press of a button: a program that only looks at the link must not use it up."""
    return desk_page("sign_in.html", banner=service.banner.text(), token=token)


@router.post("/desk/sign-in")
def sign_in(request: Request, service: Using, fields: LinkFields) -> Response:
    """Takes the link's token and gives a session for it."""
    token = service.editors.sign_in(fields.get("token", ""), service.clock())
    if token is None:
        raise HTTPException(401, NOT_VALID)
    answer = _to_desk()
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="strict",
    )
    return answer


@router.post("/desk/sign-out")
def sign_out(request: Request, service: Using, fields: Fields) -> Response:
    """Ends the session."""
    service.editors.sign_out(request.cookies[COOKIE])
    answer = RedirectResponse("/", 303, FRESH)
    answer.delete_cookie(COOKIE)
    return answer


def desk_page(template: str, status: int = 200, **shown: Any) -> Response:
    """A page that nobody may keep."""
    return Response(rendered(template, **shown), status, FRESH, "text/html")


def _to_desk() -> Response:
    return RedirectResponse("/desk", 303, FRESH)
