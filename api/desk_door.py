"""No endless body comes in, and of what goes out at the desk nobody keeps anything."""

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import session_cookie

FRESH = {"cache-control": "no-store"}
MOST_BYTES = 64 * 1024  # of a form, which is read before anybody is signed in, and of what programs send


class DeskDoor:
    """ASGI middleware. A token that a handler puts into `scope["renewed"]` is given to the browser once more."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not is_desk(scope["path"]):
            await self._app(scope, _bounded(receive), send)
            return
        renewed: list[str] = []

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(FRESH)
                if renewed and "set-cookie" not in headers:
                    headers.append("set-cookie", _cookie(renewed[0], scope["scheme"]))
            await send(message)

        await self._app({**scope, "renewed": renewed}, _bounded(receive), send_with_headers)


def is_desk(path: str) -> bool:
    """Whether an address is one of the desk."""
    return path == "/desk" or path.startswith("/desk/")


def _bounded(receive: Receive) -> Receive:
    came = 0

    async def receive_bounded() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > MOST_BYTES:
            raise HTTPException(413, f"What is sent has at most {MOST_BYTES // 1024} KiB.")
        return message

    return receive_bounded


def _cookie(token: str, scheme: str) -> str:
    answer = Response()
    session_cookie.give(answer, token, scheme)
    return answer.headers["set-cookie"]
