"""The process that parses what strangers wrote: small, without secrets, killed when it takes too long.

Messages are frames: four bytes of length, most significant first, then as many bytes. It says it is ready with an
empty frame, then answers each request, a frame of JSON and a frame with the body, with one frame of JSON.
"""

import logging
import os
import resource
import signal
import sys
from contextlib import suppress
from typing import BinaryIO

import orjson

from ingest.entry import Feed, Page
from ingest.feeds import read_feed
from ingest.json_feeds import is_json, read_json_feed
from ingest.opml import Opml, read_opml
from ingest.pages import declared_feeds, read_page
from ingest.robots import crawl_delay, permits

MEMORY_LIMIT = 480 * 1024**2  # bytes of address space; what people read took at most 130 MB
GRACE_SECONDS = 5  # beyond the parent's limit; reached only when the parent is gone


def main() -> None:
    """Answers requests until its input ends, which it does when its parent dies."""
    with suppress(ValueError, OSError):  # macOS has no such limit and says so
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    logging.disable()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write into an answer
    _send(answers, b"")
    while (request := _receive(sys.stdin.buffer)) is not None:
        body = _receive(sys.stdin.buffer)
        if body is None:
            return
        _send(answers, _answer(orjson.loads(request), body))


def _answer(request: dict[str, str | float], body: bytes) -> bytes:
    signal.setitimer(signal.ITIMER_REAL, float(request["limit_seconds"]) + GRACE_SECONDS)
    try:
        read = _read(str(request["kind"]), body, str(request["url"]), str(request["content_type"]))
        return orjson.dumps({"read": read}, option=orjson.OPT_NON_STR_KEYS)
    except Exception as error:  # what a parser can throw at hostile input is not a known set
        return orjson.dumps({"error": type(error).__name__})
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _read(
    kind: str, body: bytes, url: str, content_type: str
) -> Feed | Page | Opml | tuple[str, ...] | bool | float | None:
    match kind:
        case "feed":
            return read_json_feed(body, url) if is_json(body) else read_feed(body, url, content_type)
        case "opml":
            return read_opml(body)
        case "robots":
            return permits(body, url, agent=content_type)
        case "crawl_delay":
            return crawl_delay(body, agent=content_type)
        case "declared":
            return declared_feeds(body, url, content_type)
        case _:
            return read_page(body, url, content_type=content_type)


def _receive(stream: BinaryIO) -> bytes | None:
    length = stream.read(4)
    return stream.read(int.from_bytes(length, "big")) if len(length) == 4 else None


def _send(stream: BinaryIO, content: bytes) -> None:
    stream.write(len(content).to_bytes(4, "big") + content)
    stream.flush()


if __name__ == "__main__":
    main()
