"""Routes that need a key: it is asked for before parameters, body and ids are looked at."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Annotated, Any

from fastapi import Security
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import replies
from api.key_door import CHALLENGE
from api.key_store import Key
from api.scopes import Scope

SCHEME = "key"  # its name in the OpenAPI document
_DESCRIBED = HTTPBearer(
    scheme_name=SCHEME, auto_error=False, description="A key, `ssk_…`, that `secondsource keys create` has printed."
)
REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": replies.Problem, "description": "No key, or one that is unknown or revoked."},
    403: {"model": replies.Problem, "description": "The key has not the scope that this needs."},
}


class _NeedsScope:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __call__(
        self, request: Request, described: Annotated[HTTPAuthorizationCredentials | None, Security(_DESCRIBED)] = None
    ) -> Key:
        """The key of the request; `described` puts it into the OpenAPI document."""
        return require_scope(request, self._scope)


def require_scope(request: Request, scope: Scope) -> Key:
    """The key of the request, which `KeyDoor` has looked up.

    Raises:
        HTTPException: 401 without one, 403 where it has not the scope.
    """
    key: Key | None = request.scope.get("key")
    if key is None:
        raise HTTPException(401, "This needs a key.", {"www-authenticate": CHALLENGE})
    if scope not in key.scopes:
        challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'
        raise HTTPException(403, f"This needs a key with the scope {scope}.", {"www-authenticate": challenge})
    return key


def needs_scope(scope: Scope) -> Any:
    """A dependency that gives the request's `Key`: 401 without one, 403 where it has not the scope.

    On a router whose `route_class` is `KeyedRoute`, it comes before everything else. The responses are `REFUSALS`.
    The OpenAPI document names the scope.
    """
    return Security(_NeedsScope(scope), scopes=[scope])


class KeyedRoute(APIRoute):
    """A route that asks for its scope first: FastAPI reads a body, and refuses one it cannot, before dependencies."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the check."""
        handle = super().get_route_handler()
        needed = list(_needed(self.dependant))

        async def handle_when_allowed(request: Request) -> Response:
            for needs in needed:
                needs(request)
            return await handle(request)

        return handle_when_allowed


def _needed(dependant: Dependant) -> Iterator[_NeedsScope]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, _NeedsScope):
            yield dependency.call
        yield from _needed(dependency)
