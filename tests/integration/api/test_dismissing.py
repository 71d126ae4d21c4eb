"""A suggestion is dismissed as an editor saw it: of the events as they were, and of what was asked."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.scopes import Scope
from cluster.action import Dismissal
from cluster.doubt_store import replace_doubts
from cluster.doubts import Doubt, DoubtKind
from cluster.editing_store import EditingStore
from cluster.store import EventStore
from storage.engine import writing
from storage.settings import Settings
from tests.integration.api.at_desk import form_of, publish_breach_and_talk, send, sign_in, words
from tests.integration.api.seeding import client_of
from tests.integration.cluster.standing import desk_of
from tests.unit.api.builders import NOON


@pytest.fixture
def pair(engine: Engine) -> tuple[str, str]:
    """Two events, the older one in front."""
    placed = publish_breach_and_talk(engine)
    one, other = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])
    return one, other


@pytest.fixture
def client(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """Ada's browser."""
    with client_of(settings) as client:
        sign_in(client, engine)
        yield client


def _ask(engine: Engine, kind: DoubtKind, event_id: str, other_id: str | None = None, about: str = "") -> None:
    asked = Doubt(event_id, kind, 0.9, f"Look at {about or 'both'}.", (), other_id, about)
    with writing(engine) as connection:
        replace_doubts(connection, [event_id], [kind], [asked])


def test_what_is_asked_since_the_page_was_shown_is_not_dismissed_unseen(
    client: TestClient, engine: Engine, pair: tuple[str, str]
) -> None:
    event_id, _ = pair
    _ask(engine, DoubtKind.BORDERLINE_MERGE, event_id, about="art_1")
    page = client.get(f"/desk/events/{event_id}")
    _ask(engine, DoubtKind.BORDERLINE_MERGE, event_id, about="art_2")

    late = send(client, page, f"/desk/events/{event_id}/dismiss")

    assert late.status_code == 409
    assert "Something else of this kind is asked by now" in words(late)
    assert EditingStore(engine).dismissals() == frozenset()
    page = client.get(f"/desk/events/{event_id}")
    assert send(client, page, f"/desk/events/{event_id}/dismiss").status_code == 303
    assert EditingStore(engine).dismissals() == {Dismissal("borderline_merge", event_id, None, "art_2")}


def test_a_near_miss_is_dismissed_of_both_events_as_they_were_seen(
    client: TestClient, engine: Engine, pair: tuple[str, str]
) -> None:
    one, other = pair
    _ask(engine, DoubtKind.NEAR_MISS, one, other)
    page, address = client.get(f"/desk/events/{one}"), f"/desk/events/{one}/dismiss"
    desk_of(engine).lock(other, {})

    late = send(client, page, address)

    assert late.status_code == 409
    assert "To dismiss a suggestion." in words(late)
    assert EditingStore(engine).dismissals() == frozenset()
    assert form_of(late, address)["other"] == f"{other} {EventStore(engine).versions([other])[other]}"
    assert send(client, late, address).status_code == 303
    assert EditingStore(engine).dismissals() == {Dismissal("near_miss", one, other)}


def test_a_program_says_what_it_saw_asked_and_the_record_keeps_it(
    client: TestClient, engine: Engine, pair: tuple[str, str]
) -> None:
    event_id, _ = pair
    client.headers["authorization"] = f"Bearer {KeyStore(engine).create('night desk', [Scope.EDITOR], NOON)}"
    _ask(engine, DoubtKind.BORDERLINE_MERGE, event_id, about="art_1")
    (asked,) = client.get("/v1/editor/queue?kind=borderline_merge").json()["data"]["doubts"]
    wanted = {"kind": asked["kind"], "about": asked["about"]}
    _ask(engine, DoubtKind.BORDERLINE_MERGE, event_id, about="art_2")
    refused = client.post(f"/v1/editor/events/{event_id}/dismiss", json=wanted)
    _ask(engine, DoubtKind.BORDERLINE_MERGE, event_id, about="art_1")

    done = client.post(f"/v1/editor/events/{event_id}/dismiss", json=wanted)

    assert refused.status_code == 409
    assert "Something else" in refused.json()["detail"]
    assert done.json()["data"]["action"]["dismissed"] == {
        "kind": "borderline_merge", "event_id": event_id, "other_id": None, "about": "art_1",
    }  # fmt: skip
