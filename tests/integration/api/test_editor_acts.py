"""Editors' programs: what they do is recorded under the key's name, and nobody overwrites what they did not see."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.rate_limits import EDITOR
from api.scopes import Scope
from cluster.store import EventStore
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.api.seeding import client_of
from tests.integration.cluster.pipeline import publish
from tests.unit.api.builders import NOON

TALK = "Regulator opens a consultation on staking"
# Address, body, status and what the reply says.
REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("events/{one}/merge", {"other": "{one}"}, 409, "one event already"),
    ("events/{one}/merge", {"other": "evt_none"}, 409, "no event evt_none"),
    ("events/evt_none/merge", {"other": "{one}"}, 404, "No event has this id."),
    ("articles/art_none/move", {"event": None}, 404, "No article has this id."),
    ("events/{one}/unlock", {}, 409, "not locked"),
    ("events/{one}/signal", {"level": "high"}, 409, "needs a reason"),
    ("events/{one}/title", {"title": "a\x00b"}, 409, "cannot be shown"),
    ("events/{one}/title", {}, 422, "title"),
    ("events/{one}/title", {"title": "x" * 201}, 422, "title"),
    ("events/{one}/pin", {"reason": "x" * 501}, 422, "reason"),
    ("events/{one}/pin", {"version": 3}, 422, "version"),
    ("events/{one}/pin", {"versions": {"evt_\x00": 3}}, 422, "versions"),
    ("events/{one}/dismiss", {"kind": "near_miss", "other": "evt_none"}, 409, "no event evt_none"),
    ("pairs", {"link": "must_link", "article": "art_1", "other": "art_1"}, 409, "two different articles"),
    ("undo", {"seq": 2**63 - 1}, 409, "no action of this number"),
    ("undo", {"seq": "1"}, 422, "seq"),
]


@dataclass(frozen=True)
class Program:
    """A client with an editor's key, two events, and the event id of each article."""

    client: TestClient
    placed: dict[str, str]

    def post(self, path: str, **body: Any) -> Response:
        return self.client.post(f"/v1/editor/{path}", json=body)

    def done(self, path: str, **body: Any) -> dict[str, Any]:
        reply = self.post(path, **body)
        assert reply.status_code == 200, reply.text
        assert reply.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in reply.headers
        found: dict[str, Any] = reply.json()["data"]
        return found

    def get(self, path: str) -> Any:
        reply = self.client.get(f"/v1/{path}")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def version(self, event_id: str) -> int:
        found: int = self.get(f"events/{event_id}")["data"]["version"]
        return found


@pytest.fixture
def program(engine: Engine, settings: Settings) -> Iterator[Program]:
    placed = publish(
        engine,
        make_article("art_1", "ledgerpost"),
        make_article("art_2", "blockgazette"),
        make_article("art_3", "coinherald", title=TALK, text="Comments are due by the end of May."),
    )
    assert placed["art_1"] == placed["art_2"]
    key = KeyStore(engine).create("night desk", [Scope.EDITOR], NOON)
    with client_of(settings) as client:
        client.headers["authorization"] = f"Bearer {key}"
        yield Program(client, placed)


def test_what_a_program_does_shows_at_once_and_is_undone_by_its_number(program: Program, engine: Engine) -> None:
    one, other = program.placed["art_1"], program.placed["art_3"]
    called = program.get(f"events/{one}")["data"]["title"]
    merged = program.done(f"events/{one}/merge", other=other, keep=other, title="Both at once", reason="One filing.")

    action = merged["action"]
    assert (action["by"], action["reason"], action["event_id"]) == ("night desk", "One filing.", other)
    assert {one["after"]["event_id"] for one in action["moved"]} == {other}
    assert [(one["field"], one["before"], one["after"]) for one in action["settings"]] == [
        ("title", None, "Both at once")
    ]
    now = {event["id"]: event for event in merged["events"]}
    assert (now[one]["status"], now[one]["merged_into"]) == ("merged", other)
    assert now[other]["version"] == program.version(other)
    assert program.get(f"events/{other}")["data"]["title"] == "Both at once"
    said = f"merged “{called}” into “{TALK}”"  # as they were called then
    assert [action["text"], program.get("editor/audit")["data"][0]["text"]] == [said, said]

    undone = program.done("undo", seq=action["seq"], reason="It was two.")["action"]

    assert (undone["type"], undone["undoes"], undone["text"]) == (
        "undo",
        action["seq"],
        f"undid action {action['seq']}",
    )
    assert EventStore(engine).event_of(["art_1", "art_2", "art_3"]) == program.placed
    assert "undone already" in program.post("undo", seq=action["seq"]).json()["detail"]


def test_who_acts_reads_it_back_at_once_though_the_event_was_kept_ready(program: Program) -> None:
    event_id = program.placed["art_1"]
    for title in ("First words", "Second words", "Third words"):
        before = program.version(event_id)
        program.done(f"events/{event_id}/title", title=title)
        now = program.get(f"events/{event_id}")["data"]
        assert (now["title"], now["version"] > before) == (title, True)


def test_who_acts_on_what_changed_meanwhile_is_told_the_version_and_what_changed(program: Program) -> None:
    event_id = program.placed["art_1"]
    seen = {event_id: program.version(event_id)}
    program.done(f"events/{event_id}/title", title="Written by one", versions=seen)

    reply = program.post(f"events/{event_id}/title", title="Written by another", versions=seen)

    assert reply.status_code == 409
    assert (reply.headers["content-type"], reply.headers["cache-control"]) == ("application/problem+json", "no-store")
    (changed,) = reply.json()["events"]
    assert (changed["id"], changed["seen"]) == (event_id, seen[event_id])
    assert changed["version"] == program.version(event_id) == max(one["version"] for one in changed["changes"])
    assert "night desk" in {one["by"] for one in changed["changes"]}
    assert "title" in {field for one in changed["changes"] for field in one["fields"]}
    assert program.get(f"events/{event_id}")["data"]["title"] == "Written by one"

    program.done(f"events/{event_id}/title", title="Written by another", versions={event_id: changed["version"]})
    gone = program.post(f"events/{event_id}/pin", versions={"evt_none": 1}).json()["events"]
    assert gone == [{"id": "evt_none", "seen": 1, "version": None, "status": None, "merged_into": None, "changes": []}]


def test_articles_move_split_and_are_bound(program: Program, engine: Engine) -> None:
    one, other = program.placed["art_1"], program.placed["art_3"]
    moved = program.done("articles/art_2/move", event=other)["action"]
    assert (moved["moved"][0]["before"]["event_id"], moved["event_id"]) == (one, other)
    assert program.done(f"events/{other}/split", articles=["art_2"])["action"]["type"] == "split"
    assert program.post(f"events/{one}/split", articles=["art_3"]).json()["detail"].endswith("not in this one.")
    bound = program.done("pairs", link="must_link", article="art_2", other="art_1")["action"]
    assert {"article_id": "art_1", "other_id": "art_2", "link": "must_link"} in bound["added"]
    assert EventStore(engine).event_of(["art_2"]) == {"art_2": one}

    apart = program.done("pairs", link="cannot_link", article="art_2", other="art_1")
    assert [pair["link"] for pair in apart["action"]["superseded"]] == ["must_link"]
    assert len({event["id"] for event in apart["events"]}) == 2


def test_the_record_is_read_page_by_page_and_of_one_event(program: Program) -> None:
    one, other = program.placed["art_1"], program.placed["art_3"]
    for path, body in (
        (f"events/{one}/lock", {}),
        (f"events/{other}/signal", {"level": "low", "reason": "Old news."}),
        (f"events/{one}/unlock", {}),
        (f"events/{one}/note", {"text": "Ask them."}),
        (f"events/{one}/lead", {"article": "art_2"}),
    ):
        program.done(path, **body)

    first = program.get("editor/audit?limit=3")
    second = program.get(f"editor/audit?limit=3&cursor={first['next_cursor']}")
    of_one = program.get(f"editor/events/{one}/history")["data"]
    notes = program.get("editor/audit?type=note")["data"]

    assert [action["seq"] for action in (*first["data"], *second["data"])] == [5, 4, 3, 2, 1]
    assert second["next_cursor"] is None
    assert [action["seq"] for action in of_one] == [5, 4, 3, 1]
    assert [(action["reason"], action["by"]) for action in notes] == [("Ask them.", "night desk")]
    assert "“Corvane" in first["data"][0]["text"].split(" to ")[1], "articles are named by their titles"
    assert program.get("editor/audit?by=nobody")["data"] == []


def test_what_cannot_be_done_is_refused_with_a_reason(program: Program) -> None:
    one = program.placed["art_1"]
    for path, body, status, says in REFUSED:
        filled = {name: value.format(one=one) if isinstance(value, str) else value for name, value in body.items()}
        reply = program.post(path.format(one=one), **filled)

        assert (reply.status_code, says in reply.json()["detail"]) == (status, True), (path, reply.text)


def test_all_that_editors_programs_ask_is_counted_together(program: Program) -> None:
    reply = program.client.get("/v1/editor/audit")

    assert reply.headers["ratelimit-policy"] == f'"editor";q={EDITOR.keyed};w=60'
