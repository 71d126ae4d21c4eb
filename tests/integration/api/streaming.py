"""The application under a real server, and one connection to its stream."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.service import Service
from storage.settings import Settings
from tests.ending import PATIENCE_SECONDS, beside


@dataclass(frozen=True)
class Served:
    """A running application."""

    port: int
    app: FastAPI

    @property
    def service(self) -> Service:
        """What its handlers work with."""
        found: Service = self.app.state.service
        return found


class Stream:
    """An open `GET /v1/stream`, read a block at a time."""

    def __init__(self, port: int, query: str = "", **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request("GET", f"/v1/stream{query}", headers=sent)
        self.reply = self.connection.getresponse()
        self.status, self.headers = self.reply.status, self.reply.headers

    def block(self) -> dict[str, str] | None:
        """The fields of the next block, a comment's under `""`; None when the server has ended the stream."""
        fields: dict[str, str] = {}
        while line := self.reply.readline().decode():
            if line == "\n":
                return fields
            name, _, value = line.rstrip("\n").partition(":")
            fields[name] = value.removeprefix(" ")
        return None

    def change(self) -> dict[str, Any]:
        """The next change, whatever else comes before it; heartbeats alone are not waited for without end."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at and (block := self.block()) is not None:
            if "data" in block:
                found: dict[str, Any] = json.loads(block["data"])
                assert (block["id"], block["event"]) == (str(found["seq"]), found["type"])
                return found
        raise AssertionError("the stream ended, or gave no change in time")

    def problem(self) -> Any:
        """What it was refused with."""
        return json.loads(self.reply.read())

    def close(self) -> None:
        """Hangs up."""
        self.reply.close()
        self.connection.close()


@contextmanager
def served_live(settings: Settings) -> Iterator[Served]:
    """The application on a free port, with its real clock, until the block ends and its streams with it."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = create_app(settings.model_copy(update={"port": port}))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    with beside(partial(server.run, sockets=[listening]), stop=lambda: setattr(server, "should_exit", True)):
        yield Served(port, app)
