"""An editor acts on an event that has changed meanwhile: they see what happened, and what they typed is not lost."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import conflict_page
from cluster.action import ActionType
from cluster.editing_store import EditingStore
from cluster.event import Status
from cluster.store import EventStore
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.api.at_desk import form_of, send, sign_in, words
from tests.integration.api.seeding import client_of
from tests.integration.cluster.pipeline import publish
from tests.integration.cluster.standing import event_now

TALK = "Regulator opens a consultation on staking"
TYPED = {"reason": "Grace’s phone call", "title": "own", "own_title": "A robbery <and> a talk", "lead": "art_3"}


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """Two events; the event id of each article."""
    text = "Comments are due by the end of May."
    return publish(
        engine,
        make_article("art_1", "ledgerpost"),
        make_article("art_2", "coinherald"),
        make_article("art_3", "blockgazette", title=TALK, text=text),
    )


@pytest.fixture
def editors(engine: Engine, settings: Settings, placed: dict[str, str]) -> Iterator[tuple[TestClient, TestClient]]:
    """Ada's browser and Grace's."""
    with ExitStack() as open_:
        ada, grace = (open_.enter_context(client_of(settings)) for _ in range(2))
        sign_in(ada, engine)
        sign_in(grace, engine, "Grace")
        yield ada, grace


def test_the_second_editor_sees_the_change_keeps_what_was_typed_and_does_it_all_the_same(
    editors: tuple[TestClient, TestClient], engine: Engine, placed: dict[str, str]
) -> None:
    ada, grace = editors
    compared = f"/desk/compare/{placed['art_1']}/{placed['art_3']}"
    page = ada.get(compared)
    _lock_and_unlock(grace, placed["art_1"])

    late = send(ada, page, f"/desk/events/{placed['art_1']}/merge", TYPED)

    assert late.status_code == 409
    assert late.headers["cache-control"] == "no-store"
    said = words(late)
    assert "You wanted to merge two events" in said
    assert "Grace Action 1" in said
    assert "Lock: before open to the rules → now locked" in said
    assert "Why" in said
    kept = form_of(late, f"/desk/events/{placed['art_1']}/merge")
    assert TYPED.items() <= kept.items()
    assert kept["one"] == f"{placed['art_1']} {event_now(engine, placed['art_1']).version}"
    assert len(EditingStore(engine).latest(9)) == 2

    assert send(ada, late, f"/desk/events/{placed['art_1']}/merge").status_code == 303
    event = event_now(engine, EventStore(engine).by_age([placed["art_1"], placed["art_3"]])[0])
    assert event.description is not None
    assert event.description.title == TYPED["own_title"]
    assert EditingStore(engine).latest(1)[0].draft.reason == TYPED["reason"]


def test_each_form_of_the_desk_can_be_sent_again_on_the_version_of_now(
    editors: tuple[TestClient, TestClient], engine: Engine, placed: dict[str, str]
) -> None:
    ada, grace = editors
    page = ada.get(f"/desk/events/{placed['art_1']}")
    event = f"/desk/events/{placed['art_1']}"
    for address, typed, said in (
        (f"{event}/set/title", {"value": "Corvane is robbed"}, "To set a title."),
        (f"{event}/set/lead", {"value": "art_2"}, "The report that leads Corvane halts withdrawals"),
        (f"{event}/note", {"text": "Called them.\nNo answer."}, "To write a note."),
        ("/desk/selection/move", {"article": "art_2", "other": "new"}, "The other event An event of its own"),
        (f"{event}/lock", {}, "To lock an event as it is."),
    ):
        _lock_and_unlock(grace, placed["art_1"])

        late = send(ada, page, address, typed)

        assert late.status_code == 409
        assert said in words(late)
        assert typed.items() <= form_of(late, address).items()
        assert send(ada, late, address).status_code == 303
    told = {action.draft.type: action.draft for action in EditingStore(engine).latest(99)}
    assert told[ActionType.NOTE].reason == "Called them.\nNo answer."
    assert event_now(engine, placed["art_1"]).overrides.title == "Corvane is robbed"
    assert EventStore(engine).event_of(["art_2"])["art_2"] != placed["art_1"]
    assert event_now(engine, placed["art_1"]).locked


def test_on_an_event_that_was_merged_meanwhile_nothing_can_be_done_and_nothing_is_lost(
    editors: tuple[TestClient, TestClient], engine: Engine, placed: dict[str, str]
) -> None:
    ada, grace = editors
    compared = f"/desk/compare/{placed['art_1']}/{placed['art_3']}"
    page = ada.get(compared)
    send(grace, grace.get(compared), f"/desk/events/{placed['art_1']}/merge", {"reason": "One happening"})

    late = send(ada, page, f"{compared}/apart", {"reason": "Two, I am sure"})

    older, younger = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])
    assert event_now(engine, younger).status is Status.MERGED
    said = words(late)
    assert "It is no event of its own any more" in said
    assert "Why: One happening" in said
    assert f'href="/desk/events/{older}"' in late.text
    assert form_of(late, f"{compared}/apart")["reason"] == "Two, I am sure"
    assert "Do it all the same" not in said


def test_of_many_changes_the_newest_are_told_and_the_history_has_the_others(
    editors: tuple[TestClient, TestClient], placed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conflict_page, "ROWS", 1)
    ada, grace = editors
    page = ada.get(f"/desk/events/{placed['art_1']}")
    _lock_and_unlock(grace, placed["art_1"])

    late = send(ada, page, f"/desk/events/{placed['art_1']}/lock")

    assert "More in its history" in words(late)
    assert f'href="/desk/events/{placed["art_1"]}/history"' in late.text


def test_a_program_is_told_of_the_conflict_in_a_problem(
    editors: tuple[TestClient, TestClient], placed: dict[str, str]
) -> None:
    ada, grace = editors
    address = f"/desk/events/{placed['art_1']}/lock"
    form = form_of(ada.get(f"/desk/events/{placed['art_1']}"), address)
    _lock_and_unlock(grace, placed["art_1"])

    late = ada.post(address, data=form)

    assert (late.status_code, late.headers["content-type"]) == (409, "application/problem+json")
    assert "Look again" in late.json()["detail"]


def test_a_change_by_the_rules_is_told_with_the_articles_that_came(
    editors: tuple[TestClient, TestClient], engine: Engine, placed: dict[str, str]
) -> None:
    ada, _ = editors
    page = ada.get(f"/desk/events/{placed['art_1']}")
    publish(engine, make_article("art_4", "harborwire"))
    assert EventStore(engine).event_of(["art_4"])["art_4"] == placed["art_1"]

    said = words(send(ada, page, f"/desk/events/{placed['art_1']}/lock"))

    assert "Placing, by the rules" in said
    assert "It grew." in said
    assert "+ Came: Corvane halts withdrawals after a breach Harborwire" in said


def _lock_and_unlock(client: TestClient, event_id: str) -> None:
    for act in ("lock", "unlock"):
        page = client.get(f"/desk/events/{event_id}")
        assert send(client, page, f"/desk/events/{event_id}/{act}").status_code == 303
