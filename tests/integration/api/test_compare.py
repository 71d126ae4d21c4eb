"""Two events side by side at the desk: what both say, and the two decisions that are made there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from cluster.action import ActionType, Dismissal, Link
from cluster.editing_store import EditingStore
from cluster.store import EventStore
from storage.settings import Settings
from tests.builders import NOON, make_article
from tests.integration.api.at_desk import PAGE, form_of, send, sign_in, words
from tests.integration.api.seeding import client_of
from tests.integration.cluster.pipeline import publish

BREACH = "Thieves stole $41 million from the exchange Corvane on Tuesday. Corvane halted withdrawals."
TALK = "Regulator opens a consultation on staking"
COMMENTS = "Comments are due by the end of May. Officials named the exchange Corvane, where $12 million were stolen."


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """Two events on one exchange; the event id of each article."""
    return publish(
        engine,
        make_article("art_1", "ledgerpost", text=BREACH),
        make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30), text=f"{BREACH} More to come."),
        make_article("art_3", "blockgazette", title=TALK, text=COMMENTS),
    )


@pytest.fixture
def editor(engine: Engine, settings: Settings, placed: dict[str, str]) -> Iterator[TestClient]:
    with client_of(settings) as client:
        sign_in(client, engine)
        yield client


def _compared(placed: dict[str, str]) -> str:
    return f"/desk/compare/{placed['art_1']}/{placed['art_3']}"


def _merged(placed: dict[str, str]) -> str:
    return f"/desk/events/{placed['art_1']}/merge"


def test_the_page_says_what_both_share_and_where_they_differ(editor: TestClient, placed: dict[str, str]) -> None:
    said = words(editor.get(_compared(placed)))

    assert "Differs Figure Amount stolen: A $41 million B $12 million" in said
    assert "Shared Names Corvane" in said
    assert "Shared Time Reported over the same hours" in said
    assert "In the last 24 hours this event was shown on no site" in said
    assert "The rules found no article of one event that comes near the other." in said


def test_a_merge_leads_every_old_address_to_the_id_that_was_kept_and_its_undo_leads_back(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    older, younger = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])
    page = editor.get(_compared(placed))
    chosen = {"keep": younger, "title": "own", "own_title": "Corvane is robbed", "lead": "art_2", "reason": "One theft"}

    done = send(editor, page, _merged(placed), chosen)

    assert (done.status_code, done.headers["location"]) == (303, f"/desk/events/{younger}?done=1")
    event = editor.get(f"/v1/events/{younger}").json()["data"]
    assert (event["title"], event["title_by"], event["lead_article"]["id"]) == ("Corvane is robbed", "editor", "art_2")
    assert EditingStore(engine).latest(1)[0].draft.reason == "One theft"
    api, reader = editor.get(f"/v1/events/{older}"), editor.get(f"/events/{older}", headers=PAGE)
    assert (api.status_code, api.headers["location"]) == (307, f"/v1/events/{younger}")
    assert (reader.status_code, reader.headers["location"]) == (307, f"/events/{younger}")
    assert editor.get(f"/desk/events/{older}/history").headers["location"] == f"/desk/events/{younger}/history"
    shown = editor.get("/v1/widget", params={"event": older}).json()["data"]
    assert shown["event_id"] == younger
    assert editor.get("/v1/resolve", params={"event_id": older}).json()["data"]["event_id"] == younger

    editor.post("/desk/actions/1/undo", data={"form_token": _token(editor)})

    for one in (older, younger):
        assert editor.get(f"/v1/events/{one}").json()["data"]["id"] == one
        assert editor.get("/v1/resolve", params={"event_id": one}).json()["data"]["event_id"] == one
    assert editor.get("/v1/widget", params={"event": placed["art_1"]}).json()["data"]["event_id"] == placed["art_1"]


def test_before_a_merge_the_desk_asks_what_this_page_asks(editor: TestClient, placed: dict[str, str]) -> None:
    asked = form_of(editor.get(_compared(placed)), _merged(placed))
    desk = editor.get(f"{_merged(placed)}?other={placed['art_3']}")

    assert form_of(desk, _merged(placed)) == asked | {"list": ""}


def test_the_id_of_a_split_that_was_undone_leads_to_where_its_articles_are(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    page = editor.get(f"/desk/events/{placed['art_1']}")
    send(editor, page, "/desk/selection/move", {"article": "art_2", "other": "new"})
    fresh = EventStore(engine).event_of(["art_2"])["art_2"]
    assert fresh != placed["art_1"]

    editor.post("/desk/actions/1/undo", data={"form_token": _token(editor)})

    assert editor.get(f"/v1/events/{fresh}").headers["location"] == f"/v1/events/{placed['art_1']}"
    assert editor.get(f"/events/{fresh}", headers=PAGE).headers["location"] == f"/events/{placed['art_1']}"
    assert editor.get("/v1/widget", params={"event": fresh}).json()["data"]["event_id"] == placed["art_1"]


def test_two_events_are_kept_apart_by_one_action(editor: TestClient, engine: Engine, placed: dict[str, str]) -> None:
    address = f"{_compared(placed)}/apart"
    page = editor.get(_compared(placed))

    assert send(editor, page, address, {"reason": "A theft and an inquiry"}).status_code == 303

    older, younger = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])
    (action,) = EditingStore(engine).latest(9)
    assert (action.draft.type, action.draft.reason) == (ActionType.LINK, "A theft and an inquiry")
    assert {(pair.one, pair.other, pair.link) for pair in EditingStore(engine).pairs()} == {
        ("art_1", "art_3", Link.CANNOT),
        ("art_2", "art_3", Link.CANNOT),
    }
    assert EditingStore(engine).dismissals() == {Dismissal("near_miss", older, younger)}
    again = editor.get(_compared(placed))
    assert "An editor has said that these two stay apart." in words(again)
    refused = send(editor, again, address)
    assert refused.status_code == 409
    assert "kept these two events apart already" in words(refused)

    editor.post(f"/desk/actions/{action.seq}/undo", data={"form_token": _token(editor)})

    assert EditingStore(engine).pairs() == []
    assert EditingStore(engine).dismissals() == frozenset()


def test_what_became_one_event_meanwhile_is_not_compared(
    editor: TestClient, engine: Engine, placed: dict[str, str]
) -> None:
    older, younger = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])
    page = editor.get(_compared(placed))
    send(editor, page, _merged(placed))

    for address in (_compared(placed), f"/desk/compare/{younger}/{younger}"):
        assert editor.get(address).headers["location"] == f"/desk/events/{older}"
    assert editor.get(f"/desk/compare/{older}/evt_none").status_code == 404


@pytest.mark.parametrize("broken", [{"one": ""}, {"other": "evt_x 1"}, {"one": f"evt_1 {'9' * 30}"}, {"keep": "evt_x"}])
def test_a_form_that_names_nothing_is_not_acted_on(
    editor: TestClient, engine: Engine, placed: dict[str, str], broken: dict[str, str]
) -> None:
    page = editor.get(_compared(placed))

    assert send(editor, page, _merged(placed), broken).status_code == 409
    assert EditingStore(engine).latest(1) == []


def test_an_own_title_that_is_empty_is_asked_for(editor: TestClient, engine: Engine, placed: dict[str, str]) -> None:
    refused = send(editor, editor.get(_compared(placed)), _merged(placed), {"title": "own"})

    assert refused.status_code == 409
    assert "Write a title" in words(refused)
    assert EditingStore(engine).latest(1) == []


def test_a_locked_event_is_compared_and_not_merged(editor: TestClient, engine: Engine, placed: dict[str, str]) -> None:
    lock = f"/desk/events/{placed['art_1']}/lock"
    send(editor, editor.get(f"/desk/events/{placed['art_1']}"), lock)

    page = editor.get(_compared(placed))

    assert "A is locked: unlock before merging." in words(page)
    assert f'action="{_merged(placed)}"' not in page.text


def _token(client: TestClient) -> str:
    return client.get("/desk").text.split('name="form_token" value="')[1].split('"')[0]
