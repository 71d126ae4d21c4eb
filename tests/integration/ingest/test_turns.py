"""Hosts' turns over real HTTP and a real database: one request at a time, a second apart, whoever asks."""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from ingest.fetching import Fetched, Fetcher
from ingest.host_store import HELD_FOR, HOST_RESTS, LONGEST_REST, HostStore
from ingest.outcome import Outcome
from ingest.turns import NoTurn, Turns
from ingest.urls import host_of
from tests.builders import NOON
from tests.ending import process
from tests.integration.ingest.asking import ask

REST = HOST_RESTS.total_seconds()
HOST = "https://ledgerpost.example:443"
MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a host saw it, by the machine's clock."""

    by: str
    path: str
    began: float
    ended: float


class Host(ThreadingHTTPServer):
    """A host on a port of its own that takes a while for each answer. `/moved` leads to `/here`."""

    daemon_threads = True

    def __init__(self, takes: float) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.takes, self.requests = takes, list[Request]()
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.asks_to_wait = ""


class Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:  # the name is http.server's
        began = time.time()
        time.sleep(self.server.takes)
        self.server.requests.append(Request(self.headers["user-agent"], self.path, began, time.time()))
        self.send_response(429 if self.server.asks_to_wait else 302 if self.path == "/moved" else 200)
        if self.server.asks_to_wait:
            self.send_header("retry-after", self.server.asks_to_wait)
        self.send_header("location", "/here")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the test does."""


@contextmanager
def hosts(count: int, takes: float = 0.05) -> Iterator[list[Host]]:
    serving = [Host(takes) for _ in range(count)]
    for host in serving:
        threading.Thread(target=host.serve_forever, daemon=True).start()
    try:
        yield serving
    finally:
        for host in serving:
            host.shutdown()
            host.server_close()


def test_two_workers_share_each_hosts_turns_and_different_hosts_go_side_by_side(database_url: str) -> None:
    with hosts(2) as serving:
        urls = [f"{host.address}/{number}" for number in range(3) for host in serving]
        asking = [sys.executable, "-m", "tests.integration.ingest.asking", database_url]
        with process([*asking, "first", *urls]) as first_worker, process([*asking, "second", *urls]) as second_worker:
            assert [worker.wait(timeout=90) for worker in (first_worker, second_worker)] == [0, 0]

    for host in serving:
        seen = sorted(host.requests, key=lambda request: request.began)
        assert len(seen) == 6
        assert {request.by for request in seen} == {"first", "second"}
        assert all(later.began - earlier.ended >= REST for earlier, later in pairwise(seen))
        assert len({int(request.began) for request in seen}) == 6  # as a server counts
    first, other = (min(request.began for request in host.requests) for host in serving)
    assert abs(first - other) < REST


def test_no_host_is_asked_once_time_is_over_though_it_is_free(engine: Engine) -> None:
    async def take(until: datetime) -> None:
        async with Turns(HostStore(engine), lambda: NOON).turn(HOST, until):
            pass

    asyncio.run(take(NOON))
    with pytest.raises(NoTurn):
        asyncio.run(take(NOON - MS))


def test_every_hop_of_a_redirect_waits_for_its_turn(database_url: str) -> None:
    with hosts(1) as (host,):
        (fetched,) = asyncio.run(ask(database_url, "reader", [f"{host.address}/moved"]))

    assert (fetched.outcome, fetched.url) == (Outcome.OK, f"{host.address}/here")
    moved, here = host.requests
    assert here.began - moved.ended >= REST


def test_those_who_wait_in_one_worker_are_served_in_their_order(database_url: str) -> None:
    with hosts(1, takes=0) as (host,):
        asyncio.run(ask(database_url, "reader", [f"{host.address}/{number}" for number in range(3)]))

    assert [request.path for request in host.requests] == ["/0", "/1", "/2"]


def _fetch(engine: Engine, url: str, deadline: timedelta, wait: timedelta) -> Fetched:
    async def fetch() -> Fetched:
        fetcher = Fetcher([url.split("/")[2]], turns=Turns(HostStore(engine), lambda: datetime.now(UTC)))
        try:
            return await fetcher.fetch(url, deadline=deadline, wait_until=datetime.now(UTC) + wait)
        finally:
            await fetcher.aclose()

    return asyncio.run(fetch())


def test_waiting_does_not_eat_the_fetchs_own_time(engine: Engine) -> None:
    with hosts(1) as (host,):
        busy_until = datetime.now(UTC) + 2000 * MS
        HostStore(engine).take(host_of(host.address), "another", busy_until - HELD_FOR, busy_until)

        assert _fetch(engine, host.address, 1500 * MS, HELD_FOR).outcome is Outcome.OK


def test_the_fetchs_own_time_ends_after_the_waiting_too(engine: Engine) -> None:
    with hosts(1, takes=2) as (host,):
        busy_until = datetime.now(UTC) + 300 * MS
        HostStore(engine).take(host_of(host.address), "another", busy_until - HELD_FOR, busy_until)

        assert _fetch(engine, host.address, 200 * MS, HELD_FOR).outcome is Outcome.TIMEOUT


def test_a_turn_that_does_not_come_in_time_is_an_outcome_and_no_request(engine: Engine) -> None:
    now = datetime.now(UTC)
    with hosts(1) as (host,):
        HostStore(engine).take(host_of(host.address), "another", now, now + HELD_FOR)

        assert _fetch(engine, host.address, HELD_FOR, 200 * MS).outcome is Outcome.NO_TURN
    assert host.requests == []


def test_a_host_that_asks_us_to_wait_is_asked_by_nobody_meanwhile(engine: Engine) -> None:
    with hosts(1) as (host,):
        host.asks_to_wait = "300"
        first = _fetch(engine, f"{host.address}/0", HELD_FOR, HELD_FOR)
        second = _fetch(engine, f"{host.address}/1", HELD_FOR, HELD_FOR)

    assert (first.outcome, second.outcome) == (Outcome.HTTP_CLIENT_ERROR, Outcome.NO_TURN)
    assert second.free_at
    assert abs(second.free_at - datetime.now(UTC) - timedelta(minutes=5)) < timedelta(minutes=1)
    assert [request.path for request in host.requests] == ["/0"]


@pytest.mark.parametrize(("asked", "rests"), [("9" * 30, LONGEST_REST), ("-5", HOST_RESTS), (None, HOST_RESTS)])
def test_a_host_rests_within_bounds_whatever_it_asks_for(engine: Engine, asked: str | None, rests: timedelta) -> None:
    store = HostStore(engine)
    store.take(HOST, "first", NOON, NOON + HELD_FOR)
    store.release(HOST, "first", NOON)

    Turns(store, lambda: NOON).heed(HOST, asked)

    assert store.take(HOST, "second", NOON, NOON + HELD_FOR) == NOON + rests


def test_one_who_gave_up_waiting_holds_up_nobody(engine: Engine) -> None:
    async def wait() -> None:
        turns = Turns(HostStore(engine), lambda: datetime.now(UTC))
        async with turns.turn(HOST, None):
            with pytest.raises(NoTurn):
                async with turns.turn(HOST, datetime.now(UTC)):
                    pass
        async with turns.turn(HOST, datetime.now(UTC) + HELD_FOR):
            pass

    asyncio.run(wait())


def test_a_host_is_free_a_second_after_the_end_of_the_last_request(engine: Engine) -> None:
    store, later = HostStore(engine), NOON + timedelta(seconds=5)
    assert store.take(HOST, "first", NOON, NOON + HELD_FOR) is None

    assert store.take(HOST, "second", NOON, NOON + HELD_FOR) == NOON + HOST_RESTS
    store.release(HOST, "first", later)

    assert store.take(HOST, "second", later, later + HELD_FOR) == later + HOST_RESTS
    assert store.take(HOST, "second", later + HOST_RESTS, later + HELD_FOR) is None


def test_a_killed_workers_turn_runs_out_and_its_late_release_frees_nobody_elses(engine: Engine) -> None:
    store = HostStore(engine)
    store.take(HOST, "killed", NOON, NOON + HELD_FOR)

    assert store.take(HOST, "heir", NOON + HELD_FOR - MS, NOON + 2 * HELD_FOR) == NOON + HELD_FOR
    assert store.take(HOST, "heir", NOON + HELD_FOR, NOON + 2 * HELD_FOR) is None
    store.release(HOST, "killed", NOON + HELD_FOR)

    assert store.take(HOST, "third", NOON + HELD_FOR + HOST_RESTS, NOON + 2 * HELD_FOR) is not None


def test_hosts_that_nobody_asks_any_more_are_forgotten(engine: Engine) -> None:
    store = HostStore(engine)
    store.take(HOST, "first", NOON, NOON + HELD_FOR)

    store.forget(NOON)

    assert store.take(HOST, "second", NOON, NOON + HELD_FOR) is not None
    store.forget(NOON + HELD_FOR)
    assert store.take(HOST, "second", NOON, NOON + HELD_FOR) is None
