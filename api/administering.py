"""What the stores of people and keys refuse an admin, as replies."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.exceptions import HTTPException

from api.administration_store import NotAdmin
from api.names import BadName
from api.signing_in import FOR_ADMINS
from api.store import LastAdmin


@contextmanager
def refusals_told() -> Iterator[None]:
    """409 with the reason, or 403 for who is no admin any more."""
    try:
        yield
    except (LastAdmin, BadName) as error:
        raise HTTPException(409, _sentence(error)) from error
    except NotAdmin as error:
        raise HTTPException(403, FOR_ADMINS) from error


def _sentence(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
