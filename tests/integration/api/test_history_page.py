"""The history of an event at the desk: every hand on it, with a diff, and what may be taken back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from lxml import html
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import history_page
from api.app import create_app
from cluster.action import Action, Field, Link
from cluster.editing import Desk
from cluster.following_up import follow_up
from cluster.store import EventStore
from storage.settings import Settings
from tests.integration.api.at_desk import TALK, publish_breach_and_talk, send, sign_in, words
from tests.integration.api.seeding import BASE_URL
from tests.integration.cluster.pipeline import NOW
from tests.unit.api.builders import NOON as SIGNED_IN_AT

BREACH = "Corvane halts withdrawals after a breach"


class Newsroom:
    """Ada at work: each of her actions a minute after the one before, all of them long before the browser looks."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.at = engine, NOW

    @property
    def desk(self) -> Desk:
        self.at += timedelta(minutes=1)
        return Desk(self.engine, "Ada", self.at)

    def done(self, action: Action) -> Action:
        follow_up(action.draft, engine=self.engine, now=self.at)
        return action


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    return publish_breach_and_talk(engine)


@pytest.fixture
def newsroom(engine: Engine, placed: dict[str, str]) -> Newsroom:
    return Newsroom(engine)


@pytest.fixture
def editor(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    app = create_app(settings, clock=lambda: SIGNED_IN_AT)
    with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False, follow_redirects=False) as client:
        sign_in(client, engine)
        yield client


def _entries(client: TestClient, address: str) -> list[str]:
    tree = html.fromstring(client.get(address).text)
    return [" ".join(" ".join(one.itertext()).split()) for one in tree.findall(".//ol[@class='past']/li")]


def test_each_hand_is_told_with_what_it_changed(editor: TestClient, newsroom: Newsroom, placed: dict[str, str]) -> None:
    event_id = placed["art_1"]
    newsroom.done(newsroom.desk.set(event_id, Field.TITLE, "Corvane is robbed", {}, reason="Shorter"))
    newsroom.done(newsroom.desk.set(event_id, Field.LEAD, "art_2", {}))
    newsroom.done(newsroom.desk.set(event_id, Field.SIGNAL, "low", {}, reason="Old news"))
    newsroom.done(newsroom.desk.set(event_id, Field.HIDDEN, "true", {}))
    newsroom.done(newsroom.desk.set(event_id, Field.THEME, "exchanges", {}))
    newsroom.done(newsroom.desk.note(event_id, "Called their press office.", {}))
    newsroom.done(newsroom.desk.lock(event_id, {}))

    lock, note, theme, hidden, signal, lead, title, *rules = [
        one for one in _entries(editor, f"/desk/events/{event_id}/history") if "It was described anew" not in one
    ]

    assert "Lock: before open to the rules → now locked" in lock
    assert "Called their press office." in note
    assert "Theme: before by the rules → now Exchanges" in theme
    assert "Hidden: before shown → now hidden" in hidden
    assert "Signal: before by the rules → now Low signal: Old news" in signal
    assert f"Lead: before by the rules → now “{BREACH}”" in lead
    assert "Ada Action 1" in title
    assert "Title: before by the rules → now “Corvane is robbed”" in title
    assert "Why: Shorter" in title
    assert [rule.split(" ")[0] for rule in rules] == ["Placing,"]
    assert f"+ Came: {BREACH} Ledgerpost + Came: {BREACH} Coinherald" in rules[0]


def test_what_was_merged_into_an_event_is_part_of_its_history(
    editor: TestClient, newsroom: Newsroom, placed: dict[str, str]
) -> None:
    kept, gone = placed["art_1"], placed["art_3"]
    newsroom.done(newsroom.desk.set(gone, Field.TITLE, "A talk", {}))
    newsroom.done(newsroom.desk.merge(kept, gone, {}, keep=kept, reason="One affair"))

    told = _entries(editor, f"/desk/events/{kept}/history")

    assert any("Ada Action 2" in one and f"+ Came: {TALK} Blockgazette" in one for one in told)
    assert any("Ada Action 1" in one and "now “A talk”" in one for one in told)
    assert any(f"Before {gone} became a part of this event." in one for one in told)
    assert sum("Action 2" in one for one in told) == 1


def test_an_undo_is_offered_where_it_is_possible_and_else_it_is_said_why_not(
    editor: TestClient, newsroom: Newsroom, placed: dict[str, str]
) -> None:
    event_id = placed["art_1"]
    out = newsroom.done(newsroom.desk.move(["art_2"], None, {}))
    newsroom.done(newsroom.desk.move(["art_2"], placed["art_3"], {}))
    address = f"/desk/events/{event_id}/history"
    page = editor.get(address)

    assert "/desk/actions/1/undo" not in page.text
    assert "A later action touched the same event: undo action 2 first. See action 2" in words(page)
    later = editor.get("/desk/actions/2")
    assert later.headers["location"].startswith(f"/desk/events/{placed['art_3']}/history?before=")
    assert later.headers["location"].endswith("#action-2")
    assert "/desk/actions/2/undo" in editor.get(later.headers["location"]).text

    refused = editor.post("/desk/actions/1/undo", data=_token(page), headers={"accept": "text/html"})

    assert refused.status_code == 409
    assert f'href="{later.headers["location"]}"' in refused.text
    assert "undo action 2 first" in words(refused)
    assert f"Moved “{BREACH}”" in words(refused)
    told = editor.post("/desk/actions/1/undo", data=_token(page)).json()
    assert (told["status"], told["later"]) == (409, 2)

    for seq in (2, 1):
        assert editor.post(f"/desk/actions/{seq}/undo", data=_token(page)).status_code == 303
    assert EventStore(newsroom.engine).event_of(["art_2"])["art_2"] == event_id
    assert "Undone by action 4" in words(editor.get(address))
    assert out.draft.led_to in str(editor.get(f"/v1/events/{out.draft.led_to}").json())


def test_a_lock_that_stands_in_the_way_of_an_undo_is_named(
    editor: TestClient, newsroom: Newsroom, placed: dict[str, str]
) -> None:
    newsroom.done(newsroom.desk.move(["art_2"], None, {}))
    newsroom.done(newsroom.desk.lock(placed["art_1"], {}))

    page = editor.get(f"/desk/events/{placed['art_1']}/history")

    assert f"Cannot be undone as it stands. The event “{BREACH}” is locked: unlock it first." in words(page)
    assert "/desk/actions/2/undo" in page.text


def test_an_action_is_found_in_the_history_whatever_was_done_since(
    editor: TestClient, newsroom: Newsroom, placed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_page, "INSTANTS", 2)
    event_id = placed["art_1"]
    for number in range(5):
        newsroom.done(newsroom.desk.note(event_id, f"Note {number}", {}))
    address = f"/desk/events/{event_id}/history"

    told: list[str] = []
    further: str | None = address
    while further:
        page = html.fromstring(editor.get(further).text)
        shown = [" ".join(" ".join(one.itertext()).split()) for one in page.findall(".//ol[@class='past']/li")]
        assert shown
        told += shown
        further = next((one.get("href") for one in page.findall(".//a[@rel='next']")), None)

    assert [number for one in told for number in range(5) if f"Note {number}" in one] == [4, 3, 2, 1, 0]
    assert sum("The event was opened" in one for one in told) == 1
    assert 'id="action-2"' in editor.get(editor.get("/desk/actions/2").headers["location"]).text
    assert editor.get("/desk/actions/77").status_code == 404
    assert editor.get(f"{address}?before=x").status_code == 422
    assert "Nothing earlier." in words(editor.get(f"{address}?before=1"))


def test_a_word_on_two_articles_and_the_undo_of_it_are_told(
    editor: TestClient, newsroom: Newsroom, placed: dict[str, str]
) -> None:
    newsroom.done(newsroom.desk.link("art_1", "art_3", Link.CANNOT, {}, reason="Two matters"))
    page = editor.get(f"/desk/events/{placed['art_3']}/history")
    assert send(editor, page, "/desk/actions/1/undo").status_code == 303

    undo, said, *_ = _entries(editor, f"/desk/events/{placed['art_3']}/history")

    assert "Undid action 1 which" in undo
    assert f"Said that “{BREACH}” and “{TALK}” stay apart" in said
    assert "Undone by action 2" in said


def _token(page: object) -> dict[str, str]:
    return {"form_token": str(getattr(page, "text", "")).split('name="form_token" value="')[1].split('"')[0]}
