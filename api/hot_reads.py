"""Answers what is kept ready before anything else of the application is asked, and says whether it may be sent."""

import asyncio
from collections.abc import Callable
from enum import Enum
from time import monotonic

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.counting import Metrics
from api.hot_cache import HotCache, Key
from api.hot_replies import HotReplies
from api.outages import OUT_OF_REACH, refusal
from api.ready import Ready
from api.shown.showings import Showings

LOOK_EVERY_SECONDS = 0.25
SEEN_WITHIN_SECONDS = 0.75  # who asks later than this after the last look waits for the next
WAITED_SECONDS = 5.0  # for a look, by whoever comes while it has not come back
STALE_FOR_SECONDS = 30.0  # while the database cannot be asked
FAILED_FOR_SECONDS = 2.0  # after a look that failed nobody waits for the next
_MAY_SEND = "kept_may_be_sent"  # in the scope
EVENT_PREFIX, RESOLVE, WIDGET = "/v1/events/", "/v1/resolve", "/v1/widget"
EVENT = EVENT_PREFIX + "{event_id}"

log = structlog.get_logger()


class Last(Enum):
    """How the last look went."""

    WELL = "well"
    LATE = "late"  # it has not come back yet
    FAILED = "failed"


class Follower:
    """Looks at the log again and again while requests come, one look at a time, in a thread of its own."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._looking: asyncio.Task[None] | None = None
        self._began_at = float("-inf")
        self.last = Last.WELL
        self._failed_at = float("-inf")
        self.known_at = float("-inf")  # when the last look that succeeded began, on the monotonic clock

    async def may_send(self) -> bool:
        """Whether what is kept may be sent: it is new enough or, while nothing newer can be had, not too old."""
        now = monotonic()
        looking = self._look_again(now)
        if looking and self._is_worth_waiting(now):
            done, _ = await asyncio.wait([looking], timeout=WAITED_SECONDS)
            if not done:
                self.last = Last.LATE  # nobody else waits for it
        return monotonic() - self.known_at < STALE_FOR_SECONDS

    def _is_worth_waiting(self, now: float) -> bool:
        """Whether a look is waited for: right after one that failed, only by who would get nothing otherwise."""
        has_just_failed = self.last is Last.FAILED and now - self._failed_at < FAILED_FOR_SECONDS
        patience = STALE_FOR_SECONDS if has_just_failed else SEEN_WITHIN_SECONDS
        return self.last is not Last.LATE and now - self.known_at > patience

    def _look_again(self, now: float) -> asyncio.Task[None] | None:
        is_looking = self._looking and not self._looking.done()
        if not is_looking and now - self._began_at > LOOK_EVERY_SECONDS:
            self._began_at = now
            self._looking = asyncio.create_task(self._end(now))
        return self._looking

    async def _end(self, began_at: float) -> None:
        try:
            await to_thread.run_sync(self._look, limiter=CapacityLimiter(1), abandon_on_cancel=True)
        except Exception as error:  # whatever it was, nothing newer is known
            if self.last is not Last.FAILED:
                log.error("change_log_unreadable", error=type(error).__name__)
            self.last, self._failed_at = Last.FAILED, monotonic()
        else:
            self.last, self.known_at = Last.WELL, began_at


class HotReads:
    """ASGI middleware. What is not kept goes on to the application. A key was looked at before."""

    def __init__(self, app: ASGIApp, hot: HotReplies, metrics: Metrics, showings: Showings) -> None:
        self._app = app
        self._hot = hot
        self._metrics = metrics
        self._showings = showings
        self._follower = Follower(hot.look)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = self._place(scope)
        if place is None:
            await self._app(scope, receive, send)
            return
        is_new = monotonic() - self._follower.known_at < LOOK_EVERY_SECONDS
        may_send = is_new or await self._follower.may_send()
        route, cache, key = place
        if may_send and (ready := cache.get(key)):
            start, body = ready.messages(scope["headers"])
            await send(start)
            await send(body)
            self._metrics.sent_from_memory(route, start["status"])
            if ready.showing:
                self._showings.shown(ready.showing, scope["headers"])
        elif not may_send and self._follower.last is Last.FAILED:
            self._metrics.sent_from_memory(route, 503)
            await refusal(OUT_OF_REACH)(scope, receive, send)
        else:
            await self._app({**scope, _MAY_SEND: may_send}, receive, send)

    def _place(self, scope: Scope) -> tuple[str, HotCache, Key] | None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        path: str = scope["path"]
        if path == RESOLVE:
            return path, self._hot.addresses, scope["query_string"]
        if path == WIDGET:
            return path, self._hot.widgets, scope["query_string"]
        is_event = path.startswith(EVENT_PREFIX) and path.find("/", len(EVENT_PREFIX)) < 0
        if is_event and not scope["query_string"]:  # an event takes no parameter: the handlers refuse any
            return EVENT, self._hot.events, path
        return None


def kept_by_now(request: Request, cache: HotCache, key: Key) -> Ready | None:
    """What a request is answered with that missed it when it came: many may have missed it at once."""
    return cache.get(key) if request.scope.get(_MAY_SEND) else None
