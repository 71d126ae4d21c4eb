"""What a connection may send before it is a request: an end comes soon, by size and by time."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024  # twice what proxies let through
# From the first byte to the last, or from a connection's beginning. Bodies are forms and short JSON.
REQUEST_SECONDS = 20.0


class Bounded(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, which itself keeps a head however long it becomes, and waits for it for ever.

    Seen: 200 MiB of headers of one connection took as much memory, and half a line held its connection to the end.
    """

    _reads_head = True
    _head_bytes = 0
    _gives_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection that sends nothing is no better than one that sends half a line."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Reads on, unless the head is no head any more."""
        super().data_received(data)
        self._head_bytes += len(data) if self._reads_head else 0
        if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has at most {HEAD_BYTES // 1024} KiB.")

    def on_message_begin(self) -> None:
        """A request begins, the first or a later one of its connection."""
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._reads_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of the request is there."""
        self._end()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._reads_head = True
        if self._gives_up is None:
            self._gives_up = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _end(self) -> None:
        if self._gives_up is not None:
            self._gives_up.cancel()
            self._gives_up = None

    def _give_up(self) -> None:
        self._gives_up = None
        self.transport.close()
