"""What an editor does about themselves: a password, and signing out."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import session_cookie
from api.desk_door import FRESH
from api.names import folded
from api.passwords import LEAST_CHARACTERS, MOST_CHARACTERS, why_not
from api.rate_limits import SIGN_IN_AS
from api.rendering import desk_page
from api.service import Service, Using
from api.signing_in import Fields, SignedIn
from api.store import Session

NOT_THE_SAME = "The two new passwords are not the same."
NOT_YOURS = (
    "That is not your password. If you do not know it any more, ask an admin for a sign-in link: "
    "for an hour after it you may set a new one without it."
)

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.get("/account")
def account(session: SignedIn, service: Using, done: bool = False) -> Response:
    """Who is signed in, and the form for a new password."""
    return _page(service, session, has_password=_kept(service, session) is not None, is_done=done)


@router.post("/account/password")
async def set_password(request: Request, session: SignedIn, service: Using, fields: Fields) -> Response:
    """Sets a password, which ends every other session."""
    kept = await run_in_threadpool(_kept, service, session)
    problem = await _problem(request, service, session, fields, kept)
    if problem:
        return _page(service, session, has_password=kept is not None, problem=problem, status=422)
    hashed = await service.passwords.made(fields["new"])
    now = service.clock()
    await run_in_threadpool(service.editors.set_password, session.editor, hashed, now)
    answer = RedirectResponse("/desk/account?done=1", 303, FRESH)
    token = await run_in_threadpool(service.sessions.by_password, session.editor.id, hashed, now)
    if token:  # else somebody was quicker, and has ended this session as well
        session_cookie.give(answer, token, request.url.scheme)
    return answer


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(request: Request, session: SignedIn, service: Using, fields: Fields) -> Response:
    """Ends every session of the editor's own."""
    service.editors.sign_out(session.editor.name, service.clock(), by=session.editor.name)
    return _gone(request)


@router.post("/sign-out")
def sign_out(request: Request, service: Using, fields: Fields) -> Response:
    """Ends the session."""
    service.sessions.end(session_cookie.held(request))
    return _gone(request)


async def _problem(
    request: Request, service: Service, session: Session, fields: Mapping[str, str], kept: str | None
) -> str | None:
    """Why the password is not set; guesses at the one there is are counted like those at the door."""
    new = fields.get("new", "")
    if problem := why_not(new):
        return problem
    if new != fields.get("again", ""):
        return NOT_THE_SAME
    if kept is None or session.may_reset:
        return None
    await run_in_threadpool(service.limits.count_for, request, SIGN_IN_AS, folded(session.editor.name))
    return None if await service.passwords.is_right(kept, fields.get("current", "")) else NOT_YOURS


def _kept(service: Service, session: Session) -> str | None:
    """The hash of the editor's password; None when they have none."""
    found = service.editors.credentials(session.editor.name)
    return found.password_hash if found else None


def _gone(request: Request) -> Response:
    answer = RedirectResponse("/", 303, FRESH)
    session_cookie.take(answer, request.url.scheme)
    return answer


def _page(
    service: Service,
    session: Session,
    *,
    has_password: bool,
    problem: str = "",
    is_done: bool = False,
    status: int = 200,
) -> Response:
    return desk_page(
        "account.html",
        status,
        banner=service.banner.text(),
        session=session,
        has_password=has_password,
        asks_current=has_password and not session.may_reset,
        least=LEAST_CHARACTERS,
        most=MOST_CHARACTERS,
        problem=problem,
        is_done=is_done,
    )
