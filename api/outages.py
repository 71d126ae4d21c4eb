"""What the API says while the database cannot do what it is asked."""

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from api.problems import problem
from storage.migrating import is_current
from storage.outage import Outage, outage

RETRY_AFTER_SECONDS = "5"  # by then whoever held the database has ended, or somebody has to look
OUT_OF_REACH = "The database cannot be reached."
_BUSY = "The database is busy, so nothing was done. Try again in a few seconds."
_DOWN = "The database cannot be used at the moment, so nothing was done. Try again in a while."

log = structlog.get_logger()


def met_outage(error: SQLAlchemyError, engine: Engine) -> Outage | None:
    """What an error comes of; None when it is a mistake of ours. A table that is missing may be one to come."""
    return outage(error) or _unmigrated(engine)


def _unmigrated(engine: Engine) -> Outage | None:
    try:
        return None if is_current(engine) else Outage.UNMIGRATED
    except SQLAlchemyError as error:
        return outage(error)


def words_on(met: Outage) -> str:
    """What a reader is told, who can do nothing about it; the operator finds the remedy in the log."""
    return _BUSY if met is Outage.BUSY else _DOWN


def tell_of(met: Outage, path: str, error: SQLAlchemyError, **ids: str) -> None:
    """One line for the operator."""
    said = str(error.__cause__ or error).partition("\n")[0]
    log.error("database unavailable", path=path, outage=met.value, do=met.remedy, error=said, **ids)


def refusal(detail: str) -> Response:
    """The 503 for a program."""
    refused = problem(503, detail)
    refused.headers["retry-after"] = RETRY_AFTER_SECONDS
    return refused
