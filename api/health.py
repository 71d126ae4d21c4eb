"""Whether the process lives, and whether it can serve."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import replies
from api.service import Using

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
    """503 while the database does not answer within two seconds, or waits for `secondsource migrate`."""
    wrong = service.readiness.wrong()
    if wrong is not None:
        raise HTTPException(503, wrong)
    return Response('{"status":"ready"}', headers=_FRESH, media_type="application/json")
