"""Refuses parameters that an address does not know: passed over, a typo would leave a list as long as it was."""

from collections.abc import Collection, Iterator
from typing import Any

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request

from api.replies import Problem
from storage.complaints import OURS
from storage.spelling import meant

MOST_NAMED = 5  # of the unknown ones: a query may hold thousands, and each is compared with all that are known
LONGEST_NAME = 80  # characters that are repeated
REFUSED: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "A parameter does not parse, or there is none of this name."}
}


async def _refuse_unknown(request: Request) -> None:
    given = dict.fromkeys(request.query_params)
    known = sorted(set(_names(request.scope["route"].dependant))) if given else []
    if unknown := [name[:LONGEST_NAME] for name in given if name not in known][:MOST_NAMED]:
        raise RequestValidationError(
            [{"loc": ("query", name), "msg": _said_of(name, known), "type": OURS} for name in unknown]
        )


# For routers: their routes answer 422 to a parameter that they do not have, and `REFUSED` says so.
NOTHING_UNKNOWN = Depends(_refuse_unknown)


def _said_of(name: str, known: Collection[str]) -> str:
    if near := meant(name, known):
        return f"There is no such parameter here; did you mean {near}?"
    return (
        f"There is no such parameter here; there are {', '.join(known)}." if known else "There are no parameters here."
    )


def _names(dependant: Dependant) -> Iterator[str]:
    """The query parameters of a route as they are spelt in addresses."""
    for field in dependant.query_params:
        read_as = field.field_info.annotation
        if isinstance(read_as, type) and issubclass(read_as, BaseModel):
            yield from (one.alias or name for name, one in read_as.model_fields.items())
        else:
            yield field.alias
    for dependency in dependant.dependencies:
        yield from _names(dependency)
