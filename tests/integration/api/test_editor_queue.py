"""`GET /v1/editor/queue`: for a key that may edit, what needs a person first, with both sides' evidence."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.queue_replies import QueueReply
from api.replies import Envelope
from api.scopes import Scope
from cluster.doubt_store import replace_doubts
from cluster.doubts import Clue, Doubt, DoubtKind, Side
from cluster.event import Level, Status
from storage.engine import writing
from storage.settings import Settings
from tests.integration.api.seeding import client_of, end_event, seed_ranked
from tests.unit.api.builders import NOON

PATH = "/v1/editor/queue"
NEAR_MISS = Doubt(
    "evt_b",
    DoubtKind.NEAR_MISS,
    0.9,
    "These two events may be one.",
    (
        Clue("report", Side.HERE, "evt_b by 0", ("art_b0",)),
        Clue("report", Side.THERE, "evt_d by 0", ("art_d0", "art_gone")),
        Clue("name", Side.BOTH, "Tidewatch"),
    ),
    "evt_d",
)
UNDATED = Doubt("evt_a", DoubtKind.UNDATED, 0.5, "Outlet 0 gives no date.", ())
GROWING = Doubt("evt_c", DoubtKind.SUDDEN_GROWTH, 0.4, "It grew.", ())


@pytest.fixture
def editor(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client whose key may edit, on seven events with three doubts."""
    seed_ranked(engine)
    with writing(engine) as connection:
        doubts = (NEAR_MISS, UNDATED, GROWING)
        replace_doubts(connection, [one.event_id for one in doubts], list(DoubtKind), doubts)
    key = KeyStore(engine).create("ada", [Scope.EDITOR], NOON)
    with client_of(settings) as client:
        client.headers["authorization"] = f"Bearer {key}"
        yield client


def _asked(client: TestClient, query: str = "") -> QueueReply:
    reply = client.get(f"{PATH}{query}")
    assert reply.status_code == 200, reply.text
    return Envelope[QueueReply].model_validate(reply.json()).data


def test_the_queue_shows_each_doubt_with_its_events_and_where_its_evidence_is_found(editor: TestClient) -> None:
    found = _asked(editor)

    assert [one.kind for one in found.doubts] == ["near_miss", "undated", "sudden_growth"]
    first = found.doubts[0]
    assert first.other is not None
    assert (first.event.id, first.event.signal, first.event.articles) == ("evt_b", Level.HIGH, 2)
    assert (first.other.id, first.other.signal, first.doubt) == ("evt_d", Level.MEDIUM, 0.9)
    assert [(one.what, one.side, one.text) for one in first.evidence] == [
        ("report", "here", "evt_b by 0"),
        ("report", "there", "evt_d by 0"),
        ("name", "both", "Tidewatch"),
    ]
    assert [[article.id for article in one.articles] for one in first.evidence] == [["art_b0"], ["art_d0"], []]
    assert first.evidence[0].articles[0].publisher.name == "Outlet 0"
    assert found.doubts[1].other is None
    assert found.counts == {"near_miss": 1, "undated": 1, "sudden_growth": 1}


def test_filters_and_pages_stand_in_the_address(editor: TestClient) -> None:
    of_kinds = _asked(editor, "?kind=undated&kind=sudden_growth")
    high = _asked(editor, "?signal=high")
    page = editor.get(f"{PATH}?limit=1").json()
    rest = _asked(editor, f"?limit=2&cursor={page['next_cursor']}")

    assert [one.kind for one in of_kinds.doubts] == ["undated", "sudden_growth"]
    assert of_kinds.counts[DoubtKind.NEAR_MISS] == 1
    assert [one.event.id for one in high.doubts] == ["evt_b", "evt_a"]
    assert high.counts == {"near_miss": 1, "undated": 1}
    assert [one.kind for one in rest.doubts] == ["undated", "sudden_growth"]
    assert editor.get(f"{PATH}?theme=presale").json()["data"] == {"doubts": [], "counts": {}}


def test_what_has_ended_since_it_was_asked_is_left_out(engine: Engine, editor: TestClient) -> None:
    end_event(engine, "evt_d", Status.MERGED, "evt_e")

    assert [one.kind for one in _asked(editor).doubts] == ["undated", "sudden_growth"]


@pytest.mark.parametrize("query", ["?kind=none", "?cursor=none", "?signal=loud", "?theme=%00", "?limit=0"])
def test_what_does_not_parse_is_refused_with_what_it_is(editor: TestClient, query: str) -> None:
    reply = editor.get(f"{PATH}{query}")

    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"].split(".")[0] == query[1:].partition("=")[0]


def test_the_queue_is_for_keys_that_may_edit_and_no_cache_keeps_it(engine: Engine, editor: TestClient) -> None:
    reader = KeyStore(engine).create("reader", [Scope.READ, Scope.WEBHOOKS], NOON)

    kept = editor.get(PATH).headers["cache-control"]
    refused = editor.get(f"{PATH}?limit=0", headers={"authorization": f"Bearer {reader}"})
    editor.headers.pop("authorization")
    stranger = editor.get(f"{PATH}?limit=0")

    assert kept == "no-store"
    assert (refused.status_code, stranger.status_code) == (403, 401)
    assert "access-control-allow-origin" not in stranger.headers
