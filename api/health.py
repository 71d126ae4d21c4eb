"""Whether the process lives, and whether it can serve."""

from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import replies
from api.service import Service, Using
from storage.migrating import is_current

router = APIRouter()
_FRESH = {"cache-control": "no-store"}


@router.get(
    "/healthz", summary="The process answers", response_model=None, responses={200: {"model": replies.HealthReply}}
)
def healthz() -> Response:
    """Asks nothing but this process."""
    return Response('{"status":"ok"}', headers=_FRESH, media_type="application/json")


@router.get(
    "/readyz",
    summary="The database answers and has the schema of this version",
    response_model=None,
    responses={200: {"model": replies.HealthReply}, 503: {"model": replies.Problem}},
)
def readyz(service: Using) -> Response:
    """503 while the database cannot be reached or waits for `secondsource migrate`."""
    if not _is_ready(service):
        raise HTTPException(503, "The database cannot be reached or waits for `secondsource migrate`.")
    return Response('{"status":"ready"}', headers=_FRESH, media_type="application/json")


def _is_ready(service: Service) -> bool:
    try:
        return is_current(service.engine)
    except SQLAlchemyError:
        return False
