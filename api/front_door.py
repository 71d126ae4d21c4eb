"""What happens to every request before and after its handler: Host check, HEAD, CORS and security headers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.settings import DEFAULT_PORTS

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # bound on purpose to every address: any name may lead here

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Any site may frame this one page, which runs no script and has nothing to send.
FRAME_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
PRIVATE = ("/v1/editor", "/v1/webhooks")  # what changes something is no business of other sites' pages
READABLE = "ETag, RateLimit, RateLimit-Policy, Retry-After"  # by their scripts; by default they see few headers
SENDABLE = "Authorization, If-None-Match, Last-Event-ID"
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin",  # a publisher may see that we sent the reader, not what was read here
}
# A key that is not valid is refused wherever it is sent: a shared cache must not answer for that.
_VARY = (b"vary", b"Authorization")
# Of this name alone: what else stands under the domain is not ours to bind. Half a year, so that a mistake can end.
_TLS_ALONE = (b"strict-transport-security", b"max-age=15552000")
_ANYWHERE = {"cross-origin-resource-policy": "cross-origin"}
# A frame in a sandbox has an origin of its own, so what it loads comes to it from another site.
FRAME_FILES = frozenset({"/static/embed.css"})
# What stands at a path, as far as browsers are told of it.
Kind = Literal["data", "frame", "frame_file", "static", "page"]
# It names settings, never the names that are answered.
NOT_OURS = (
    "This server does not answer for that Host. Whoever runs it names the address that readers use in "
    "SECONDSOURCE_PUBLIC_URL, or the one that it listens on in SECONDSOURCE_HOST."
)


def is_public(path: str) -> bool:
    """Whether pages of other sites may read this path."""
    if path.startswith(PRIVATE):
        return False
    return path.startswith(("/v1/", "/feeds/")) or path in ("/widget.js", "/openapi.json")


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Where a proxy serves us: scheme and host, which are empty where none does."""

    scheme: str
    host: str

    @classmethod
    def of(cls, url: str | None) -> "PublicAddress":
        """Of the setting, `https://HOST` or None."""
        scheme, _, host = (url or "").partition("://")
        return cls(scheme, host)

    def is_asked(self, hosts: Collection[str]) -> bool:
        """Whether a request's Host headers, in lower case, name it."""
        if not self.host:
            return False
        default = f":{DEFAULT_PORTS.get(self.scheme)}"
        return [one.removesuffix(default) for one in hosts] == [self.host]

    def is_by_tls(self, hosts: Collection[str]) -> bool:
        """Whether they name it and browsers came to it by TLS."""
        return self.scheme == "https" and self.is_asked(hosts)


def headers_for(path: str, hosts: Collection[str] = (), public_url: str | None = None) -> dict[str, str]:
    """The headers that a reply at this path, asked for by these Host headers, carries besides its own."""
    always = [_VARY, *([_TLS_ALONE] if PublicAddress.of(public_url).is_by_tls(hosts) else ())]
    return _headers(_kind(path)) | {name.decode(): value.decode() for name, value in always}


def hosts_in(scope: Scope) -> list[str]:
    """What the Host headers say, in lower case."""
    return [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]


def _kind(path: str) -> Kind:
    if is_public(path):
        return "data"
    if path == "/embed":
        return "frame"
    if path in FRAME_FILES:
        return "frame_file"
    return "static" if path.startswith("/static/") else "page"


@cache
def _headers(kind: Kind) -> dict[str, str]:
    if kind == "data":
        readable = {"access-control-allow-origin": "*", "access-control-expose-headers": READABLE}
        return _ALWAYS | _ANYWHERE | {"content-security-policy": DATA_POLICY} | readable
    if kind == "frame":
        return _ALWAYS | _ANYWHERE | {"content-security-policy": FRAME_POLICY}
    caching = {"cache-control": "public, max-age=31536000, immutable"} if kind in ("static", "frame_file") else {}
    own = {"content-security-policy": PAGE_POLICY, "cross-origin-opener-policy": "same-origin"}
    whose = _ANYWHERE if kind == "frame_file" else {"cross-origin-resource-policy": "same-origin"}
    return _ALWAYS | own | whose | caching


@cache
def _raw_headers(kind: Kind) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode()) for name, value in _headers(kind).items())


class FrontDoor:
    """ASGI middleware. A Host that is not ours is refused: a page elsewhere that rebinds its name reads nothing.

    `refused` answers it, and the files that make up the look of its page come under any name. `public_url` is where a
    proxy serves us. What comes under its name came by its scheme, whatever the proxy speaks. Browsers that came by TLS
    are told to ask by nothing else.
    """

    def __init__(
        self, app: ASGIApp, *, host: str, port: int, public_url: str | None, refused: Callable[[Request], Response]
    ) -> None:
        self._app, self._refused = app, refused
        self._public = PublicAddress.of(public_url)
        self._any_host = host in EVERYWHERE
        self._hosts = LOCAL_HOSTS | {f"[{host}]" if ":" in host else host.lower()}
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        hosts = hosts_in(scope)
        came_public = self._public.is_asked(hosts)
        if scope["method"] == "HEAD" or came_public:
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            scheme = self._public.scheme if came_public else scope["scheme"]
            scope = {**scope, "method": method, "scheme": scheme}
        is_answered = came_public or self._is_local(scope, hosts) or _kind(scope["path"]) == "static"
        answering = self._app if is_answered else self._refused(Request(scope))
        if scope["method"] == "OPTIONS" and answering is self._app and is_public(scope["path"]):
            answering = _preflight()
        by_tls = [_TLS_ALONE] if self._public.is_by_tls(hosts) else []
        await answering(scope, receive, _with_headers(send, scope["path"], *by_tls))

    def _is_local(self, scope: Scope, hosts: list[str]) -> bool:
        server = scope.get("server") or ("", None)
        return self._any_host or is_ours(hosts, self._hosts, (self._port, server[1]))


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


def _with_headers(send: Send, path: str, *more: tuple[bytes, bytes]) -> Send:
    ours = _raw_headers(_kind(path))

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = message.get("headers", ())
            names = {name for name, _ in given}
            # Another message: what is kept ready is sent again.
            message = {**message, "headers": [*given, *[pair for pair in ours if pair[0] not in names], _VARY, *more]}
        await send(message)

    return send_with_headers
