"""Fetches publishers' URLs through the guarded network; whatever the network does becomes an Outcome."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpcore2
import httpx2

from ingest.addresses import Gate
from ingest.bodies import BadEncoding, TooLarge, read_body
from ingest.guarded_network import GuardedNetwork, NameNotFound, RefusedAddress
from ingest.outcome import Outcome
from ingest.turns import NoTurn, Turns
from ingest.urls import host_of

DEADLINE = timedelta(seconds=20)
MAX_BYTES = 5 * 1024 * 1024
MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FEED_TYPES = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9"
ACCEPT = f"{FEED_TYPES}, text/html;q=0.9, */*;q=0.5"

# The first that fits an exception names its outcome, so the narrow ones come first.
FAILURES: tuple[tuple[type[Exception], Outcome], ...] = (
    (NoTurn, Outcome.NO_TURN),
    (RefusedAddress, Outcome.REFUSED_ADDRESS),
    (NameNotFound, Outcome.NAME_NOT_FOUND),
    (TimeoutError, Outcome.TIMEOUT),
    (httpcore2.TimeoutException, Outcome.TIMEOUT),
    (TooLarge, Outcome.TOO_LARGE),
    (BadEncoding, Outcome.BAD_ENCODING),
    (httpx2.InvalidURL, Outcome.BAD_URL),
    (httpcore2.UnsupportedProtocol, Outcome.BAD_URL),
    (httpcore2.LocalProtocolError, Outcome.BAD_URL),  # a URL that makes a request HTTP does not allow
    (httpcore2.NetworkError, Outcome.CONNECTION_FAILED),
    (httpcore2.ProtocolError, Outcome.CONNECTION_FAILED),
    (OSError, Outcome.CONNECTION_FAILED),
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a fetch ended. `url` is the last one asked; `status` is None when no answer came; failures have no body."""

    outcome: Outcome
    url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""  # decoded


class Fetcher:
    """An HTTP client for URLs of strangers. One per event loop.

    Args:
        allow: private addresses it may fetch from, `host:port` or `CIDR:port`.
        user_agent: what publishers see of us.
        turns: makes every request, redirected ones too, wait for its host's turn. None for a command that asks once.
        connections: at most at once. A request that waits for one of them has its deadline running.

    Raises:
        ValueError: when `allow` does not parse.
    """

    def __init__(
        self,
        allow: Sequence[str] = (),
        user_agent: str = "SecondSource",
        turns: Turns | None = None,
        connections: int = 64,
    ) -> None:
        self._turns = turns
        self._network = GuardedNetwork(Gate.parse(allow), names_at_once=connections)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=connections,
            max_keepalive_connections=16,
            keepalive_expiry=5,
            network_backend=self._network,
        )
        self._headers = {"user-agent": user_agent, "accept": ACCEPT, "accept-encoding": "gzip"}

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        deadline: timedelta = DEADLINE,
        max_bytes: int = MAX_BYTES,
        wait_until: datetime | None = None,
    ) -> Fetched:
        """Gets a URL, following redirects; `deadline` covers the whole chain, `max_bytes` the decoded body.

        Waiting for hosts' turns is not part of the deadline; it ends at `wait_until` with NO_TURN, None: never.
        Never raises for what the network does: `outcome` is OK, NOT_MODIFIED, or says what went wrong.
        """
        conditions = {"if-none-match": etag, "if-modified-since": last_modified}
        headers = self._headers | {name: value for name, value in conditions.items() if value}
        visited = [url]
        try:
            async with asyncio.timeout(deadline.total_seconds()) as limit:
                return await self._follow(visited, headers, max_bytes, limit, wait_until)
        except tuple(kind for kind, _ in FAILURES) as error:
            return Fetched(_failure(error), visited[-1])

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, deadline: timedelta = DEADLINE
    ) -> Fetched:
        """Sends a body, once: no redirect is followed, and of the answer only status and headers are read.

        Never raises for what the network does: `outcome` is OK or says what went wrong.
        """
        sent = {"user-agent": self._headers["user-agent"], **headers}
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                return await self._post(url, _target(url), body, sent)
        except tuple(kind for kind, _ in FAILURES) as error:
            return Fetched(_failure(error), url)

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._pool.aclose()
        self._network.close()

    async def _follow(
        self,
        visited: list[str],
        headers: Mapping[str, str],
        max_bytes: int,
        limit: asyncio.Timeout,
        wait_until: datetime | None,
    ) -> Fetched:
        while len(visited) <= MAX_REDIRECTS + 1:
            target = _target(visited[-1])
            async with self._turn(visited[-1], limit, wait_until):
                fetched = await self._get(visited[-1], target, headers, max_bytes)
            location = fetched.headers.get("location")
            if fetched.status not in REDIRECTS or not location:
                return fetched
            visited.append(str(httpx2.URL(visited[-1]).join(location)))
        return Fetched(Outcome.TOO_MANY_REDIRECTS, visited[-2], fetched.status, fetched.headers)

    @asynccontextmanager
    async def _turn(self, url: str, limit: asyncio.Timeout, wait_until: datetime | None) -> AsyncIterator[None]:
        if self._turns is None:
            yield
            return
        loop = asyncio.get_running_loop()
        left = (limit.when() or loop.time()) - loop.time()
        limit.reschedule(None)
        async with self._turns.turn(host_of(url), wait_until):
            limit.reschedule(loop.time() + left)
            yield

    async def _get(self, url: str, target: httpcore2.URL, headers: Mapping[str, str], max_bytes: int) -> Fetched:
        async with self._pool.stream("GET", target, headers=_encoded(headers)) as response:
            received = _received(response)
            outcome = _answered(response.status)
            body = await read_body(response, received, max_bytes) if outcome is Outcome.OK else b""
        return Fetched(outcome, url, response.status, received, body)

    async def _post(self, url: str, target: httpcore2.URL, body: bytes, headers: Mapping[str, str]) -> Fetched:
        async with self._pool.stream("POST", target, headers=_encoded(headers), content=body) as response:
            outcome = Outcome.REDIRECTED if response.status in REDIRECTS else _answered(response.status)
            return Fetched(outcome, url, response.status, _received(response))


def _target(url: str) -> httpcore2.URL:
    """A URL the pool takes; http(s) only, no credentials.

    Raises:
        httpx2.InvalidURL: when it is anything else.
    """
    parsed = httpx2.URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise httpx2.InvalidURL("not a plain http(s) URL")
    return httpcore2.URL(scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, target=parsed.raw_path)


def _received(response: httpcore2.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1", "ignore")) for name, value in headers.items()]


def _answered(status: int) -> Outcome:
    if status == 304:
        return Outcome.NOT_MODIFIED
    if 200 <= status < 300:
        return Outcome.OK
    return Outcome.HTTP_SERVER_ERROR if status >= 500 else Outcome.HTTP_CLIENT_ERROR


def _failure(error: BaseException) -> Outcome:
    """The outcome of an exception; the pool hides a failed TLS handshake in the context of a ConnectError."""
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, ssl.SSLError):
            return Outcome.TLS_FAILED
        behind = behind.__cause__ or behind.__context__
    return next(outcome for kind, outcome in FAILURES if isinstance(error, kind))
