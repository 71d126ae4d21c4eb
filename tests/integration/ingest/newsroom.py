"""A newsroom on a port of its own whose answers a test decides, and a poll of it as a worker does it."""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import Engine

from ingest.entry import Feed
from ingest.feed_status import FeedStatus
from ingest.fetching import Fetcher
from ingest.host_store import HostStore
from ingest.outcome import Outcome
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.publishers import Listed, ListedFeed
from ingest.refreshing import refresh_feeds
from ingest.site_rule_store import SiteRuleStore
from ingest.store import FeedStore, PublisherStore
from ingest.turns import Turns
from ingest.urls import host_of
from tests.builders import make_publisher

ROBOTS = "/robots.txt"
PARAGRAPH = "The exchange Corvane stopped withdrawals on Wednesday after a breach of its wallets. " * 8
PAGE = f"<html><body><article><p>{PARAGRAPH}</p></article></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """How a page is answered."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | bytes = PAGE


class Newsroom(ThreadingHTTPServer):
    """Serves `/feed` with an entry for each date in `published` and those in `entries`, and each entry's page."""

    daemon_threads = True

    def __init__(self, published: Sequence[datetime]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.published = list(published)
        self.status, self.headers, self.channel = 200, dict[str, str](), ""
        self.entries = ""  # RSS
        self.answers = {ROBOTS: Answer(404)}  # to a page's path; others are answered with an article
        self.etag = ""  # of every body; "": each has its own
        self.hold_also = set[str]()  # what waits like a page does
        self.hold = threading.Event()  # pages wait until it is set
        self.hold.set()
        self.asked: list[str] = []
        self.address = f"127.0.0.1:{self.server_port}"
        self.home = f"http://{self.address}"
        self.url = f"{self.home}/feed"
        self.pages_at = self.address

    def feed(self) -> bytes:
        entries = "".join(
            f"<item><title>Report {number}</title><link>http://{self.pages_at}/{number}</link><guid>{number}</guid>"
            f"<pubDate>{format_datetime(at)}</pubDate><description>Brief {number}.</description></item>"
            for number, at in enumerate(self.published)
        )
        start = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Newsroom</title>{self.channel}'
        return f"{start}{entries}{self.entries}</channel></rss>".encode()

    @property
    def pages_asked(self) -> list[str]:
        return [path for path in self.asked if path not in ("/feed", ROBOTS)]


class _Handler(BaseHTTPRequestHandler):
    server: Newsroom
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name is http.server's
        self.server.asked.append(self.path)
        if self.path == "/feed":
            feed = self.server.feed()
            etag = self.server.etag or f'"{hashlib.sha256(feed).hexdigest()}"'
            is_known = self.server.status == 200 and self.headers["if-none-match"] == etag
            status = 304 if is_known else self.server.status
            self._answer(status, feed, self.server.headers | {"ETag": etag})
        else:
            if self.path != ROBOTS or ROBOTS in self.server.hold_also:
                self.server.hold.wait()
            numbered = Answer(body=PAGE.replace("</p>", f"Number {self.path}.</p>"))
            answer = self.server.answers.get(self.path, numbered)
            body = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
            self._answer(answer.status, body, answer.headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if status == 200 else 0))
        self.end_headers()
        if status == 200:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the test does."""


class Spent(Parser):
    """Has no time left once the feed is read."""

    def __init__(self) -> None:
        super().__init__(lasts=timedelta())

    async def feed(self, body: bytes, url: str, content_type: str) -> Feed | Outcome:
        reader = Parser()
        try:
            return await reader.feed(body, url, content_type)
        finally:
            await reader.aclose()


@contextmanager
def newsroom(published: Sequence[datetime]) -> Iterator[Newsroom]:
    """A newsroom that serves until the block ends."""
    serving = Newsroom(published)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    try:
        yield serving
    finally:
        serving.hold.set()
        serving.shutdown()
        serving.server_close()


class Stumbling(Turns):
    """Breaks over every request to one host, as a mistake of ours over its address would; all others are free."""

    def __init__(self, engine: Engine, over: Newsroom) -> None:
        super().__init__(HostStore(engine), lambda: datetime.now(UTC))
        self._over = host_of(over.url)

    @asynccontextmanager
    async def turn(self, host: str, until: datetime | None) -> AsyncIterator[None]:
        if host == self._over:
            raise ZeroDivisionError
        yield


def entry(link: str, more: str = "<title>Corvane halts</title><description>Brief.</description>") -> str:
    """An RSS entry whose guid is its link."""
    return f"<item><link>{link}</link><guid>{link}</guid>{more}</item>"


def listed(engine: Engine, newsrooms: Sequence[Newsroom], now: datetime, **changed: Any) -> None:
    """Makes them publishers whose feeds are due."""
    made = [
        Listed(make_publisher(f"newsroom-{room.server_port}", **changed), (ListedFeed(room.url),)) for room in newsrooms
    ]
    PublisherStore(engine).sync(made, now)


def frozen(now: datetime) -> Callable[[], datetime]:
    """A clock that stands."""
    return lambda: now


def poll(
    engine: Engine,
    newsrooms: Sequence[Newsroom],
    clock: Callable[[], datetime],
    announce: Callable[[Sequence[str]], None] = lambda article_ids: None,
    feeds: FeedStore | None = None,
    turns: Turns | None = None,
    reads_pages: Callable[[], Parser] = Parser,
) -> list[str]:
    """Polls what is due; the ids of the new articles."""

    async def run() -> list[str]:
        fetcher = Fetcher([room.address for room in newsrooms], turns=turns)
        parser = reads_pages()
        try:
            return await refresh_feeds(
                FeedStore(engine).due(clock(), limit=16),
                feeds=feeds or FeedStore(engine),
                rules=SiteRuleStore(engine),
                sites=Sites(PublisherStore(engine).all()),
                fetcher=fetcher,
                parser=parser,
                max_age=timedelta(days=7),
                clock=clock,
                announce=announce,
            )
        finally:
            await fetcher.aclose()
            await parser.aclose()

    return asyncio.run(run())


def status_of(engine: Engine, room: Newsroom) -> FeedStatus:
    """How the newsroom's feed is doing."""
    return next(feed for feed in PublisherStore(engine).list() if feed.url == room.url)


def outcomes(engine: Engine, unit: str) -> dict[Outcome, int]:
    """How often a `feed`, an `entry` or a `page` ended in each way."""
    return {outcome: count for (of, outcome), count in PublisherStore(engine).outcomes().items() if of == unit}
