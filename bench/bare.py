"""The least that any ASGI application costs: bytes read from a folder at the start, by path, under uvicorn."""

import os
from pathlib import Path

from starlette.types import Receive, Scope, Send

FOLDER = "SECONDSOURCE_BENCH_BODIES"
BODIES = {f"/{path.name}": path.read_bytes() for path in Path(os.environ.get(FOLDER, os.devnull)).glob("*")}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers every path with its bytes, or with none."""
    body = BODIES.get(scope["path"], b"")
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
