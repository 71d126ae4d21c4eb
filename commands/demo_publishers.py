"""The invented publishers of the demo day: real HTTP servers on this machine, a port each."""

import hashlib
import html
import json
import re
import threading
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from ingest.article import Publisher, Standing
from ingest.publishers import Listed, ListedFeed

DAY = Path(__file__).parent / "demo_day"
TEASER_WORDS = 40
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WRITTEN_FOR = "Tuesday"
CONTENT = "http://purl.org/rss/1.0/modules/content/"


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One invented article, dated back from the demo's start."""

    id: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    path: str
    published_at: datetime


class DemoPublishers:
    """All publishers of the demo day, serving while the context is open."""

    def __init__(self, now: datetime) -> None:
        described = tomllib.loads((DAY / "publishers.toml").read_text(encoding="utf-8"))["publisher"]
        by_publisher = _articles(now)
        self._servers = [_Server(entry, by_publisher.get(entry["id"], [])) for entry in described]
        self.listed = [server.listed for server in self._servers]
        self.addresses = tuple(f"127.0.0.1:{server.server_port}" for server in self._servers)

    def __enter__(self) -> Self:
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ThreadPoolExecutor(len(self._servers)) as side_by_side:  # each takes up to half a second to notice
            list(side_by_side.map(_Server.stop, self._servers))


class _Server(ThreadingHTTPServer):
    """One publisher's site."""

    daemon_threads = True

    def __init__(self, entry: dict[str, str], articles: list[DemoArticle]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name, self.home = entry["name"], f"http://127.0.0.1:{self.server_port}"
        self.language, self.is_full_feed = entry.get("language", "en"), entry.get("content") == "full"
        self.is_for_subscribers = entry.get("access") == "subscribers"
        self.articles = sorted(articles, key=lambda article: article.published_at, reverse=True)
        self.feed = (self._atom if entry["format"] == "atom" else self._rss)().encode()
        self.feed_type = "application/atom+xml" if entry["format"] == "atom" else "application/rss+xml"
        self.etag = f'"{hashlib.sha256(self.feed).hexdigest()[:16]}"'
        self.pages = {article.path: self._page(article).encode() for article in self.articles}
        publisher = Publisher(
            entry["id"], entry["name"], self.home, entry.get("owner"), Standing.ESTABLISHED, language=self.language
        )
        self.listed = Listed(publisher, (ListedFeed(f"{self.home}/feed", language=self.language),))

    def stop(self) -> None:
        """Serves no longer."""
        self.shutdown()
        self.server_close()

    def _rss(self) -> str:
        items = "".join(
            f"<item><title>{escape(one.title)}</title><link>{self.home}{one.path}?utm_source=rss</link>"
            f'<guid isPermaLink="false">{one.id}</guid><pubDate>{format_datetime(one.published_at)}</pubDate>'
            f"<description>{escape(f'<p>{html.escape(one.summary)}</p>')}</description>{self._whole(one)}</item>"
            for one in self.articles
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="{CONTENT}"><channel>'
            f"<title>{escape(self.name)}</title><link>{self.home}/</link><description>{escape(self.name)}</description>{items}</channel></rss>"
        )

    def _whole(self, article: DemoArticle) -> str:
        return f"<content:encoded>{escape(_markup(article.paragraphs))}</content:encoded>" if self.is_full_feed else ""

    def _atom(self) -> str:
        entries = "".join(
            f'<entry><id>tag:demo,{one.id}</id><title>{escape(one.title)}</title><link href="{self.home}{one.path}"/>'
            f"<published>{one.published_at.isoformat()}</published><updated>{one.published_at.isoformat()}</updated>"
            f"<summary>{escape(one.summary)}</summary></entry>"
            for one in self.articles
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{self.home}/feed</id>'
            f"<title>{escape(self.name)}</title><updated>{self.articles[0].published_at.isoformat()}</updated>{entries}</feed>"
        )

    def _page(self, article: DemoArticle) -> str:
        shut = '<p class="paywall">Subscribe to read the rest of this article.</p>'
        body = _markup(article.paragraphs[:1]) + shut if self.is_for_subscribers else _markup(article.paragraphs)
        latest = "".join(f'<li><a href="{one.path}">{html.escape(one.title)}</a></li>' for one in self.articles[:5])
        title, name = html.escape(article.title), html.escape(self.name)
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>{title} | {name}</title>'
            f'<link rel="canonical" href="{self.home}{article.path}">'
            f'<meta property="article:published_time" content="{article.published_at.isoformat()}"></head><body>'
            '<header><nav><a href="/">Home</a> <a href="/markets">Markets</a></nav></header>'
            f"<main><article><h1>{title}</h1>"
            f'<p class="byline">By {html.escape(", ".join(article.authors))}</p>{body}</article></main>'
            f"<aside><h2>Latest</h2><ul>{latest}</ul></aside>"
            f"<footer>© {name}. Subscribe to our newsletter.</footer></body></html>"
        )


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name is http.server's
        path = self.path.partition("?")[0]
        if path == "/feed" and self.headers.get("If-None-Match") == self.server.etag:
            self._answer(304, self.server.feed_type, b"")
        elif path == "/feed":
            self._answer(200, self.server.feed_type, self.server.feed)
        elif path == "/robots.txt":
            self._answer(200, "text/plain", b"User-agent: *\nAllow: /\n")
        elif path in self.server.pages:
            self._answer(200, "text/html; charset=utf-8", self.server.pages[path])
        else:
            self._answer(404, "text/html", b"<h1>Not found</h1>")

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if kind == self.server.feed_type:
            self.send_header("ETag", self.server.etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the demo's own progress is what the reader wants to see."""


def in_the_week_of(now: datetime, text: str) -> str:
    """A text of the demo day with its weekdays moved, so that the day it was written for is that of `now`."""
    days = now.weekday() - WEEKDAYS.index(WRITTEN_FOR)
    return re.sub("|".join(WEEKDAYS), lambda found: WEEKDAYS[(WEEKDAYS.index(found[0]) + days) % 7], text)


def _markup(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)


def _articles(now: datetime) -> dict[str, list[DemoArticle]]:
    found: dict[str, list[DemoArticle]] = {}
    for line in (DAY / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(in_the_week_of(now, line))
        article = DemoArticle(
            id=row["id"],
            title=row["title"],
            summary=row["summary"] or " ".join(row["paragraphs"][0].split()[:TEASER_WORDS]),
            paragraphs=tuple(row["paragraphs"]),
            authors=tuple(row["authors"]),
            path=row["path"],
            published_at=now - timedelta(minutes=row["minutes_before_end"]),
        )
        found.setdefault(row["publisher"], []).append(article)
    return found
