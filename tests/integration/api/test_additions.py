"""An editor asks for an article by its address, at the desk or by a program, and looks what came of it."""

import html
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.scopes import Scope
from api.store import EditorStore
from cluster.action import ActionType
from cluster.adding import place_added
from cluster.editing import Desk
from cluster.editing_store import EditingStore
from cluster.store import EventStore
from ingest.addition_store import MOST_OPEN, AdditionStore
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.api.seeding import client_of
from tests.integration.api.test_desk import form_token, sign_in
from tests.integration.cluster.pipeline import NOW, publish, read
from tests.integration.ingest.adding import fetch
from tests.integration.ingest.newsroom import newsroom
from tests.integration.ingest.test_adding import page
from tests.unit.api.builders import NOON

PATH = "/v1/editor/articles"
ADDRESS = "https://harbour.example/report?utm_source=x"


@pytest.fixture
def event_id(engine: Engine) -> str:
    return publish(engine, make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald"))["art_1"]


@pytest.fixture
def editor(engine: Engine, settings: Settings, event_id: str) -> Iterator[TestClient]:
    """A client that is signed in."""
    with client_of(settings) as client:
        sign_in(client, EditorStore(engine).invite("Ada", NOON))
        yield client


@pytest.fixture
def program(engine: Engine, settings: Settings, event_id: str) -> Iterator[TestClient]:
    """A client with a key that may edit."""
    with client_of(settings) as client:
        client.headers["authorization"] = f"Bearer {KeyStore(engine).create('desk', [Scope.EDITOR], NOON)}"
        yield client


def ask(editor: TestClient, event_id: str, address: str, reason: str = "") -> str:
    """The address of the part of the page that the form leads to."""
    form = {"form_token": form_token(editor), "address": address, "reason": reason}
    reply = editor.post(f"/desk/events/{event_id}/add", data=form)
    assert (reply.status_code, reply.headers["location"]) == (303, f"/desk/events/{event_id}"), reply.text
    found = re.search(r'id="(add_\w+)"', editor.get(reply.headers["location"]).text)
    assert found
    return f"/desk/additions/{found[1]}"


def test_the_whole_way_from_the_form_to_the_event_and_back(editor: TestClient, engine: Engine, event_id: str) -> None:
    with newsroom([]) as room:
        room.answers["/report"] = page()
        part = ask(editor, event_id, f"{room.home}/report?utm_source=x", "The feed left it out.")
        waiting = editor.get(part)
        assert "Being fetched" in waiting.text
        assert f'hx-get="{part}"' in waiting.text
        assert ask(editor, event_id, f"{room.home}/report") == part, "a second press asks for the same"
        (done,) = fetch(engine, room)

    assert "Being read and placed" in editor.get(part).text
    read(engine, [done.article_id or ""])
    (action,) = place_added(engine, NOW)

    placed = editor.get(part)
    assert "hx-" not in placed.text
    assert f'href="/desk/events/{event_id}?done={action.seq}"' in placed.text
    shown = editor.get(f"/desk/events/{event_id}?done={action.seq}").text
    assert "added “Corvane opens again” to " in html.unescape(shown)
    assert f'data-article="{done.article_id}"' in shown
    assert (action.draft.by, action.draft.reason) == ("Ada", "The feed left it out.")
    assert editor.get("/desk/audit").status_code == 200

    undone = editor.post(f"/desk/actions/{action.seq}/undo", data={"form_token": form_token(editor)})

    assert undone.headers["location"].startswith(f"/desk/events/{event_id}?done=")
    assert "Corvane opens again" not in editor.get(f"/v1/events/{event_id}").text
    assert EditingStore(engine).latest(1)[0].draft.type is ActionType.UNDO
    assert editor.get(undone.headers["location"]).status_code == 200


def test_a_refusal_is_said_where_the_request_stands(editor: TestClient, engine: Engine, event_id: str) -> None:
    part = ask(editor, event_id, "http://127.0.0.1:8080/<script>alert(1)</script>")
    fetch(engine)

    for said in (editor.get(part).text, editor.get(f"/desk/events/{event_id}").text):
        assert "Not added." in said
        assert "not on the public internet" in said
        assert "<script>alert" not in said
    assert "hx-" not in editor.get(part).text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "report",
        "ftp://harbour.example/a",
        "javascript:alert(1)",
        "https://ann:secret@harbour.example/a",
        "https://harbour.example/" + "a" * 3000,
        "http://",
        "https://harbour.example/a\x00b",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused_at_once(
    editor: TestClient, program: TestClient, engine: Engine, event_id: str, address: str
) -> None:
    form = {"form_token": form_token(editor), "address": address}
    at_desk = editor.post(f"/desk/events/{event_id}/add", data=form)
    by_program = program.post(PATH, json={"url": address, "event_id": event_id})

    assert at_desk.status_code in (400, 422)
    assert by_program.status_code == 422
    assert AdditionStore(engine).claim(NOON, 8) == []


def test_a_program_asks_and_looks_again_until_it_is_done(program: TestClient, engine: Engine, event_id: str) -> None:
    asked = {"url": ADDRESS, "event_id": event_id, "reason": "The feed left it out."}

    reply = program.post(PATH, json=asked)

    assert (reply.status_code, reply.headers["cache-control"]) == (202, "no-store")
    data = reply.json()["data"]
    assert reply.headers["location"] == f"{PATH}/additions/{data['id']}"
    assert data == {
        **{"id": data["id"], "url": "https://harbour.example/report", "event_id": event_id, "by": "desk"},
        **{"at": "2026-11-24T12:00:00Z", "reason": "The feed left it out.", "state": "waiting"},
        **{"detail": None, "article_id": None, "action": None},
    }
    assert program.post(PATH, json=asked).json()["data"] == data
    AdditionStore(engine).refuse(data["id"], "There is no page at this address (404).")
    ended = program.get(reply.headers["location"]).json()["data"]
    assert (ended["state"], ended["detail"]) == ("refused", "There is no page at this address (404).")


def test_what_cannot_be_added_to_is_said_before_anything_is_fetched(
    program: TestClient, engine: Engine, event_id: str
) -> None:
    def refused(**changed: str) -> tuple[int, str]:
        reply = program.post(PATH, json={"url": ADDRESS, "event_id": event_id} | changed)
        return reply.status_code, reply.json()["detail"]

    assert refused(event_id="evt_none") == (404, "No event has this id.")
    assert refused(reason="x" * 501)[0] == 422
    assert refused(reason="\x07")[0] == 409
    assert program.get(f"{PATH}/additions/add_none").status_code == 404
    Desk(engine, "Ada", NOW).lock(event_id, {})
    status, sentence = refused()
    assert (status, "is locked: unlock it first" in sentence) == (409, True)
    assert AdditionStore(engine).claim(NOON, 8) == []


def test_there_is_an_end_to_what_may_be_asked_at_once(program: TestClient, event_id: str) -> None:
    statuses = [
        program.post(PATH, json={"url": f"https://harbour.example/{number}", "event_id": event_id}).status_code
        for number in range(MOST_OPEN + 1)
    ]

    assert statuses == [202] * MOST_OPEN + [409]


def test_a_locked_event_offers_no_form(editor: TestClient, engine: Engine, event_id: str) -> None:
    assert "Add an article by its address" in editor.get(f"/desk/events/{event_id}").text
    Desk(engine, "Ada", NOW).lock(event_id, {})
    assert EventStore(engine).get(event_id)

    assert "Add an article by its address" not in editor.get(f"/desk/events/{event_id}").text
