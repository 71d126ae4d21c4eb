"""The fetcher against a real server that misbehaves in every way seen."""

import asyncio
import gzip
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from ingest.fetching import MAX_REDIRECTS, Fetched, Fetcher, Forbidden
from ingest.outcome import Outcome
from tests.integration.ingest import one_fetch

Answer = Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]
SOON = timedelta(milliseconds=300)


def answer(status: str, body: bytes = b"", **headers: str) -> Answer:
    """A whole HTTP answer; underscores in header names stand for hyphens."""

    async def write(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        await writer.drain()

    return write


async def hang(writer: asyncio.StreamWriter) -> None:
    """Says nothing until the other side gives up."""
    await writer.wait_closed()


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte at a time, without end: no single read ever times out."""
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not writer.is_closing():
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(0.01)


@dataclass
class Site:
    """A loopback server; `answers` by path, and the requests it received."""

    answers: dict[str, Answer]
    requests: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(request)
            await self.answers[request.split(" ")[1]](writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def fetch(path: str, answers: dict[str, Answer], allowed: bool = True, **asked: Any) -> tuple[Fetched, Site]:
    """Starts a server, fetches one path from it, and stops it."""

    async def run() -> tuple[Fetched, Site]:
        site = Site(answers)
        server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
        site.port = server.sockets[0].getsockname()[1]
        fetcher = Fetcher([f"127.0.0.1:{site.port}"] if allowed else [], "Tester/1")
        try:
            return await fetcher.fetch(f"http://127.0.0.1:{site.port}{path}", **asked), site
        finally:
            await fetcher.aclose()
            server.close()

    return asyncio.run(run())


def test_a_page_comes_whole_with_its_headers() -> None:
    fetched, site = fetch("/", {"/": answer("200 OK", b"hello", ETag='"1"')})

    assert (fetched.outcome, fetched.status, fetched.body) == (Outcome.OK, 200, b"hello")
    assert fetched.headers["etag"] == '"1"'
    assert "user-agent: Tester/1" in site.requests[0]


def test_what_is_unchanged_is_not_sent_again() -> None:
    fetched, site = fetch(
        "/", {"/": answer("304 Not Modified")}, etag='"1"', last_modified="Wed, 04 Mar 2026 12:00:00 GMT"
    )

    assert (fetched.outcome, fetched.body) == (Outcome.NOT_MODIFIED, b"")
    assert 'if-none-match: "1"' in site.requests[0]
    assert "if-modified-since: Wed, 04 Mar 2026 12:00:00 GMT" in site.requests[0]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("404 Not Found", Outcome.HTTP_CLIENT_ERROR),
        ("429 Too Many Requests", Outcome.HTTP_CLIENT_ERROR),
        ("503 Service Unavailable", Outcome.HTTP_SERVER_ERROR),
    ],
)
def test_an_error_answer_has_its_outcome_and_no_body(status: str, outcome: Outcome) -> None:
    fetched, _ = fetch("/", {"/": answer(status, b"sorry")})

    assert (fetched.outcome, fetched.status, fetched.body) == (outcome, int(status[:3]), b"")


def test_a_redirect_is_followed_to_its_end() -> None:
    fetched, site = fetch("/a", {"/a": answer("301 Moved", location="/b"), "/b": answer("200 OK", b"here")})

    assert (fetched.outcome, fetched.body) == (Outcome.OK, b"here")
    assert fetched.url == f"http://127.0.0.1:{site.port}/b"


@pytest.mark.parametrize(
    ("location", "led_to"),
    [
        ("/статья?q=é".encode(), "/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F?q=%C3%A9"),
        (b"/caf\xe9?q=a%20b", "/caf%E9?q=a%20b"),  # latin-1, say, which a server knows its own paths by
    ],
)
def test_a_redirect_in_raw_bytes_leads_where_browsers_are_led(location: bytes, led_to: str) -> None:
    fetched, _ = fetch(
        "/", {"/": answer("302 Found", location=location.decode("latin-1")), led_to: answer("200 OK", b"here")}
    )

    assert fetched.body == b"here"


def test_a_redirect_to_a_host_in_raw_bytes_is_to_its_one_spelling() -> None:
    fetched, _ = fetch("/", {"/": answer("302 Found", location="http://bücher.invalid/".encode().decode("latin-1"))})

    assert fetched.url == "http://xn--bcher-kva.invalid/"


def test_a_circle_of_redirects_ends() -> None:
    fetched, site = fetch("/a", {"/a": answer("302 Found", location="/a")})

    assert fetched.outcome is Outcome.TOO_MANY_REDIRECTS
    assert len(site.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:6379/", "http://127.0.0.2/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"],
)
def test_a_redirect_to_an_internal_address_is_refused(location: str) -> None:
    fetched, _ = fetch("/", {"/": answer("302 Found", location=location)})

    assert fetched.outcome is Outcome.REFUSED_ADDRESS


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://x/", "http://user:secret@127.0.0.1/"])
def test_a_redirect_to_anything_but_a_plain_web_address_is_refused(location: str) -> None:
    fetched, _ = fetch("/", {"/": answer("302 Found", location=location)})

    assert fetched.outcome is Outcome.BAD_URL


def test_the_machine_itself_is_refused_unless_allowed() -> None:
    fetched, site = fetch("/", {"/": answer("200 OK")}, allowed=False)

    assert (fetched.outcome, site.requests) == (Outcome.REFUSED_ADDRESS, [])


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("http://localhost/", Outcome.REFUSED_ADDRESS),
        ("http://2130706433/", Outcome.REFUSED_ADDRESS),  # 127.0.0.1 as one number
        ("http://0x7f.1/", Outcome.REFUSED_ADDRESS),
        ("http://[::ffff:127.0.0.1]/", Outcome.REFUSED_ADDRESS),
        ("https://nobody.invalid/", Outcome.NAME_NOT_FOUND),
        ("ftp://ledgerpost.example/", Outcome.BAD_URL),
        ("/feed", Outcome.BAD_URL),
        ("", Outcome.BAD_URL),
        ("http://ledgerpost.example:port/", Outcome.BAD_URL),
    ],
)
def test_a_bad_or_internal_url_is_an_outcome(url: str, outcome: Outcome) -> None:
    assert one_fetch.fetch(url, deadline=timedelta(seconds=5)).outcome is outcome


def test_a_name_and_password_go_to_their_own_host_alone() -> None:
    async def run() -> tuple[Fetched, list[str], list[str]]:
        near, far = Site({}), Site({"/feed": answer("200 OK", b"here")})
        servers = [await asyncio.start_server(site.serve, "127.0.0.1", 0) for site in (near, far)]
        near.port, far.port = (server.sockets[0].getsockname()[1] for server in servers)
        near.answers["/feed"] = answer("302 Found", location="/moved")
        near.answers["/moved"] = answer("302 Found", location=f"http://127.0.0.1:{far.port}/feed")
        fetcher = Fetcher([f"127.0.0.1:{near.port}", f"127.0.0.1:{far.port}"])
        try:
            fetched = await fetcher.fetch(f"http://ann:se%3Acret@127.0.0.1:{near.port}/feed")
            return fetched, near.requests, far.requests
        finally:
            await fetcher.aclose()
            for server in servers:
                server.close()

    fetched, near, far = asyncio.run(run())

    assert (fetched.outcome, fetched.body) == (Outcome.OK, b"here")
    assert ["authorization: Basic YW5uOnNlOmNyZXQ=" in request for request in near] == [True, True]
    assert "authorization" not in "".join(far).lower()
    assert "ann" not in fetched.url


def test_no_outcome_repeats_a_password() -> None:
    assert one_fetch.fetch("http://ann:secret@127.0.0.1/feed").url == "http://127.0.0.1/feed"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("202 Accepted", Outcome.NO_CONTENT),
        ("204 No Content", Outcome.NO_CONTENT),
        ("206 Partial Content", Outcome.NO_CONTENT),
        ("304 Not Modified", Outcome.NO_CONTENT),  # which nobody asked for
        ("302 Found", Outcome.REDIRECTED),  # without saying where
        ("999 Denied", Outcome.HTTP_SERVER_ERROR),
    ],
)
def test_an_answer_without_the_page_is_none(status: str, outcome: Outcome) -> None:
    assert fetch("/", {"/": answer(status)})[0].outcome is outcome


@pytest.mark.parametrize(
    ("statuses", "is_moved"),
    [((301,), True), ((308, 301), True), ((301, 302), False), ((307, 308), False), ((), False)],
)
def test_where_permanent_redirects_alone_led_is_where_a_page_has_moved(
    statuses: tuple[int, ...], is_moved: bool
) -> None:
    steps = {f"/{number}": answer(f"{one} Go", location=f"/{number + 1}") for number, one in enumerate(statuses)}

    fetched, _ = fetch("/0", steps | {f"/{len(statuses)}": answer("200 OK", b"here")})

    assert fetched.url.endswith(f"/{len(statuses)}")
    assert fetched.moved_to == (fetched.url if is_moved else None)


def test_what_forbids_a_request_is_asked_before_each_and_outside_the_deadline() -> None:
    asked: list[str] = []

    async def permit(url: str) -> None:
        await asyncio.sleep(2 * SOON.total_seconds())
        asked.append(url[-2:])
        if url.endswith("/b"):
            raise Forbidden(Outcome.ROBOTS, passes=True)

    fetched, site = fetch("/a", {"/a": answer("302 Found", location="/b")}, deadline=SOON, permit=permit)

    assert (fetched.outcome, fetched.passes, fetched.url[-2:]) == (Outcome.ROBOTS, True, "/b")
    assert asked == ["/a", "/b"]
    assert len(site.requests) == 1


def test_a_body_that_is_to_be_cut_is_its_first_bytes() -> None:
    packed = gzip.compress(b"x" * 5_000_000)

    assert fetch("/", {"/": answer("200 OK", b"abc")}, max_bytes=2, is_cut=True)[0].body == b"ab"
    assert fetch("/", {"/": answer("200 OK", packed, content_encoding="gzip")}, max_bytes=9, is_cut=True)[0].body == (
        b"x" * 9
    )


@pytest.mark.parametrize("behaviour", [hang, drip])
def test_the_deadline_is_for_the_whole_fetch(behaviour: Answer) -> None:
    fetched, _ = fetch("/", {"/": behaviour}, deadline=SOON)

    assert (fetched.outcome, fetched.body) == (Outcome.TIMEOUT, b"")


def test_gzip_is_decoded() -> None:
    body = gzip.compress(b"first ") + gzip.compress(b"second")

    assert fetch("/", {"/": answer("200 OK", body, content_encoding="gzip")})[0].body == b"first second"


def test_a_gzip_bomb_is_cut_off() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)

    fetched, _ = fetch("/", {"/": answer("200 OK", bomb, content_encoding="gzip")})

    assert (fetched.outcome, fetched.body) == (Outcome.TOO_LARGE, b"")


def test_a_plain_body_may_not_be_longer_than_agreed() -> None:
    assert fetch("/", {"/": answer("200 OK", b"x" * 101)}, max_bytes=100)[0].outcome is Outcome.TOO_LARGE
    assert fetch("/", {"/": answer("200 OK", b"x" * 100)}, max_bytes=100)[0].outcome is Outcome.OK


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("br", b"x"), ("gzip", b"not gzip"), ("gzip", gzip.compress(b"cut off" * 99, mtime=0)[:-9]), ("gzip, gzip", b"")],
)
def test_an_encoding_not_asked_for_or_broken_is_an_outcome(encoding: str, body: bytes) -> None:
    assert fetch("/", {"/": answer("200 OK", body, content_encoding=encoding)})[0].outcome is Outcome.BAD_ENCODING


def test_a_server_that_closes_in_the_middle_is_an_outcome() -> None:
    async def cut(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort")

    async def nonsense(writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")

    assert fetch("/", {"/": cut})[0].outcome is Outcome.CONNECTION_FAILED
    assert fetch("/", {"/": nonsense})[0].outcome is Outcome.CONNECTION_FAILED


def test_a_server_that_speaks_no_tls_is_an_outcome() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)  # the greeting
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def run() -> Fetched:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        fetcher = Fetcher([f"127.0.0.1:{port}"])
        try:
            return await fetcher.fetch(f"https://127.0.0.1:{port}/")
        finally:
            await fetcher.aclose()
            server.close()

    assert asyncio.run(run()).outcome is Outcome.TLS_FAILED
