"""`GET /v1/stream`: the change log as server-sent events."""

import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Annotated

import anyio
import orjson
import structlog
from fastapi import APIRouter, Header, Query
from fastapi.sse import format_sse_event
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api import change_views, rate_limits
from api.live_log import LiveLog
from api.log_cursor import BROKEN, Seq, must_continue
from api.parameters import Symbol, Word
from api.promises import promised
from api.reads import BAD_QUERY
from api.service import Using
from api.stream_places import NONE_LEFT, OF_A_CLIENT, TOO_MANY, StreamPlaces
from cluster.change import Change
from cluster.change_log import Wanted
from cluster.event import ChangeType, Level, Theme

HEARTBEAT_SECONDS = 15.0  # proxies cut what is silent for 30 to 60
TAKEN_WITHIN_SECONDS = 10.0  # of a reader who takes nothing for as long no more is kept than fills its socket
PART_BYTES = 32_768  # half of what uvicorn takes before it makes us wait
RETRY_MILLISECONDS = 3000
EXAMPLE = (
    'event: closed\ndata: {"seq":4711,"version":7,"type":"closed","at":"2026-11-24T10:12:00Z","by":"expire",'
    '"fields":["status"],"event_id":"evt_4f0c2a9d17b3e865","status":"closed","merged_into":null,"split_from":null,'
    '"came":[],"went":[]}\nid: 4711\n\n'
)
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

log = structlog.get_logger()
router = APIRouter(prefix="/v1")


class StreamQuery(BaseModel):
    """What the stream takes. An event counts by what it says when the change is sent."""

    after: Seq | None = Field(
        default=None, description="The seq of the last change that you have. Left out: only what comes from now on."
    )
    types: list[ChangeType] | None = Field(default=None, alias="type", description="May be given several times.")
    asset: Symbol | None = Field(default=None, description="A ticker such as BTC.")
    theme: Theme | None = Field(default=None, description="One of the themes that the event has.")
    signal: Level | None = Field(default=None, description="The event's level.")
    event_id: Word | None = Field(default=None, description="Changes of this event alone.")

    def wanted(self) -> Wanted:
        """The conditions among the parameters."""
        types = frozenset(self.types) if self.types else None
        return Wanted(types, self.asset, self.theme, self.signal, self.event_id)


@router.get(
    "/stream",
    summary="Changes as they happen, as server-sent events",
    response_model=None,
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
            "description": "Events with `id` the seq, `event` the type and `data` a row as `/v1/changes` has it.",
        },
        **BROKEN,
        422: BAD_QUERY,
        429: rate_limits.TOO_MANY
        | promised(429, "You have too many streams open, or opened too many lately.", TOO_MANY.format(OF_A_CLIENT)),
        503: promised(503, "All streams are taken.", NONE_LEFT),
    },
    dependencies=[rate_limits.rate_limited(rate_limits.STREAM)],
)
def follow(
    request: Request,
    query: Annotated[StreamQuery, Query()],
    service: Using,
    last_event_id: Annotated[
        Seq | None, Header(description="Goes before `after`: browsers repeat the address.")
    ] = None,
) -> Response:
    """Stays open. A comment comes every 15 seconds; who reconnects with `Last-Event-ID` misses nothing."""
    span = service.log.span()
    given = query.after if last_event_id is None else last_event_id
    begin = span.newest if given is None else must_continue(span, given)
    return EventStream(service.live, service.places, service.limits.who(request), query.wanted(), begin)


def as_sse(change: Change) -> bytes:
    """A change as one server-sent event."""
    data = orjson.dumps(change_views.followed_change(change).model_dump(), option=orjson.OPT_UTC_Z).decode()
    return format_sse_event(data_str=data, event=change.type.value, id=str(change.seq))


class EventStream(StreamingResponse):
    """One connection: it sends what is wanted behind a position, for as long as its reader keeps up."""

    media_type = "text/event-stream"

    def __init__(self, live: LiveLog, places: StreamPlaces, client: str, wanted: Wanted, begin: int) -> None:
        super().__init__(self._chunks(live, wanted, begin), headers=HEADERS)
        self._live, self._places, self._client = live, places, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if refused := self._places.refusal(self._client):
            await refused(scope, receive, send)
            return
        with self._places.taken(self._client), self._live.followed():
            try:
                await super().__call__(scope, receive, _in_time(send))
            except TimeoutError:
                log.info("slow stream dropped")
            except SQLAlchemyError as error:
                log.warning("stream ended", error=type(error).__name__)

    async def _chunks(self, live: LiveLog, wanted: Wanted, position: int) -> AsyncIterator[bytes]:
        # Its id makes who is cut off before the first change come back to this very position.
        yield format_sse_event(retry=RETRY_MILLISECONDS, id=str(position))
        said_at, said = time.monotonic(), position
        times_set_back = live.times_set_back
        # Who comes back behind the end of a log that was set back is told so.
        while not live.is_ending and live.times_set_back == times_set_back:
            lines = await live.after(position, wanted)
            is_end, position = lines.reached == position, lines.reached
            for part in _parts(lines.sent):
                yield part
                said_at = time.monotonic()
            left = said_at + HEARTBEAT_SECONDS - time.monotonic()
            if left <= 0:
                # The id spares who wants few changes from having all the others looked through once more.
                yield format_sse_event(comment="", id=str(position) if position > said else None)
                said_at, said = time.monotonic(), position
            elif is_end:
                await live.grown(position, left)


def _parts(sent: Iterable[bytes]) -> Iterator[bytes]:
    """Several events at once, but no more than the socket is to hold: what the server has been given, it keeps."""
    part = b""
    for one in sent:
        if part and len(part) + len(one) > PART_BYTES:
            yield part
            part = b""
        part += one
    if part:
        yield part


def _in_time(send: Send) -> Send:
    async def send_in_time(message: Message) -> None:
        with anyio.fail_after(TAKEN_WITHIN_SECONDS):
            await send(message)

    return send_in_time
