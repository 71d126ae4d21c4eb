"""What a connection may send before it is a request: an end comes soon, by size and by time."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Of a request's head, sizes of chunks and trailers together: twice what proxies let through.
BESIDES_BODY_BYTES = 64 * 1024
# From the first byte to the last, or from a connection's beginning. Bodies are forms and short JSON.
REQUEST_SECONDS = 20.0


class Bounded(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, which itself keeps a head however long it becomes, and waits for it for ever.

    Seen: 200 MiB of headers of one connection took as much memory, so did trailers of a chunked body, and half a line,
    or an empty one behind an answered request, held its connection to the end.
    """

    _besides_body = 0
    _gives_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection that sends nothing is no better than one that sends half a line."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Reads on, unless what is no body becomes too long."""
        self._besides_body += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._besides_body > BESIDES_BODY_BYTES:
            self.send_400_response(f"A request has at most {BESIDES_BODY_BYTES // 1024} KiB besides its body.")
        elif self._is_idle() and self.timeout_keep_alive_task is None:
            self._begin()  # uvicorn waits no longer for the next request, and an empty line does not begin one

    def on_message_begin(self) -> None:
        """A request begins, the first or a later one of its connection."""
        super().on_message_begin()
        self._besides_body = 0
        self._begin()

    def on_body(self, body: bytes) -> None:
        """Of a body's length the application judges."""
        self._besides_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of the request is there."""
        self._besides_body = 0
        self._end()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._end()
        super().connection_lost(exc)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _begin(self) -> None:
        if self._gives_up is None:
            self._gives_up = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _end(self) -> None:
        if self._gives_up is not None:
            self._gives_up.cancel()
            self._gives_up = None

    def _give_up(self) -> None:
        self._gives_up = None
        self.transport.close()
