"""The parsing process: it answers, it is killed when it must be, and it never takes its parent along."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from ingest.entry import Feed, Page
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.parsing_child import MEMORY_LIMIT
from tests.builders import NOON
from tests.integration.ingest.poison import KINDS

URL = "https://ledgerpost.com/feed"
FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Ledgerpost</title><item><title>Corvane halts</title>'
    b"<link>https://ledgerpost.com/corvane</link><pubDate>Wed, 04 Mar 2026 12:00:00 GMT</pubDate>"
    b"<author>Ann Ray</author></item></channel></rss>"
)
HEAVY_FEED = FEED.replace(b"</channel>", b"<item><title>A</title></item>" * 200_000 + b"</channel>")  # for 20 s
HEAVY_PAGE = KINDS["a table of one row"]()  # for two minutes
PAGE = (
    b"<html lang='en'><body><article><p>"
    + b"The exchange stopped withdrawals after a breach of its wallets on Wednesday. " * 8
    + b"</p></article></body></html>"
)


Answer = TypeVar("Answer")


def with_parser(use: Callable[[Parser], Awaitable[Answer]], limit: timedelta = timedelta(seconds=20)) -> Answer:
    """Runs something with a parser and closes it."""

    async def run() -> Answer:
        parser = Parser(limit=limit)
        try:
            return await use(parser)
        finally:
            await parser.aclose()

    return asyncio.run(run())


def children() -> list[int]:
    """The processes this one has started."""
    found = subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "ingest.parsing_child"], capture_output=True)
    return [int(pid) for pid in found.stdout.split()]


def test_a_feed_comes_back_as_it_was_read() -> None:
    feed = with_parser(lambda parser: parser.feed(FEED, URL, "text/xml"))

    assert isinstance(feed, Feed)
    (entry,) = feed.entries
    assert (feed.title, entry.title, entry.url) == ("Ledgerpost", "Corvane halts", "https://ledgerpost.com/corvane")
    assert (entry.published_at, entry.authors) == (NOON, ("Ann Ray",))


def test_a_page_comes_back_as_it_was_read() -> None:
    page = with_parser(lambda parser: parser.page(PAGE, "https://ledgerpost.com/corvane", "text/html"))

    assert isinstance(page, Page)
    assert page.text.startswith("The exchange stopped withdrawals")
    assert page.language == "en"


def test_a_json_feed_is_read_whatever_its_server_calls_it() -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "Ledgerpost", "items": [{"id": "1", '
        b'"url": "https://ledgerpost.com/corvane", "date_published": "2026-03-04T12:00:00Z"}]}'
    )

    feed = with_parser(lambda parser: parser.feed(body, URL, "text/html"))

    assert isinstance(feed, Feed)
    assert (feed.entries[0].url, feed.entries[0].published_at) == ("https://ledgerpost.com/corvane", NOON)


@pytest.mark.parametrize("body", [b'{"a":' * 200_000, b'{"items": []}', b"{" + b"\xff" * 1000])
def test_json_that_is_no_feed_is_an_outcome(body: bytes) -> None:
    assert with_parser(lambda parser: parser.feed(body, URL, "application/feed+json")) is Outcome.NOT_A_FEED


def test_a_web_page_is_not_a_feed() -> None:
    assert with_parser(lambda parser: parser.feed(PAGE, URL, "text/html")) is Outcome.NOT_A_FEED


def test_a_body_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    async def use(parser: Parser) -> tuple[Feed | Outcome, list[int], Feed | Outcome]:
        await parser.feed(FEED, URL, "text/xml")
        os.kill(children()[0], signal.SIGSTOP)  # no body is slow on every machine
        given_up = await parser.feed(FEED, URL, "text/xml")
        return given_up, children(), await parser.feed(FEED, URL, "text/xml")

    given_up, left, read = with_parser(use, limit=timedelta(seconds=5))

    assert given_up is Outcome.PARSE_TIMEOUT
    assert left == []
    assert isinstance(read, Feed)


def test_a_child_that_dies_fails_only_what_it_was_reading() -> None:
    async def use(parser: Parser) -> tuple[Feed | Outcome, Feed | Outcome]:
        await parser.feed(FEED, URL, "text/xml")
        (child,) = children()
        reading = asyncio.create_task(parser.feed(HEAVY_FEED, URL, "text/xml"))
        await asyncio.sleep(0)
        os.kill(child, signal.SIGKILL)
        return await reading, await parser.feed(FEED, URL, "text/xml")

    lost, read = with_parser(use)

    assert lost is Outcome.PARSE_FAILED
    assert isinstance(read, Feed)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not show another process's limits")
def test_the_child_may_take_so_much_memory_and_no_more() -> None:
    async def use(parser: Parser) -> tuple[int, int]:
        await parser.feed(FEED, URL, "text/xml")
        return resource.prlimit(children()[0], resource.RLIMIT_AS)

    assert with_parser(use) == (MEMORY_LIMIT, MEMORY_LIMIT)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not show what another process took")
def test_what_takes_all_memory_fails_and_what_is_read_after_it_is_read() -> None:
    async def use(parser: Parser) -> tuple[Page | Outcome, Page | Outcome, int]:
        failed = await parser.page(KINDS["a table of two hundred thousand rows"](), URL, "text/html")
        read = await parser.page(PAGE, URL, "text/html")
        status = Path(f"/proc/{children()[0]}/status").read_text()
        return failed, read, 1024 * int(status.partition("VmHWM:")[2].split()[0])

    failed, read, peak_bytes = with_parser(use)

    assert failed is Outcome.PARSE_FAILED
    assert isinstance(read, Page)
    assert read.text
    assert peak_bytes < 512 * 10**6


def test_several_bodies_wait_for_one_child() -> None:
    async def use(parser: Parser) -> tuple[list[Feed | Outcome], list[int]]:
        read = await asyncio.gather(*(parser.feed(FEED, URL, "text/xml") for _ in range(5)))
        return read, children()

    read, started = with_parser(use)

    assert all(isinstance(feed, Feed) for feed in read)
    assert len(started) == 1


def test_a_parser_ends_in_time_whatever_it_is_reading_and_whatever_waits_for_it() -> None:
    lasts = timedelta(seconds=5)

    async def run(is_feed: bool) -> tuple[Sequence[Feed | Page | Outcome], float]:
        begun = time.monotonic()
        parser = Parser(lasts=lasts)
        try:
            await parser.feed(FEED, URL, "text/xml")  # starts the child
            reading = parser.feed(HEAVY_FEED, URL, "") if is_feed else parser.page(HEAVY_PAGE, URL, "")
            ended = await asyncio.gather(reading, parser.page(PAGE, URL, ""), parser.feed(FEED, URL, ""))
            return ended, time.monotonic() - begun
        finally:
            await parser.aclose()

    behind_a_feed, took = asyncio.run(run(is_feed=True))
    (page, *behind_a_page), took_too = asyncio.run(run(is_feed=False))

    assert {*behind_a_feed, *behind_a_page} == {Outcome.NO_TIME}
    assert page is Outcome.PARSE_TIMEOUT  # it had its time; else it would be taken up for ever
    assert max(took, took_too) < lasts.total_seconds() + 2  # a busy machine takes a moment to kill


def test_what_comes_when_time_is_over_is_not_begun_though_the_child_is_free() -> None:
    async def use() -> Page | Outcome:
        parser = Parser(lasts=timedelta(seconds=3))
        try:
            await parser.page(PAGE, URL, "text/html")
            await asyncio.sleep(3)
            return await parser.page(PAGE, URL, "text/html")
        finally:
            await parser.aclose()

    assert asyncio.run(use()) is Outcome.NO_TIME


def test_closing_ends_the_child() -> None:
    with_parser(lambda parser: parser.feed(FEED, URL, "text/xml"))

    assert children() == []


def test_the_child_ends_when_its_parent_is_killed() -> None:
    parent = (
        "import asyncio, os, signal\nfrom ingest.parser import Parser\n"
        "async def main():\n await Parser().feed(b'x', 'http://a.example/', '')\n print('read', flush=True)\n"
        " os.kill(os.getpid(), signal.SIGKILL)\nasyncio.run(main())"
    )
    # The child inherits the pipe for errors, so this returns only when it is gone too.
    ended = subprocess.run([sys.executable, "-c", parent], capture_output=True, timeout=30, check=False)

    assert ended.stdout == b"read\n"
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("body", [b"", b"\x00" * 1000, b"<" * 1000])
def test_nonsense_is_an_outcome_or_an_empty_page(body: bytes) -> None:
    page = with_parser(lambda parser: parser.page(body, URL, ""))

    assert isinstance(page, Page)
    assert page.text == ""
