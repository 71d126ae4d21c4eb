"""The page of everything that people did at the desk, by its commands and with keys."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.audit import TYPES, Place, audit_page, audited_names
from api.rendering import desk_page
from api.service import Using
from api.signing_in import SignedIn

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.get("/audit")
def audit(session: SignedIn, service: Using, by: str = "", type: str = "", before: str = "") -> Response:
    """The newest first; narrowed by its address to one person or one type of act."""
    place = Place.parse(before) if before else Place()
    if place is None:
        raise HTTPException(422, "This address is none of the audit's pages. Begin with the newest.")
    if type and type not in TYPES:
        raise HTTPException(422, f"What was done is one of: {', '.join(TYPES)}.")
    names = audited_names(service)
    rows, further = audit_page(service, by, type, place) if by in ("", *names) else ([], None)
    narrowed = {name: value for name, value in (("by", by), ("type", type)) if value}
    return desk_page(
        "audit.html",
        banner=service.banner.text(),
        session=session,
        rows=rows,
        names=names,
        types=TYPES,
        by=by,
        type=type,
        first_at=f"/desk/audit?{urlencode(narrowed)}" if before else None,
        further_at=f"/desk/audit?{urlencode(narrowed | {'before': str(further)})}" if further else None,
    )
