"""A newsroom on a port of its own whose answers a test decides, and a poll of it as a worker does it."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import Engine

from ingest.feed_status import FeedStatus
from ingest.fetching import Fetcher
from ingest.parser import Parser
from ingest.publishers import Listed, ListedFeed
from ingest.refreshing import refresh_feeds
from ingest.store import FeedStore, PublisherStore
from ingest.turns import Turns
from tests.builders import make_publisher

PARAGRAPH = "The exchange Corvane stopped withdrawals on Wednesday after a breach of its wallets. " * 8


class Newsroom(ThreadingHTTPServer):
    """Serves `/feed` with an entry for each date in `published`, and each entry's page."""

    daemon_threads = True

    def __init__(self, published: Sequence[datetime]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.published = list(published)
        self.status, self.headers, self.channel = 200, dict[str, str](), ""
        self.hold = threading.Event()  # pages wait until it is set
        self.hold.set()
        self.asked: list[str] = []
        self.address = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.address}/feed"
        self.pages_at = self.address

    def feed(self) -> bytes:
        entries = "".join(
            f"<item><title>Report {number}</title><link>http://{self.pages_at}/{number}</link><guid>{number}</guid>"
            f"<pubDate>{format_datetime(at)}</pubDate><description>Brief {number}.</description></item>"
            for number, at in enumerate(self.published)
        )
        start = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Newsroom</title>{self.channel}'
        return f"{start}{entries}</channel></rss>".encode()

    @property
    def pages_asked(self) -> list[str]:
        return [path for path in self.asked if path != "/feed"]


class _Handler(BaseHTTPRequestHandler):
    server: Newsroom
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name is http.server's
        self.server.asked.append(self.path)
        if self.path == "/feed":
            etag = f'"{len(self.server.published)}"'
            status = 304 if self.headers["if-none-match"] == etag else self.server.status
            self._answer(status, self.server.feed(), self.server.headers | {"ETag": etag})
        else:
            self.server.hold.wait()
            page = f"<html><body><article><p>{PARAGRAPH}Number {self.path}.</p></article></body></html>"
            self._answer(200, page.encode(), {})

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


def listed(engine: Engine, newsrooms: Sequence[Newsroom], now: datetime) -> None:
    """Makes them publishers whose feeds are due."""
    made = [Listed(make_publisher(f"newsroom-{room.server_port}"), (ListedFeed(room.url),)) for room in newsrooms]
    PublisherStore(engine).sync(made, now)


def poll(
    engine: Engine,
    newsrooms: Sequence[Newsroom],
    clock: Callable[[], datetime],
    announce: Callable[[Sequence[str]], None] = lambda article_ids: None,
    feeds: FeedStore | None = None,
    turns: Turns | None = None,
) -> list[str]:
    """Polls what is due; the ids of the new articles."""

    async def run() -> list[str]:
        fetcher, parser = Fetcher([room.address for room in newsrooms], turns=turns), Parser()
        try:
            return await refresh_feeds(
                FeedStore(engine).due(clock(), limit=16),
                feeds=feeds or FeedStore(engine),
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
