"""How often one may ask for what is heavy: counted per key or client address, said in RateLimit headers."""

import math
import time
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import Depends
from limits import RateLimitItemPerMinute, WindowStats
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Send
from starlette.types import Scope as Connection

from api import replies
from api.client_address import Network, client_address
from api.key_store import Key
from api.scopes import Scope
from api.tokens import token_hash
from storage.broker import redis_url

WINDOW_SECONDS = 60
REDIS_ANSWERS_WITHIN_SECONDS = 0.5  # a reader waits for it
REDIS_LEFT_ALONE_SECONDS = 10.0  # once it did not answer, until one reader waits for it again

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Policy:
    """How many requests a minute of one kind: for an address, and for a key with the scope."""

    name: str
    anonymous: int
    keyed: int
    scope: Scope = Scope.READ


SEARCH = Policy("search", anonymous=30, keyed=300)  # a full-text query costs as much as a hundred reads by id
TRENDS = Policy("trends", anonymous=60, keyed=600)  # five weeks of events are read for each reply
STREAM = Policy("stream", anonymous=60, keyed=600)  # connects; how many stay open at once has its own bound
WEBHOOKS = Policy("webhooks", anonymous=30, keyed=120, scope=Scope.WEBHOOKS)
EDITOR = Policy("editor", anonymous=30, keyed=120, scope=Scope.EDITOR)  # placing waits while an editor acts
SIGN_IN = Policy("sign-in", anonymous=10, keyed=10)
# Whoever tries from many addresses; links made for that name still sign in.
SIGN_IN_AS = Policy("sign-in-as", anonymous=5, keyed=5)
TOO_MANY: dict[str, Any] = {
    "model": replies.Problem,
    "description": "More often than the limit allows: Retry-After says in how many seconds to ask again.",
    "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until the next window."}},
}
TOO_MANY_WITH_WORDS = TOO_MANY | {"description": f"With `q` alone. {TOO_MANY['description']}"}


class RateLimits:
    """Counts requests in windows of a minute: in Redis where one is set, for all processes, else in this one."""

    def __init__(self, broker_url: str | None, trusted_proxies: tuple[Network, ...]) -> None:
        self.trusted_proxies = trusted_proxies
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared = FixedWindowRateLimiter(_in_redis(broker_url)) if broker_url else self._own
        self._is_shared = True
        self._left_alone_until = float("-inf")  # on the monotonic clock

    def count(self, request: Request, policy: Policy) -> None:
        """Counts one request; its reply will carry the RateLimit headers.

        Raises:
            HTTPException: 429 beyond the limit.
        """
        key: Key | None = request.scope.get("key")
        quota = policy.keyed if key is not None and policy.scope in key.scopes else policy.anonymous
        self._count(request, policy.name, quota, self.who(request))

    def count_for(self, request: Request, policy: Policy, name: str) -> None:
        """Counts one request under something that it gives, a name for one, whoever asks.

        Raises:
            HTTPException: 429 beyond the limit.
        """
        self._count(request, policy.name, policy.anonymous, token_hash(name))  # of one length, whatever is sent

    def _count(self, request: Request, policy: str, quota: int, who: str) -> None:
        item = RateLimitItemPerMinute(quota, namespace="secondsource")
        allowed, stats = self._hit(item, who, policy)
        left_seconds = max(0, math.ceil(stats.reset_time - time.time()))
        headers = {
            "ratelimit-policy": f'"{policy}";q={quota};w={WINDOW_SECONDS}',
            "ratelimit": f'"{policy}";r={stats.remaining};t={left_seconds}',
        }
        if not allowed:
            detail = f"At most {quota} requests a minute: ask again in {left_seconds} seconds."
            raise HTTPException(429, detail, headers | {"retry-after": str(left_seconds)})
        request.scope["limit_headers"].update(headers)

    def who(self, request: Request) -> str:
        """What tells who is asking from all others: the id of the key or, without one, the client's address."""
        key: Key | None = request.scope.get("key")
        if key is not None:
            return key.id
        return self.address(request)

    def address(self, request: Request) -> str:
        """The client's address, whatever key is sent."""
        peer = request.client.host if request.client else ""
        return client_address(peer, request.headers.getlist("x-forwarded-for"), self.trusted_proxies)

    def _hit(self, item: RateLimitItemPerMinute, *who: str) -> tuple[bool, WindowStats]:
        # A Redis that is down must not take the reads with it, nor one that hangs make each of them wait.
        now = time.monotonic()
        if now < self._left_alone_until:
            return _counted(self._own, item, *who)
        if not self._is_shared:
            self._left_alone_until = now + REDIS_LEFT_ALONE_SECONDS  # for all but this one
        try:
            counted = _counted(self._shared, item, *who)
        except StorageError as error:
            self._left_alone_until = now + REDIS_LEFT_ALONE_SECONDS
            self._note(False, error=type(error.storage_error).__name__)
            return _counted(self._own, item, *who)
        self._left_alone_until = now
        self._note(True)
        return counted

    def _note(self, is_shared: bool, **why: str) -> None:
        if is_shared is not self._is_shared:
            self._is_shared = is_shared
            log.warning("rate_limits_shared_again" if is_shared else "rate_limits_not_shared", **why)


def rate_limited(policy: Policy) -> Any:
    """A dependency that counts the request before anything of it is read; the route's responses get 429: TOO_MANY."""

    def count(request: Request) -> None:
        limits: RateLimits = request.app.state.service.limits
        limits.count(request, policy)

    return Depends(count)


def limited_with_words(policy: Policy) -> Any:
    """The same for a list that is heavy only where `q` narrows it; other requests count nothing."""

    def count(request: Request) -> None:
        if request.query_params.get("q"):
            limits: RateLimits = request.app.state.service.limits
            limits.count(request, policy)

    return Depends(count)


class LimitHeaders:
    """ASGI middleware: the reply to a request that was counted says how many are left, and is for who asked alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        counted: dict[str, str] = {}

        async def send_with_headers(message: Message) -> None:
            if counted and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(counted)
                headers["cache-control"] = headers.get("cache-control", "private").replace("public", "private")
            await send(message)

        await self._app({**scope, "limit_headers": counted}, receive, send_with_headers)


def _counted(limiter: FixedWindowRateLimiter, item: RateLimitItemPerMinute, *who: str) -> tuple[bool, WindowStats]:
    return limiter.hit(item, *who), limiter.get_window_stats(item, *who)


def _in_redis(broker_url: str) -> Storage:
    url = redis_url(broker_url)
    patience = {"socket_timeout": REDIS_ANSWERS_WITHIN_SECONDS, "socket_connect_timeout": REDIS_ANSWERS_WITHIN_SECONDS}
    pool = ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), **patience)
    return RedisStorage(url, pool, wrap_exceptions=True)
