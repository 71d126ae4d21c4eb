"""A publisher's site on the loopback, with a page for each path."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML, RSS, ATOM = "text/html", "application/rss+xml", "application/atom+xml"
Page = tuple[str, bytes]  # content type and body


def rss(title: str, *entries: str, language: str = "en") -> Page:
    """A feed with an entry for each title, a day apart, the last one the newest."""
    items = "".join(
        f"<item><title>{entry}</title><link>https://ledgerpost.example/{day}</link>"
        f"<pubDate>{day:02} Mar 2026 12:00:00 GMT</pubDate></item>"
        for day, entry in enumerate(entries, start=1)
    )
    head = f"<title>{title}</title><language>{language}</language>"
    return RSS, f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def page(*feeds: str) -> Page:
    """A front page that declares feeds."""
    links = "".join(f'<link rel="alternate" type="{RSS}" href="{feed}">' for feed in feeds)
    return HTML, f"<!doctype html><html><head>{links}</head><body><h1>Ledger Post</h1></body></html>".encode()


class Site(ThreadingHTTPServer):
    """Serves `pages` by path; anything else is 404. `asked` are the paths in order, `asked_at` the seconds."""

    daemon_threads = True

    def __init__(self, pages: dict[str, Page]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages, self.asked, self.asked_at = pages, list[str](), list[float]()
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.id = f"127-0-0-1-{self.server_port}"  # of the publisher that its feeds get


@contextmanager
def serving(pages: dict[str, Page]) -> Iterator[Site]:
    """A site for as long as the context is open."""
    site = Site(pages)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:  # the name is http.server's
        self.server.asked.append(self.path)
        self.server.asked_at.append(time.monotonic())
        kind, body = self.server.pages.get(self.path, (HTML, b"<h1>Not found</h1>"))
        self.send_response(200 if self.path in self.server.pages else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""
