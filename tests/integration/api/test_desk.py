"""The desk: nobody acts who is not signed in, no form from elsewhere counts, and two editors never undo each other."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert
from starlette.testclient import TestClient

from api.roles import Role
from api.session_store import SESSION_LASTS, SessionStore
from api.store import LINK_LASTS, EditorStore
from api.tables import editors
from cluster.editing_store import EditingStore
from cluster.event import Status
from cluster.store import EventStore
from storage.engine import writing
from storage.settings import Settings
from tests.builders import make_article
from tests.ending import beside
from tests.integration.api.seeding import client_of
from tests.integration.cluster.pipeline import publish
from tests.unit.api.builders import NOON

PAGE = {"accept": "text/html"}
TALK = "Regulator opens a consultation on staking"
POSTS = (
    "/desk/events/evt_none/merge",
    "/desk/selection/move",
    "/desk/actions/1/undo",
    "/desk/sign-out",
    "/desk/events/evt_none/lock",
    "/desk/events/evt_none/unlock",
)


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """Two events; the event id of each article."""
    return publish(
        engine,
        make_article("art_1", "ledgerpost"),
        make_article("art_2", "coinherald", title=TALK, text="Comments are due by the end of May."),
    )


@pytest.fixture
def editor(engine: Engine, settings: Settings, placed: dict[str, str]) -> Iterator[TestClient]:
    """A client that is signed in."""
    with client_of(settings) as client:
        sign_in(client, EditorStore(engine).invite("Ada", NOON))
        yield client


def sign_in(client: TestClient, token: str) -> None:
    assert client.post("/desk/sign-in", data={"token": token}).status_code == 303


def form_token(client: TestClient) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/desk").text)
    assert found
    return found[1]


def seen(engine: Engine, event_id: str) -> str:
    """An event and its version, as a form names them."""
    return f"{event_id} {EventStore(engine).versions([event_id])[event_id]}"


def merge_form(engine: Engine, client: TestClient, placed: dict[str, str]) -> dict[str, str]:
    one, other = (seen(engine, placed[article]) for article in ("art_1", "art_2"))
    return {"form_token": form_token(client), "one": one, "other": other}


def test_who_is_not_signed_in_is_told_how_to(client: TestClient) -> None:
    reply = client.get("/desk", headers=PAGE)

    assert reply.status_code == 401
    assert "secondsource editors invite" in reply.text


@pytest.mark.parametrize("path", POSTS)
def test_nobody_acts_who_is_not_signed_in(client: TestClient, path: str) -> None:
    assert client.post(path, data={"form_token": "x"}).status_code == 401


@pytest.mark.parametrize("path", POSTS)
def test_a_form_from_elsewhere_does_nothing(editor: TestClient, path: str) -> None:
    assert editor.post(path, data={"form_token": "guessed"}).status_code == 403
    assert editor.get("/desk").status_code == 200


def test_looking_at_the_link_does_not_use_it_up(client: TestClient, engine: Engine) -> None:
    token = EditorStore(engine).invite("Ada", NOON)

    for _ in range(2):
        assert client.get(f"/desk/sign-in?token={token}").status_code == 200
    sign_in(client, token)

    assert client.get("/desk").status_code == 200


def test_a_link_signs_in_once_and_for_a_day(client: TestClient, engine: Engine) -> None:
    used, old = EditorStore(engine).invite("Ada", NOON), EditorStore(engine).invite("Ada", NOON - LINK_LASTS)
    sign_in(client, used)
    client.cookies.clear()

    for token in (used, old, "", "guessed"):
        assert client.post("/desk/sign-in", data={"token": token}).status_code == 401
    assert client.get("/desk").status_code == 401


def test_a_session_ends_by_itself_and_by_signing_out(editor: TestClient, engine: Engine) -> None:
    token = editor.cookies["secondsource_session"]
    assert SessionStore(engine).find(token, NOON + timedelta(minutes=1)) is not None
    assert SessionStore(engine).find(token, NOON + SESSION_LASTS) is None

    assert editor.post("/desk/sign-out", data={"form_token": form_token(editor)}).status_code == 303

    assert SessionStore(engine).find(token, NOON) is None


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient, engine: Engine) -> None:
    reply = client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", NOON)})

    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "access-control-allow-origin" not in reply.headers
    assert reply.headers["cache-control"] == "no-store"


def test_a_merge_answers_when_it_is_done_and_the_other_id_redirects(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    kept, gone = EventStore(engine).by_age(list(placed.values()))

    reply = editor.post(f"/desk/events/{placed['art_1']}/merge", data=merge_form(engine, editor, placed))

    assert reply.status_code == 303
    assert reply.headers["location"] == f"/desk/events/{kept}?done=1"
    assert editor.get(f"/v1/events/{kept}").json()["data"]["counts"]["articles"] == 2
    moved = editor.get(f"/v1/events/{gone}")
    assert (moved.status_code, moved.headers["location"]) == (307, f"/v1/events/{kept}")
    assert "merged “" in editor.get(reply.headers["location"]).text


def test_of_two_editors_at_once_the_second_is_told_to_look_again(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    form = merge_form(engine, editor, placed)
    editor.post(f"/desk/events/{placed['art_1']}/merge", data=form)

    again = editor.post(f"/desk/events/{placed['art_1']}/merge", data=form, headers=PAGE)

    assert again.status_code == 409
    assert "What happened meanwhile" in again.text
    assert len(EditingStore(engine).latest(10)) == 1


def test_a_move_and_its_undo_show_at_once(editor: TestClient, engine: Engine, placed: dict[str, str]) -> None:
    token, one, other = form_token(editor), seen(engine, placed["art_2"]), seen(engine, placed["art_1"])
    form = {"form_token": token, "one": one, "article": "art_2", "other": other}

    assert editor.post("/desk/selection/move", data=form).status_code == 303
    assert editor.get("/v1/articles/art_2").json()["data"]["event_id"] == placed["art_1"]

    assert editor.post("/desk/actions/1/undo", data={"form_token": token}).status_code == 303
    assert editor.get(f"/v1/events/{placed['art_2']}").json()["data"]["lead_article"]["id"] == "art_2"
    event = EventStore(engine).get(placed["art_2"])
    assert event is not None
    assert event.status is Status.ACTIVE


def test_an_event_can_be_named_by_the_address_of_its_page(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    form = merge_form(engine, editor, placed)
    form |= {"other": "", "address": f"https://news.example/events/{placed['art_2']}/a-title"}

    assert editor.post(f"/desk/events/{placed['art_1']}/merge", data=form).status_code == 303


@pytest.mark.parametrize(
    "changed",
    [
        {"other": ""},
        {"other": "nothing"},
        {"other": "evt_x"},
        {"one": ""},
        {"one": "evt_x 1"},
        {"one": "1"},
    ],
)
def test_a_form_that_names_nothing_is_a_conflict_and_not_a_failure(
    editor: TestClient, engine: Engine, placed: dict[str, str], changed: dict[str, str]
) -> None:
    form = merge_form(engine, editor, placed) | changed

    assert editor.post(f"/desk/events/{placed['art_1']}/merge", data=form).status_code == 409
    assert EditingStore(engine).latest(10) == []


def test_the_desk_of_a_merged_event_is_that_of_the_one_it_is_in(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    kept, gone = EventStore(engine).by_age(list(placed.values()))
    editor.post(f"/desk/events/{placed['art_1']}/merge", data=merge_form(engine, editor, placed))

    assert editor.get(f"/desk/events/{gone}").headers["location"] == f"/desk/events/{kept}"


def test_an_unknown_action_or_event_is_a_readable_page(editor: TestClient) -> None:
    token = form_token(editor)

    assert editor.post("/desk/actions/99/undo", data={"form_token": token}).status_code == 409
    assert editor.post(f"/desk/actions/{2**70}/undo", data={"form_token": token}).status_code == 422
    assert editor.get("/desk/events/evt_none").status_code == 404


def test_a_choice_that_changed_since_it_was_shown_is_not_acted_on(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    form = merge_form(engine, editor, placed)
    publish(engine, make_article("art_3", "blockgazette", title=TALK, text="Comments are due by the end of May."))
    assert EventStore(engine).event_of(["art_3"])["art_3"] == placed["art_2"]

    assert editor.post(f"/desk/events/{placed['art_1']}/merge", data=form).status_code == 409
    assert EditingStore(engine).latest(10) == []


@pytest.mark.parametrize("charset", ["undefined", "utf-7", "idna"])
def test_a_form_that_our_pages_would_not_send_is_a_bad_request(client: TestClient, charset: str) -> None:
    body = b'--x\r\ncontent-disposition: form-data; name="token"\r\n\r\n+2AA-\xff..\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"

    assert client.post("/desk/sign-in", content=body, headers={"content-type": kind}).status_code == 400
    assert client.post("/desk/sign-in", content=b"").status_code == 400


def test_a_token_that_has_no_encoding_is_a_wrong_one(engine: Engine) -> None:
    assert SessionStore(engine).by_link("\ud800", NOON) is None
    assert SessionStore(engine).find("\ud800", NOON) is None


def test_two_first_invitations_of_one_name_at_once_are_of_one_editor(engine: Engine) -> None:
    first = {"id": "edr_first", "name": "Ada", "created_at": NOON, "role": Role.ADMIN}
    links: list[str] = []
    invited = threading.Event()

    def invite() -> None:
        links.append(EditorStore(engine).invite("Ada", NOON))
        invited.set()

    with ExitStack() as meanwhile, writing(engine) as connection:
        connection.execute(insert(editors).values(**first))
        meanwhile.enter_context(beside(invite))
        invited.wait(0.2)

    session = SessionStore(engine).by_link(links[0], NOON)
    assert session is not None
    signed_in = SessionStore(engine).find(session, NOON)
    assert signed_in is not None
    assert signed_in.editor.id == "edr_first"


def test_what_was_refused_leads_back_to_its_event(editor: TestClient, placed: dict[str, str]) -> None:
    form = {"form_token": form_token(editor), "one": f"{placed['art_1']} 999", "address": "https://elsewhere.example/"}
    refused = editor.post(f"/desk/events/{placed['art_1']}/merge", data=form, headers=PAGE)
    moving = editor.post("/desk/selection/move", data=form | {"article": "art_1"}, headers=PAGE)

    assert refused.status_code == moving.status_code == 409
    assert f'href="/desk/events/{placed["art_1"]}">Back to the event' in refused.text
    assert 'href="/desk">To the desk' in moving.text


def test_the_list_stands_in_the_address_and_outlives_an_action(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    event_id, one = placed["art_1"], seen(engine, placed["art_1"])
    form = {"form_token": form_token(editor), "one": one, "list": "tab=newest&theme=security&odd=1"}

    done = editor.post(f"/desk/events/{event_id}/lock", data=form)

    assert done.headers["location"] == f"/desk/events/{event_id}?done=1&tab=newest&theme=security"
    assert f"/desk/events/{event_id}?tab=newest" in editor.get("/desk?tab=newest").text
    assert "Nothing here waits" in editor.get("/desk?kind=undated").text
    assert "No event has these words" in editor.get("/desk?q=zebra").text
    assert "no word in this" in editor.get("/desk?q=%2B").text
    assert editor.get("/desk?tab=x&theme=x&signal=x&kind=x").status_code == 200
    for tab in ("tab=newest", "q=talk", "kind=undated"):
        assert editor.get(f"/desk?{tab}&after=nonsense{'x' * 600}").status_code == 422


def test_a_merge_leaves_the_id_title_and_lead_that_were_chosen(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    asked = editor.get(f"/desk/events/{placed['art_1']}/merge?address=https://news.example/events/{placed['art_2']}/x")
    assert asked.text.count('name="keep"') == 2
    younger = EventStore(engine).by_age(list(placed.values()))[1]
    chosen = {"keep": younger, "title": "own", "own_title": "Two things of one day", "lead": "art_2"}

    done = editor.post(f"/desk/events/{placed['art_1']}/merge", data=merge_form(engine, editor, placed) | chosen)

    assert done.headers["location"] == f"/desk/events/{younger}?done=1"
    event = EventStore(engine).get(younger)
    assert event is not None
    assert (event.overrides.title, event.overrides.lead_article_id) == ("Two things of one day", "art_2")
    for other, status in ((younger, 409), ("nothing", 409), ("evt_none", 404)):
        assert editor.get(f"/desk/events/{younger}/merge?other={other}").status_code == status


@pytest.mark.parametrize(
    ("act", "chosen", "status"),
    [
        ("split", "", 409),
        ("apart", "art_1", 409),
        ("together", "art_1 art_2 art_3", 409),
        ("explode", "art_1", 422),
        ("move", "art_none", 409),
    ],
)
def test_a_selection_that_makes_no_sense_does_nothing(
    editor: TestClient, engine: Engine, placed: dict[str, str], act: str, chosen: str, status: int
) -> None:
    form = {"form_token": form_token(editor), "one": seen(engine, placed["art_1"]), "other": "new"}

    reply = editor.post(f"/desk/selection/{act}", data=form | {"article": chosen.split()})

    assert reply.status_code == status
    assert EditingStore(engine).latest(10) == []


def test_a_level_needs_a_reason_and_can_be_taken_back(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    event_id, token = placed["art_1"], form_token(editor)

    def send(**fields: str) -> int:
        form = {"form_token": token, "one": seen(engine, event_id), **fields}
        return editor.post(f"/desk/events/{event_id}/set/signal", data=form).status_code

    assert send(value="high") == 409
    assert send(value="high", reason="The exchange has confirmed it.") == 303
    assert "The exchange has confirmed it." in editor.get(f"/desk/events/{event_id}").text
    assert send(value="high", clear="true") == 303
    assert editor.post(f"/desk/events/{event_id}/set/colour", data={"form_token": token}).status_code == 422
