"""What `docs/following.md` tells applications to do does what it says."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from api.key_store import KeyStore
from api.scopes import Scope
from api.webhooks.retrying import RETRY_AFTER
from api.webhooks.signing import new_secret
from cluster.changes import change_events
from tests.builders import make_article
from tests.ending import beside, wait_until
from tests.following import served
from tests.integration.api.streaming import Served
from tests.integration.api.test_delivering import Hand, hook, key_id, work
from tests.integration.cluster.pipeline import NOW, publish
from tests.integration.cluster.standing import desk_of

PAGE = (Path(__file__).parents[3] / "docs" / "following.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CURL = [re.sub(r"\s*\\\n\s*", " ", found) for found in re.findall(r"^    (curl(?:.*\\\n)*.*)$", PAGE, re.MULTILINE)]


class Enough(Exception):
    """The test has seen what it wanted to see."""


def stop(_: float) -> None:
    raise Enough


def application(port: int, *parts: str) -> dict[str, Any]:
    """What an application knows that consists of some of the page's Python."""
    known: dict[str, Any] = {}
    exec("\n".join(parts).replace("127.0.0.1:8000", f"127.0.0.1:{port}"), known)
    return known


def rebuilt(known: dict[str, Any]) -> dict[str, Any]:
    """The application's events as `served` has them."""
    return {
        event_id: (one["version"], one["status"], frozenset(one["members"]), one["merged_into"])
        for event_id, one in known["events"].items()
    }


def merge_some(engine: Engine) -> None:
    """Events that grew, were merged and closed."""
    other = make_article("art_3", "northgate", title="Perch raises money", text="Two funds gave ten million.")
    third = make_article("art_4", "tally", title="Ostrava ends its loans", text="It said so on its own page.")
    placed = publish(engine, make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald"), other, third)
    desk_of(engine).merge(placed["art_1"], placed["art_3"], {})
    with change_events(engine, by="expire", at=NOW) as ledger:
        ledger.close(placed["art_4"])


def test_pages_and_stream_in_python_rebuild_what_is_served(on_file: tuple[Engine, Served]) -> None:
    engine, at = on_file
    known = application(at.port, PYTHON[0], PYTHON[1])
    known["catch_up"]()
    merge_some(engine)
    known["catch_up"]()
    assert rebuilt(known) == served(engine)

    def follow() -> None:
        with suppress(Enough):
            known["follow"]()

    threading.Thread(target=follow, daemon=True).start()
    wait_until(lambda: at.service.places._taken)
    desk_of(engine).move(["art_2"], None, {})
    wait_until(lambda: rebuilt(known) == served(engine))
    known["time"] = SimpleNamespace(sleep=stop)  # instead of coming back, once it is cut off


ROW = {"event_id": "evt_1", "version": 1, "status": "active", "merged_into": None, "came": [], "went": []}


def chunk(text: str) -> bytes:
    return f"{len(text):x}\r\n{text}\r\n".encode()


def line_of(seq: int) -> str:
    return f"data: {json.dumps(ROW | {'seq': seq})}\n\n"


def test_who_is_cut_off_in_the_middle_of_a_row_or_at_once_comes_back_behind_the_last_one() -> None:
    whole, half = chunk(line_of(1)), chunk(line_of(2))[:60]
    answers = [b"", whole + half, whole + chunk(line_of(2)[:20]) + b"0\r\n\r\n"]
    came_back_behind, slept = list[str](), list[float]()

    class Cutting(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            came_back_behind.append(self.headers["last-event-id"])
            answer = answers[len(came_back_behind) - 1]
            if answer:
                self.send_response(200)
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                self.wfile.write(answer)
            self.close_connection = True

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == len(answers):
            raise Enough

    with listening(Cutting) as port:
        known = application(port, PYTHON[0], PYTHON[1])
        known["time"] = SimpleNamespace(sleep=sleep)
        with pytest.raises(Enough):
            known["follow"]()

    assert came_back_behind == ["0", "0", "1"]
    assert list(known["events"]) == ["evt_1"]


@contextmanager
def listening(handler: Any) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.log_message = lambda *_: None
    with server, beside(partial(server.serve_forever, poll_interval=0.05), stop=server.shutdown):
        yield server.server_address[1]


def test_a_receiver_in_python_rebuilds_what_is_served_and_refuses_what_is_forged(
    on_file: tuple[Engine, Served],
) -> None:
    engine, at = on_file
    merge_some(engine)
    known = application(at.port, PYTHON[0], PYTHON[2])
    with listening(known["Hook"]) as port:
        webhook = hook(engine, key_id(engine), f"http://127.0.0.1:{port}/")
        known["SECRET"] = new_secret()
        hand = Hand()
        work(engine, hand, [f"127.0.0.1:{port}"])
        assert known["events"] == {}
        known["SECRET"] = webhook.secret
        hand.now += RETRY_AFTER[0]
        work(engine, hand, [f"127.0.0.1:{port}"])

    assert rebuilt(known) == served(engine)


@pytest.mark.curl
def test_each_curl_on_the_page_is_answered(on_file: tuple[Engine, Served]) -> None:
    engine, at = on_file
    merge_some(engine)
    key = KeyStore(engine).create("app", [Scope.WEBHOOKS], NOW)
    webhook_id = ""
    for command in CURL:
        said = run_curl(command.replace("127.0.0.1:8000", f"127.0.0.1:{at.port}").replace("/ID", f"/{webhook_id}"), key)
        if "-d " in command:
            webhook_id = json.loads(said)["data"]["id"]
    assert len(CURL) == 9


def run_curl(command: str, key: str | None) -> str:
    """What it prints; an answer that is no success ends curl with an error."""
    is_stream = "/v1/stream" in command  # which ends by the time set
    program = command.replace("curl ", f"curl -sS --fail-with-body -m {2 if is_stream else 30} ", 1)
    ended = subprocess.run(
        ["bash", "-c", program], env={"KEY": key or "", "PATH": "/usr/bin:/bin"}, capture_output=True
    )
    assert ended.returncode == (28 if is_stream else 0), ended
    return ended.stdout.decode()
