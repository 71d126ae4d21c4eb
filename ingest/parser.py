"""Reads feeds and pages in child processes that are killed when they take too long."""

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from ingest.entry import Entry, Feed, Page
from ingest.oddity import Oddity
from ingest.opml import Opml, Outline
from ingest.outcome import Outcome
from ingest.skipping import Skips

LIMIT = timedelta(seconds=20)
PAGE_LIMIT = timedelta(seconds=12)  # an article's page; with its end, a child that is killed is done with within 15
START_LIMIT = timedelta(seconds=60)  # importing the parsers takes a second, on a busy machine many
CODE = Path(__file__).resolve().parent.parent


class Parser:
    """Up to `workers` children side by side, started when first needed.

    Reading an article's page may take `page_limit`, all else `limit`, and everything together, from now on, as long as
    it `lasts`, None: without end. What that leaves no time for ends in NO_TIME, whatever was asked; a page that was
    being read in PARSE_TIMEOUT, since the next time it could last as long.
    """

    def __init__(
        self,
        workers: int = 1,
        limit: timedelta = LIMIT,
        page_limit: timedelta = PAGE_LIMIT,
        lasts: timedelta | None = None,
    ) -> None:
        self._limit, self._page_limit = limit, page_limit
        self._ends_at = None if lasts is None else time.monotonic() + lasts.total_seconds()
        self._places = asyncio.Semaphore(workers)
        self._idle: list[asyncio.subprocess.Process] = []

    async def feed(self, body: bytes, url: str, content_type: str) -> Feed | Outcome:
        """The feed, or why there is none: NOT_A_FEED, PARSE_TIMEOUT, PARSE_FAILED."""
        answer = await self._ask("feed", body, url, content_type)
        if isinstance(answer, Outcome):
            return answer
        return _feed(answer["read"]) if answer["read"] is not None else Outcome.NOT_A_FEED

    async def page(self, body: bytes, url: str, content_type: str) -> Page | Outcome:
        """The page, or why there is none: PARSE_TIMEOUT, PARSE_FAILED."""
        answer = await self._ask("page", body, url, content_type)
        return answer if isinstance(answer, Outcome) else _page(answer["read"])

    async def permits(self, rules: bytes, url: str, agent: str) -> bool | Outcome:
        """Whether a site's robots.txt lets the agent have the page, or why that cannot be told, as with `page`."""
        answer = await self._ask("robots", rules, url, agent)
        return answer if isinstance(answer, Outcome) else bool(answer["read"])

    async def crawl_delay(self, rules: bytes, agent: str) -> float | Outcome | None:
        """The seconds between two requests that a site's robots.txt asks of the agent, or why they cannot be told."""
        answer = await self._ask("crawl_delay", rules, "", agent)
        return answer if isinstance(answer, Outcome) else answer["read"]

    async def opml(self, body: bytes) -> Opml | Outcome:
        """The subscription list, or why there is none: PARSE_TIMEOUT, PARSE_FAILED."""
        answer = await self._ask("opml", body, "", "")
        return answer if isinstance(answer, Outcome) else _opml(answer["read"])

    async def declared_feeds(self, body: bytes, url: str, content_type: str) -> tuple[str, ...] | Outcome:
        """The feeds that a page declares, or why none can be told: PARSE_TIMEOUT, PARSE_FAILED."""
        answer = await self._ask("declared", body, url, content_type)
        return answer if isinstance(answer, Outcome) else tuple(answer["read"])

    async def aclose(self) -> None:
        """Ends the children."""
        while self._idle:
            await _kill(self._idle.pop())

    async def _ask(self, kind: str, body: bytes, url: str, content_type: str) -> dict[str, Any] | Outcome:
        seconds = min(self._limit, self._page_limit if kind == "page" else self._limit).total_seconds()
        request = {"kind": kind, "url": url, "content_type": content_type, "limit_seconds": seconds}
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._left()):
                    await held.enter_async_context(self._places)
                    child = await self._child()
            except TimeoutError:
                return Outcome.NO_TIME
            left = self._left()
            if left == 0:  # a place that is free is had without a wait to break off
                self._idle.append(child)
                return Outcome.NO_TIME
            may_take = seconds if left is None else min(seconds, left)
            answer = await self._exchange(child, orjson.dumps(request), body, may_take)
        if answer is Outcome.PARSE_TIMEOUT and may_take < seconds and kind != "page":
            return Outcome.NO_TIME
        return Outcome.PARSE_FAILED if isinstance(answer, dict) and "error" in answer else answer

    def _left(self) -> float | None:
        """The seconds until its end."""
        return None if self._ends_at is None else max(0.0, self._ends_at - time.monotonic())

    async def _child(self) -> asyncio.subprocess.Process:
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None:  # else it died while idle, which is not this body's doing
                return child
        return await _start()

    async def _exchange(
        self, child: asyncio.subprocess.Process, request: bytes, body: bytes, seconds: float
    ) -> dict[str, Any] | Outcome:
        """One request and its answer. The child is kept only when it answered."""
        has_answered = False
        try:
            async with asyncio.timeout(seconds):
                await _send(child, request, body)
                answer: dict[str, Any] = orjson.loads(await _receive(child))
            has_answered = True
            return answer
        except TimeoutError:
            return Outcome.PARSE_TIMEOUT
        except (asyncio.IncompleteReadError, ConnectionError):
            return Outcome.PARSE_FAILED
        finally:
            if has_answered:
                self._idle.append(child)
            else:
                await _kill(child)


async def _start() -> asyncio.subprocess.Process:
    """A child that is ready; it gets our environment without our settings, which hold passwords.

    Raises:
        RuntimeError: when it cannot start at all, which is no publisher's fault.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SECONDSOURCE_")}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "ingest.parsing_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment | {"PYTHONPATH": str(CODE)},
    )
    try:
        async with asyncio.timeout(START_LIMIT.total_seconds()):
            await _receive(child)
    except (TimeoutError, asyncio.IncompleteReadError) as error:
        await _kill(child)
        raise RuntimeError("The parsing process does not start; what it said is above.") from error
    except asyncio.CancelledError:
        await _kill(child)
        raise
    return child


async def _send(child: asyncio.subprocess.Process, *frames: bytes) -> None:
    assert child.stdin is not None
    for frame in frames:
        child.stdin.write(len(frame).to_bytes(4, "big") + frame)
    await child.stdin.drain()


async def _receive(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None
    length = int.from_bytes(await child.stdout.readexactly(4), "big")
    return await child.stdout.readexactly(length)


async def _kill(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
    await child.wait()


def _feed(read: dict[str, Any]) -> Feed:
    oddities = {Oddity(name): count for name, count in read["oddities"].items()}
    skips = Skips(**{name: tuple(numbers) for name, numbers in read["skips"].items()})
    entries = tuple(Entry(**_revived(entry)) for entry in read["entries"])
    return Feed(**read | {"entries": entries, "oddities": oddities, "skips": skips})


def _opml(read: dict[str, Any]) -> Opml:
    outlines = (Outline(**outline | {"formerly": tuple(outline["formerly"])}) for outline in read["outlines"])
    return Opml(**read | {"outlines": tuple(outlines)})


def _page(read: dict[str, Any]) -> Page:
    return Page(**_revived(read))


def _revived(fields: dict[str, Any]) -> dict[str, Any]:
    """JSON has neither instants nor tuples."""
    instant = fields["published_at"]
    tuples = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return fields | tuples | {"published_at": datetime.fromisoformat(instant) if instant else None}
