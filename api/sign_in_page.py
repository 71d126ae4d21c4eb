"""Signing in at the desk: by a link, once, or by name and password."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import session_cookie
from api.desk_door import FRESH
from api.forms import OpenFields, given
from api.names import folded
from api.rate_limits import SIGN_IN, SIGN_IN_AS
from api.rendering import desk_page
from api.service import Service, Using
from api.signing_in import SIGN_IN_AT

NOT_VALID = (
    "This link was used already, or is older than a day. An admin makes a new one at the desk, "
    "as does `secondsource editors invite NAME`."
)
NOT_RIGHT = "This name and this password do not go together."

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN_AT)
def sign_in_page(service: Using, token: str = "") -> Response:
    """Asks for name and password; for a link, for one press: a program that only looks at it must not use it up."""
    return _page(service, token=token)


@router.post(SIGN_IN_AT)
async def sign_in(request: Request, service: Using, fields: OpenFields) -> Response:
    """Gives a session for a link's token, or for a name and its password."""
    # By address, also for whoever sends a key: each would give further tries.
    await run_in_threadpool(service.limits.count_for, request, SIGN_IN, service.limits.address(request))
    if fields.get("token"):
        session = await run_in_threadpool(service.sessions.by_link, fields["token"], service.clock())
        if session is None:
            raise HTTPException(401, NOT_VALID)
    else:
        name = given(fields, "name")
        session = await _by_password(request, service, name, fields.get("password", ""))
        if session is None:
            return _page(service, name=name, problem=NOT_RIGHT, status=401)
    if former := session_cookie.held(request):
        await run_in_threadpool(service.sessions.end, former)
    answer = RedirectResponse("/desk", 303, FRESH)
    session_cookie.give(answer, session, request.url.scheme)
    return answer


async def _by_password(request: Request, service: Service, name: str, password: str) -> str | None:
    """The token of a new session; None, after as long a time, where the name has no such password."""
    await run_in_threadpool(service.limits.count_for, request, SIGN_IN_AS, folded(name))
    found = await run_in_threadpool(service.editors.credentials, name)
    kept = found.password_hash if found else None
    is_right = await service.passwords.is_right(kept, password)
    if found is None or kept is None or not is_right:
        return None
    if service.passwords.is_outdated(kept):
        former, kept = kept, await service.passwords.made(password)
        await run_in_threadpool(service.editors.keep_hash, found.editor_id, former, kept)
    return await run_in_threadpool(service.sessions.by_password, found.editor_id, kept, service.clock())


def _page(service: Service, *, token: str = "", name: str = "", problem: str = "", status: int = 200) -> Response:
    shown = {"banner": service.banner.text(), "token": token, "name": name, "problem": problem}
    return desk_page("sign_in.html", status, **shown)
