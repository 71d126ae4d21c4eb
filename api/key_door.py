"""Whose key a request carries: `Authorization: Bearer ssk_…` becomes `scope["key"]` before anything is routed."""

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from api.outages import met_outage, refusal, tell_of, words_on
from api.problems import problem
from api.service import Service

_SCHEME = b"bearer"
NOT_A_KEY = "This key is unknown or was revoked. Without any key, all that is open can be read."
CHALLENGE = 'Bearer realm="SecondSource"'


class KeyDoor:
    """ASGI middleware. A key that is not valid is refused wherever it is sent.

    On an open route too: whoever sends a key relies on it, and would see only lower limits. Other schemes are left
    alone, for a proxy in front may have its own.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = _token(scope) if scope["type"] == "http" else None
        if token is None:
            await self._app(scope, receive, send)
            return
        keys, now = self._service.keys, self._service.clock()
        try:
            key = keys.known(token) or await run_in_threadpool(keys.find, token, now)
        except SQLAlchemyError as error:
            if (met := met_outage(error, self._service.engine)) is None:
                raise
            tell_of(met, scope["path"], error)
            await refusal(words_on(met))(scope, receive, send)
            return
        if key is None:
            refused = problem(401, NOT_A_KEY)
            refused.headers["cache-control"] = "no-store"
            refused.headers["www-authenticate"] = f'{CHALLENGE}, error="invalid_token"'
            await refused(scope, receive, send)
            return
        await self._app({**scope, "key": key}, receive, send)


def _token(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, token = value.partition(b" ")
            return token.strip().decode("latin-1") if scheme.lower() == _SCHEME else None
    return None
