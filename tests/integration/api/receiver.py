"""An application that receives webhooks: a real HTTP server whose answers a test chooses."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook as Verifier

from tests.ending import PATIENCE_SECONDS, beside


@dataclass(frozen=True)
class Received:
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        """What it tells of."""
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found

    def verified(self, secret: str) -> Any:
        """The body, when the signature is by this secret, as a library tells that is not ours."""
        return Verifier(secret).verify(self.body, self.headers)


class Server(ThreadingHTTPServer):
    """One that a hundred may connect to at the same instant."""

    request_queue_size = 128
    daemon_threads = True


Answer = Callable[[BaseHTTPRequestHandler, Received], None]


class Receiver:
    """Keeps what it was sent; `answer` is how it answers the next one."""

    def __init__(self, port: int, answer: Answer) -> None:
        self.port, self.answer = port, answer
        self.url, self.address = f"http://127.0.0.1:{port}/hook", f"127.0.0.1:{port}"
        self.got: list[Received] = []

    @property
    def seqs(self) -> list[int]:
        """The changes that it was told of, every try counted."""
        return [one.data["seq"] for one in self.got if "seq" in one.data]


def status(code: int, **headers: str) -> Answer:
    """An answer of nothing but a status."""

    def answer(handler: BaseHTTPRequestHandler, _: Received) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", "0")
        handler.end_headers()

    return answer


def taken_after(event: threading.Event) -> Answer:
    """A message is taken once something has happened."""

    def answer(handler: BaseHTTPRequestHandler, received: Received) -> None:
        assert event.wait(PATIENCE_SECONDS)
        status(204)(handler, received)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """One answer after the other; the last one for all that follow."""
    left = list(answers)
    return lambda handler, received: (left.pop(0) if len(left) > 1 else left[0])(handler, received)


@contextmanager
def receiver(answer: Answer | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of 127.0.0.1; it takes everything unless told otherwise."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received = Received({name.lower(): value for name, value in self.headers.items()}, body)
            found.got.append(received)
            try:
                found.answer(self, received)
            except ConnectionError:
                self.close_connection = True  # who sent it has hung up

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the test does."""

    server = Server(("127.0.0.1", 0), Handler)
    found = Receiver(server.server_address[1], answer or status(204))
    with server, beside(partial(server.serve_forever, poll_interval=0.05), stop=server.shutdown):
        yield found
