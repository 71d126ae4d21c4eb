"""Real servers on loopback for a browser: the application under uvicorn, and a publisher's page of another origin."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import uvicorn

from api.app import create_app
from api.rate_limits import RateLimits
from storage.settings import Settings
from tests.ending import beside


@contextmanager
def serving(settings: Settings, limits: RateLimits | None = None) -> Iterator[str]:
    """The application on a free port of 127.0.0.1, until the block ends; its address. `limits` replace its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = create_app(settings.model_copy(update={"port": port}))
    if limits:
        app.state.service = replace(app.state.service, limits=limits)
    # A page that is still open follows the stream, which would be waited for without end.
    config = uvicorn.Config(app, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with beside(partial(server.run, sockets=[listening]), stop=lambda: setattr(server, "should_exit", True)):
        yield f"http://127.0.0.1:{port}"


PARAGRAPH = f"<p>{'A sentence of a page that has nothing to do with the widget on it. ' * 4}</p>"


class HostSite:
    """A publisher's site: serves the page it was given last and remembers nothing of its reader."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.page = ""
        self.css = ""
        self.policy = ""

    def show(
        self, api: str, *, canonical: str | None = None, attributes: str = "", above: int = 1, below: int = 0
    ) -> None:
        """A page under a strict policy that holds the widget, so many paragraphs above it and below it."""
        script = f'<script type="module" async src="{api}/widget.js" referrerpolicy="no-referrer"></script>'
        self.policy = f"default-src 'self'; script-src {api}; connect-src {api}"
        widget = f"<same-story {attributes}></same-story>"
        self._show(canonical, script, f"{PARAGRAPH * above}{widget}{PARAGRAPH * below}")

    def frame(self, api: str, url: str, *, attributes: str = "") -> None:
        """A page that allows no script at all and holds the frame."""
        self.policy = f"default-src 'none'; style-src 'self'; frame-src {api}"
        source = f'src="{api}/embed?url={url}"'
        self._show(None, "", f'<iframe {source} title="Same story, other sources" {attributes}></iframe>')

    def _show(self, canonical: str | None, head: str, body: str) -> None:
        link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
        self.page = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>'
            f'<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">{link}'
            f'<link rel="stylesheet" href="/host.css">{head}</head>'
            f"<body><main><h1>A publisher's own page</h1>{body}</main></body></html>"
        )


@contextmanager
def host_site() -> Iterator[HostSite]:
    """A host site on a free port of `localhost`, so of another origin than the application."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_sheet = self.path == "/host.css"
            self.send_response(200)
            self.send_header("content-type", f"text/{'css' if is_sheet else 'html'}; charset=utf-8")
            self.send_header("content-security-policy", site.policy)
            self.end_headers()
            self.wfile.write((site.css if is_sheet else site.page).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the test does."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = HostSite(f"http://localhost:{server.server_address[1]}")
    with server, beside(server.serve_forever, stop=server.shutdown):
        yield site
