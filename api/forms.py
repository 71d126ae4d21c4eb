"""How a form of the desk is read: only from pages of ours, as far as the browser tells, and only text."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request

from storage.settings import DEFAULT_PORTS

MAX_FIELDS = 1000  # a selection names each of an event's articles
FORM = "application/x-www-form-urlencoded"
NOT_OURS = "This form was not sent by the desk. Go back to the desk and try again."
OURS = ("same-origin", "none")  # "none": somebody did it by hand, no page had a part in it


async def form_fields(request: Request) -> dict[str, str]:
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


OpenFields = Annotated[dict[str, str], Depends(form_fields)]  # of who is not signed in yet


def given(fields: Mapping[str, str], name: str) -> str:
    """What a form gives, without blanks around it; empty when it gives nothing."""
    return fields.get(name, "").strip()


def came_from_us(headers: Headers, host: str) -> bool:
    """Whether neither `Sec-Fetch-Site` nor `Origin` names another site; `host` is the request's Host, checked already.

    A program that is no browser sends neither. The scheme is left aside: a proxy may speak another one to us.
    """
    if headers.get("sec-fetch-site", "none") not in OURS:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    scheme, found, authority = origin.partition("://")  # `null` names nobody
    return bool(found) and _with_port(authority, scheme) == _with_port(host, scheme)


def _with_port(authority: str, scheme: str) -> str:
    """Host and port as one may compare them: the scheme's own port may be left out."""
    has_port = authority.rpartition(":")[2].isdigit()
    return authority.lower() if has_port else f"{authority.lower()}:{DEFAULT_PORTS.get(scheme)}"
