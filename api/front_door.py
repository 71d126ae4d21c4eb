"""What happens to every request before and after its handler: Host check, HEAD, CORS and security headers."""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem
from storage.settings import DEFAULT_PORTS

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # bound on purpose to every address: any name may lead here

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
PRIVATE = ("/v1/editor", "/v1/webhooks")  # what changes something is no business of other sites' pages
READABLE = "ETag, RateLimit, RateLimit-Policy, Retry-After"  # by their scripts; by default they see few headers
SENDABLE = "Authorization, If-None-Match, Last-Event-ID"
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin",  # a publisher may see that we sent the reader, not what was read here
}


def is_public(path: str) -> bool:
    """Whether pages of other sites may read this path."""
    if path.startswith(PRIVATE):
        return False
    return path.startswith(("/v1/", "/feeds/")) or path in ("/widget.js", "/openapi.json")


def headers_for(path: str) -> dict[str, str]:
    """The headers that a reply at this path carries besides its own."""
    if is_public(path):
        public = {"access-control-allow-origin": "*", "access-control-expose-headers": READABLE}
        return (
            _ALWAYS | {"content-security-policy": DATA_POLICY, "cross-origin-resource-policy": "cross-origin"} | public
        )
    caching = {"cache-control": "public, max-age=31536000, immutable"} if path.startswith("/static/") else {}
    own = {"content-security-policy": PAGE_POLICY, "cross-origin-resource-policy": "same-origin"}
    return _ALWAYS | own | {"cross-origin-opener-policy": "same-origin"} | caching


class FrontDoor:
    """ASGI middleware. A Host that is not ours is refused: a page elsewhere that rebinds its name reads nothing.

    `public_url` is where a proxy serves us. What comes under its name came by its scheme, whatever the proxy speaks.
    """

    def __init__(self, app: ASGIApp, *, host: str, port: int, public_url: str | None = None) -> None:
        self._app = app
        self._public_scheme, _, self._public_host = (public_url or "").partition("://")
        self._any_host = host in EVERYWHERE
        self._hosts = LOCAL_HOSTS | {f"[{host}]" if ":" in host else host.lower()}
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen_by_app = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        if self._is_public(scope):
            seen_by_app = {**seen_by_app, "scheme": self._public_scheme}
        await self._answering(scope)(seen_by_app, receive, _with_headers(send, scope["path"]))

    def _answering(self, scope: Scope) -> ASGIApp:
        if not (self._any_host or self._is_public(scope) or self._is_local(scope)):
            return problem(400, "This server does not answer for that Host.")
        if scope["method"] == "OPTIONS" and is_public(scope["path"]):
            return _preflight()
        return self._app

    def _is_public(self, scope: Scope) -> bool:
        default = f":{DEFAULT_PORTS.get(self._public_scheme)}"
        given = [host.lower().removesuffix(default) for host in Headers(scope=scope).getlist("host")]
        return bool(self._public_host) and given == [self._public_host]

    def _is_local(self, scope: Scope) -> bool:
        server = scope.get("server") or ("", None)
        return is_ours(Headers(scope=scope).getlist("host"), self._hosts, {self._port, server[1]})


def is_ours(given: list[str], hosts: Collection[str], ports: Collection[int | None]) -> bool:
    """Whether a request's Host headers name one of our hosts, and a port we listen on."""
    if len(given) != 1:
        return False
    host, colon, port = given[0].lower().rpartition(":")
    if not colon or "]" in port:
        host, port = given[0].lower(), "80"
    return host in hosts and port.isascii() and port.isdigit() and int(port[:6]) in ports


def _preflight() -> Response:
    allowed = {"access-control-allow-methods": "GET, HEAD", "access-control-allow-headers": SENDABLE}
    return Response(status_code=204, headers=allowed | {"access-control-max-age": "86400"})


def _with_headers(send: Send, path: str) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in headers_for(path).items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
