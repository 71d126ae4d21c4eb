"""`GET /v1/stream` under a real server."""

import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, event

import api.stream
from api.stream_places import OF_A_CLIENT
from cluster.changes import change_events
from cluster.tables import changes
from storage.engine import writing
from storage.settings import Settings
from tests.ending import PATIENCE_SECONDS, listens, process, wait_until
from tests.integration.api.seeding import add_changes, migrated, seed_event, seed_many, settings_in
from tests.integration.api.streaming import Served, Stream, served_live
from tests.integration.cluster.pipeline import NOW
from tests.integration.commands.service import environment, free_port
from tests.unit.api.builders import make_full_event

SEEN_WITHIN_SECONDS = 1.0
STOPS_WITHIN_SECONDS = 10.0
LONG, MANY = "x" * 300_000, 60  # together more than twice what a socket takes unread


def lock(engine: Engine, event_id: str, times: int = 1) -> None:
    """A change of an event, or several."""
    for number in range(times):
        with change_events(engine, by="Ada", at=NOW) as ledger:
            ledger.lock(event_id, number % 2 == 0)


@pytest.fixture
def served(engine: Engine, settings: Settings) -> Iterator[Served]:
    with served_live(settings) as served:
        yield served


def test_a_change_is_seen_within_a_second_and_looks_as_it_does_in_the_log(engine: Engine, served: Served) -> None:
    (event_id,) = seed_many(engine, 1)
    with closing(Stream(served.port)) as stream:
        first = stream.block()
        changed_at = time.monotonic()
        lock(engine, event_id)
        found = stream.change()
        seen_after = time.monotonic() - changed_at

    assert seen_after < SEEN_WITHIN_SECONDS
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert (stream.headers["cache-control"], stream.headers["x-accel-buffering"]) == ("no-store", "no")
    assert stream.headers["access-control-allow-origin"] == "*"
    assert first == {"id": str(found["seq"] - 1), "retry": "3000"}
    assert (found["event_id"], found["type"], found["by"]) == (event_id, "locked", "editor")


def test_who_comes_back_misses_nothing(engine: Engine, served: Served) -> None:
    (event_id,) = seed_many(engine, 1)
    with closing(Stream(served.port, "?after=0", accept_encoding="gzip")) as stream:
        assert "content-encoding" not in stream.headers  # gzip would hold back what comes
        before = [stream.change()["version"] for _ in range(2)]
    lock(engine, event_id, 3)
    with closing(Stream(served.port, "?after=0", last_event_id="1")) as again:
        after = [again.change()["version"] for _ in range(4)]
        lock(engine, event_id)
        assert again.change()["version"] == 6

    assert (before, after) == ([1, 2], [2, 3, 4, 5])


def test_who_asks_for_some_changes_gets_those_alone(
    on_file: tuple[Engine, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, served = on_file
    monkeypatch.setattr(api.stream, "HEARTBEAT_SECONDS", 0.3)
    seed_event(engine, make_full_event())
    (other,) = seed_many(engine, 1)
    queries = ("?asset=btc&after=0", "?theme=derivatives&after=0", "?signal=high&type=locked&type=unlocked&after=0",
               f"?event_id={other}&after=0", "?asset=DOGE&after=0&type=unlocked")  # fmt: skip
    with ExitStack() as opened:
        streams = [opened.enter_context(closing(Stream(served.port, query))) for query in queries]
        lock(engine, "evt_1")
        lock(engine, other)
        btc, derivatives, locked, of_other, none = streams
        for stream in (btc, derivatives):
            assert [stream.change()["event_id"] for _ in range(6)] == ["evt_1"] * 6
        assert locked.change()["type"] == "locked"
        assert {of_other.change()["event_id"] for _ in range(3)} == {other}
        assert none.block() == {"id": "0", "retry": "3000"}
        end = str(served.service.log.span().newest)
        blocks = (none.block() for _ in range(100))
        telling = (block for block in blocks if block is None or "data" in block or block.get("id") == end)
        assert next(telling) == {"": "", "id": end}


def test_a_silent_stream_says_that_it_lives_and_how_far_it_has_looked(
    on_file: tuple[Engine, Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, served = on_file
    (event_id,) = seed_many(engine, 1)
    monkeypatch.setattr(api.stream, "HEARTBEAT_SECONDS", 0.3)
    with closing(Stream(served.port, "?asset=DOGE")) as stream:
        first = stream.block()
        assert stream.block() == {"": ""}
        lock(engine, event_id)
        block = wait_until(lambda: found if (found := stream.block()) != {"": ""} else None)

    assert first is not None
    assert block == {"": "", "id": str(int(first["id"]) + 1)}


def test_a_stream_ends_when_its_log_is_set_back_and_who_comes_back_is_told(on_file: tuple[Engine, Served]) -> None:
    engine, served = on_file
    (event_id,) = seed_many(engine, 1)
    with closing(Stream(served.port)) as stream:
        lock(engine, event_id, 2)
        last = [stream.change()["seq"] for _ in range(2)][-1]
        with writing(engine) as connection:
            connection.execute(delete(changes).where(changes.c.seq == last))
        assert stream.block() is None
    with closing(Stream(served.port, last_event_id=str(last))) as refused:
        assert refused.status == 409


def test_streams_are_limited_and_a_cursor_that_fits_no_log_is_refused(on_file: tuple[Engine, Served]) -> None:
    _, served = on_file
    with ExitStack() as opened:
        streams = [opened.enter_context(closing(Stream(served.port))) for _ in range(OF_A_CLIENT)]
        assert {stream.status for stream in streams} == {200}
        refused = opened.enter_context(closing(Stream(served.port)))
        assert refused.status == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) > 0
    wait_until(lambda: served.service.places.refusal("127.0.0.1") is None)

    for query, header, status in (("?after=9", None, 409), ("", "9", 409), ("", "x", 422), ("?type=told", None, 422)):
        with closing(Stream(served.port, query, **({"last_event_id": header} if header else {}))) as refused:
            assert refused.status == status
            assert refused.problem()["status"] == status


def test_the_log_is_read_once_for_all_who_follow(on_file: tuple[Engine, Served]) -> None:
    engine, served = on_file
    (event_id,) = seed_many(engine, 1)
    with ExitStack() as opened:
        streams = [opened.enter_context(closing(Stream(served.port))) for _ in range(OF_A_CLIENT)]
        for stream in streams:
            stream.block()
        lock(engine, event_id)
        for stream in streams:
            stream.change()
        asked = []
        event.listen(served.service.engine, "before_cursor_execute", lambda *_: asked.append(1))
        lock(engine, event_id, 2)
        for stream in streams:
            assert [stream.change()["type"] for _ in range(2)] == ["locked", "unlocked"]

    assert len(asked) < 2 * OF_A_CLIENT


def test_a_reader_who_takes_nothing_is_dropped(on_file: tuple[Engine, Served], monkeypatch: pytest.MonkeyPatch) -> None:
    engine, served = on_file
    (event_id,) = seed_many(engine, 1)
    monkeypatch.setattr(api.stream, "TAKEN_WITHIN_SECONDS", 0.5)
    add_changes(engine, event_id, MANY, LONG)
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(PATIENCE_SECONDS)
        reader.connect(("127.0.0.1", served.port))
        reader.sendall(b"GET /v1/stream?after=0 HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n\r\n" % served.port)
        wait_until(lambda: served.service.places._taken.total() == 1)
        wait_until(lambda: served.service.places._taken.total() == 0)
        taken = sum(len(part) for part in iter(lambda: reader.recv(1 << 20), b""))

    assert 0 < taken < MANY * len(LONG) / 2


def test_the_end_of_the_server_ends_its_streams_whole(tmp_path: Path) -> None:
    engine = migrated(settings_in(tmp_path))
    (event_id,) = seed_many(engine, 1)
    port = free_port()
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port)]
    with process(command, env=environment(tmp_path, port)) as server, ExitStack() as opened:
        wait_until(lambda: listens(port))
        streams = [opened.enter_context(closing(Stream(port))) for _ in range(3)]
        lock(engine, event_id)
        for stream in streams:
            assert stream.change()["type"] == "locked"
        asked_at = time.monotonic()
        server.send_signal(signal.SIGTERM)
        for stream in streams:
            assert stream.block() is None  # a body cut off in the middle would raise
        server.wait(STOPS_WITHIN_SECONDS)
    engine.dispose()

    assert time.monotonic() - asked_at < STOPS_WITHIN_SECONDS
