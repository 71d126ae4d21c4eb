"""The least that an ASGI application costs that sends the same bytes: heads and bodies from a folder, by path."""

import json
import os
from pathlib import Path

from starlette.types import Receive, Scope, Send

FOLDER = "BENCH_REPLIES"
_OF_THE_SERVER = ("connection", "date", "server")
NOTHING: tuple[list[tuple[bytes, bytes]], bytes] = ([(b"content-length", b"0")], b"")


def keep(folder: Path, name: str, head: list[tuple[str, str]], body: bytes) -> None:
    """Writes down what is to be sent at a path; what the server adds by itself is left out."""
    own = [(key.lower(), value) for key, value in head if key.lower() not in _OF_THE_SERVER]
    (folder / f"{name}.head").write_text(json.dumps(own))
    (folder / name).write_bytes(body)


def _kept(folder: Path) -> dict[str, tuple[list[tuple[bytes, bytes]], bytes]]:
    heads = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.head")}
    return {
        f"/{name}": ([(key.encode(), value.encode()) for key, value in head], (folder / name).read_bytes())
        for name, head in heads.items()
    }


REPLIES = _kept(Path(os.environ.get(FOLDER, os.devnull)))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers every path with its reply, and any other with a 404, which no measurement takes for one."""
    found = REPLIES.get(scope["path"])
    head, body = found or NOTHING
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": head})
    await send({"type": "http.response.body", "body": body})
