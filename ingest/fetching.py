"""Fetches publishers' URLs through the guarded network; whatever the network does becomes an Outcome."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpcore2
import httpx2

from ingest.addresses import Gate
from ingest.bodies import BadEncoding, TooLarge, read_body
from ingest.guarded_network import GuardedNetwork, NameNotFound, RefusedAddress
from ingest.outcome import Outcome
from ingest.targets import parted, target_of
from ingest.turns import NoTurn, Turns
from ingest.urls import host_of

DEADLINE = timedelta(seconds=20)
MAX_BYTES = 5 * 1024 * 1024
MAX_REDIRECTS = 5
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({302, 303, 307}) | PERMANENT
WHOLE = frozenset({200, 203})  # 202 and 204 bring nothing yet or nothing at all, and 206 a part that nobody asked for
ASKS_TO_WAIT = frozenset({429, 503})
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
BEYOND_ASCII = re.compile(r"[\x80-\xff]")
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


class Forbidden(Exception):
    """Who is asked before a request says no, and how the fetch ends by it: see `Fetched`."""

    def __init__(self, outcome: Outcome, passes: bool = False, free_at: datetime | None = None) -> None:
        super().__init__(outcome.value)
        self.outcome, self.passes, self.free_at = outcome, passes, free_at


Permit = Callable[[str], Awaitable[None]]  # raises Forbidden


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a fetch ended. `url` is the last one asked; `status` is None when no answer came; failures have no body."""

    outcome: Outcome
    url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""  # decoded
    moved_to: str | None = None  # where nothing but permanent redirects led; None: none, or a temporary one among them
    passes: bool = False  # forbidden only as long as nobody can be asked
    free_at: datetime | None = None  # when the host that had no turn for us has one again; None: not known


@dataclass(slots=True)
class _Chain:
    """A fetch under way, from redirect to redirect."""

    visited: list[str]
    headers: Mapping[str, str]
    credentials: Mapping[str, str]  # for the first URL's host alone
    max_bytes: int
    is_cut: bool
    wait_until: datetime | None
    permit: Permit | None
    is_permanent: bool = True  # so far

    @property
    def url(self) -> str:
        return self.visited[-1]

    @property
    def sent(self) -> Mapping[str, str]:
        return {**self.headers, **(self.credentials if host_of(self.url) == host_of(self.visited[0]) else {})}

    @property
    def moved_to(self) -> str | None:
        return self.url if self.is_permanent and len(self.visited) > 1 else None


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
        is_cut: bool = False,
        wait_until: datetime | None = None,
        permit: Permit | None = None,
    ) -> Fetched:
        """Gets a URL, following redirects; `deadline` covers the whole chain, `max_bytes` the decoded body.

        `permit` is awaited before each request and may forbid it. Neither that nor waiting for hosts' turns is part of
        the deadline; waiting ends at `wait_until` with NO_TURN, None: never. A body that is larger ends in TOO_LARGE
        or, with `is_cut`, is the part that was agreed. A name and password in the URL are sent to its own host alone.
        Never raises for what the network does: `outcome` is OK, NOT_MODIFIED, or says what went wrong.
        """
        conditions = {"if-none-match": etag, "if-modified-since": last_modified}
        headers = self._headers | {name: value for name, value in conditions.items() if value}
        visited = [url]
        try:
            visited[0], credentials = parted(url)
            chain = _Chain(visited, headers, credentials, max_bytes, is_cut, wait_until, permit)
            async with asyncio.timeout(deadline.total_seconds()) as limit:
                return await self._follow(chain, limit)
        except Forbidden as no:
            return Fetched(no.outcome, visited[-1], passes=no.passes, free_at=no.free_at)
        except NoTurn as busy:
            return Fetched(Outcome.NO_TURN, visited[-1], free_at=busy.free_at)
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
                return await self._post(url, target_of(url), body, sent)
        except tuple(kind for kind, _ in FAILURES) as error:
            return Fetched(_failure(error), url)

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._pool.aclose()
        self._network.close()

    async def _follow(self, chain: _Chain, limit: asyncio.Timeout) -> Fetched:
        while len(chain.visited) <= MAX_REDIRECTS + 1:
            target = target_of(chain.url)
            if chain.permit:
                with _paused(limit):
                    await chain.permit(chain.url)
            async with self._turn(chain, limit):
                fetched = await self._get(chain, target)
            if self._turns and fetched.status in ASKS_TO_WAIT:
                self._turns.heed(host_of(chain.url), fetched.headers.get("retry-after"))
            location = fetched.headers.get("location")
            if fetched.status not in REDIRECTS or not location:
                return fetched
            chain.is_permanent &= fetched.status in PERMANENT
            chain.visited.append(str(httpx2.URL(chain.url).join(_as_meant(location))))
        return Fetched(Outcome.TOO_MANY_REDIRECTS, chain.visited[-2], fetched.status, fetched.headers)

    @asynccontextmanager
    async def _turn(self, chain: _Chain, limit: asyncio.Timeout) -> AsyncIterator[None]:
        async with AsyncExitStack() as held:
            if self._turns:
                with _paused(limit):
                    await held.enter_async_context(self._turns.turn(host_of(chain.url), chain.wait_until))
            yield

    async def _get(self, chain: _Chain, target: httpcore2.URL) -> Fetched:
        async with self._pool.stream("GET", target, headers=_encoded(chain.sent)) as response:
            received = _received(response)
            outcome = _answered(response.status, chain.headers)
            body = b""
            if outcome is Outcome.OK:
                body = await read_body(response, received, chain.max_bytes, chain.is_cut)
        return Fetched(outcome, chain.url, response.status, received, body, chain.moved_to)

    async def _post(self, url: str, target: httpcore2.URL, body: bytes, headers: Mapping[str, str]) -> Fetched:
        async with self._pool.stream("POST", target, headers=_encoded(headers), content=body) as response:
            is_taken = 200 <= response.status < 300
            outcome = Outcome.OK if is_taken else _refused(response.status)
            return Fetched(outcome, url, response.status, _received(response))


@contextmanager
def _paused(limit: asyncio.Timeout) -> Iterator[None]:
    """Lets a deadline stand still."""
    loop = asyncio.get_running_loop()
    left = (limit.when() or loop.time()) - loop.time()
    limit.reschedule(None)
    try:
        yield
    finally:
        limit.reschedule(loop.time() + left)


def _received(response: httpcore2.Response) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}


def _as_meant(location: str) -> str:
    """Where a header as received leads: bytes beyond ASCII are UTF-8 or, where they are none, stand for themselves."""
    raw = location.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return BEYOND_ASCII.sub(lambda found: f"%{ord(found[0]):02X}", location)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1", "ignore")) for name, value in headers.items()]


def _answered(status: int, headers: Mapping[str, str]) -> Outcome:
    """The outcome of an answer to a request with these headers."""
    if status in WHOLE:
        return Outcome.OK
    if status == 304 and not headers.keys().isdisjoint(CONDITIONS):
        return Outcome.NOT_MODIFIED
    return Outcome.NO_CONTENT if status == 304 or 200 <= status < 300 else _refused(status)


def _refused(status: int) -> Outcome:
    if status in REDIRECTS:
        return Outcome.REDIRECTED
    return Outcome.HTTP_SERVER_ERROR if status >= 500 else Outcome.HTTP_CLIENT_ERROR


def _failure(error: BaseException) -> Outcome:
    """The outcome of an exception; the pool hides a failed TLS handshake in the context of a ConnectError."""
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, ssl.SSLError):
            return Outcome.TLS_FAILED
        behind = behind.__cause__ or behind.__context__
    return next(outcome for kind, outcome in FAILURES if isinstance(error, kind))
