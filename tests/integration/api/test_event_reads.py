"""`/v1/events/{id}/history`, `/related` and `/timeline` on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import change_replies, event_replies, timeline_replies
from cluster.changes import change_events
from cluster.event import Earlier, Followed, Status
from cluster.store import EventStore
from tests.integration.api.seeding import end_event, seed_event, seed_many
from tests.integration.cluster.standing import desk_of
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member

PARTS = ("history", "related", "timeline")


def seed_affair(engine: Engine) -> None:
    """The full event, one that it follows and one that follows it."""
    before = make_member(make_article("art_before", title="Funding turns negative", minutes=-600))
    after = make_member(make_article("art_after", title="Longs come back", minutes=700))
    full = make_full_event()
    assert full.description is not None
    followed = Followed(Earlier("evt_before", "Funding turns negative"), None)
    seed_event(engine, make_event(before, event_id="evt_before"))
    seed_event(engine, replace(full, description=replace(full.description, follows=followed)))
    seed_event(
        engine, make_event(after, event_id="evt_after", follows=Followed(Earlier("evt_1", "Bitcoin slips"), None))
    )


def test_a_history_holds_every_version_newest_first(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    desk_of(engine).lock("evt_1", {})
    desk_of(engine).unlock("evt_1", {})

    body = client.get("/v1/events/evt_1/history").json()

    rows = [change_replies.ChangeReply.model_validate(row) for row in body["data"]]
    assert [row.version for row in rows] == list(range(8, 0, -1))
    assert [(row.type, row.by) for row in rows[:3]] == [
        ("unlocked", "editor"),
        ("locked", "editor"),
        ("described", "placing"),
    ]
    assert (rows[-1].type, rows[-1].fields) == ("created", ["articles"])
    assert "Ada" not in str(body)
    assert body["as_of"] == body["data"][0]["at"]
    assert body["next_cursor"] is None


def test_the_cursor_leads_through_a_history_once(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    path, found = "/v1/events/evt_1/history", list[int]()
    cursor: dict[str, str] = {}

    while True:
        body = client.get(path, params={"limit": "2", **cursor}).json()
        found += [row["version"] for row in body["data"]]
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}

    assert found == [6, 5, 4, 3, 2, 1]
    assert client.get(path, params={"cursor": "abc"}).status_code == 422
    assert client.get(path, params={"limit": "101"}).status_code == 422


def test_the_history_of_one_event_holds_no_other_ones(engine: Engine, client: TestClient) -> None:
    first, second = seed_many(engine, 2)

    versions = [
        [row["version"] for row in client.get(f"/v1/events/{one}/history").json()["data"]] for one in (first, second)
    ]

    assert versions == [[2, 1], [2, 1]]


def test_the_related_are_those_of_the_event(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    body = client.get("/v1/events/evt_1/related").json()

    assert body["data"] == client.get("/v1/events/evt_1").json()["data"]["related"]
    assert event_replies.RelatedReply.model_validate(body["data"][0]).event_id == "evt_7"
    assert body["as_of"] == "2026-11-24T12:30:00Z"


def test_a_timeline_holds_the_event_and_its_chain(engine: Engine, client: TestClient) -> None:
    seed_affair(engine)

    shown = timeline_replies.TimelineReply.model_validate(client.get("/v1/events/evt_1/timeline").json()["data"])

    assert [(one.happened, one.event.id if one.event else None) for one in shown.milestones] == [
        ("earlier_event", "evt_before"),
        ("first_report", None),
        ("figure", None),
        ("new_source", None),
        ("confirmed", None),
        ("other_figure", None),
        ("later_event", "evt_after"),
    ]
    assert sum(one.new_sources for one in shown.spread.buckets) == 2


def test_a_timeline_is_as_new_as_the_last_event_of_its_chain(engine: Engine, client: TestClient) -> None:
    seed_affair(engine)
    assert client.get("/v1/events/evt_1/timeline").json()["as_of"] == "2026-11-24T12:30:00Z"

    with change_events(engine, by="expire", at=NOON + timedelta(days=3)) as ledger:
        ledger.close("evt_before")

    assert client.get("/v1/events/evt_1/timeline").json()["as_of"] == "2026-11-27T12:00:00Z"


def test_a_closed_event_says_when_it_was_closed_last(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    for days in (3, 4):
        with change_events(engine, by="expire", at=NOON + timedelta(days=days)) as ledger:
            ledger.close("evt_1")

    last = client.get("/v1/events/evt_1/timeline").json()["data"]["milestones"][-1]

    assert (last["happened"], last["at"], last["article"], last["event"]) == (
        "closed",
        "2026-11-28T12:00:00Z",
        None,
        None,
    )


@pytest.mark.parametrize("part", PARTS)
def test_what_is_asked_of_a_merged_event_is_found_where_it_went(engine: Engine, client: TestClient, part: str) -> None:
    first, second = seed_many(engine, 2)
    end_event(engine, second, Status.MERGED, first)

    reply = client.get(f"/v1/events/{second}/{part}")

    assert (reply.status_code, reply.headers["location"]) == (307, f"/v1/events/{first}/{part}")
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.json()["data"] == {"id": second, "status": "merged", "merged_into": first}


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_said_of_what_is_removed_or_unknown(engine: Engine, client: TestClient, part: str) -> None:
    (event_id,) = seed_many(engine, 1)
    end_event(engine, event_id, Status.REMOVED)

    assert client.get(f"/v1/events/{event_id}/{part}").status_code == 410
    unknown = client.get(f"/v1/events/evt_unknown/{part}")
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(("part", "status"), [("history", 200), ("related", 503), ("timeline", 503)])
def test_an_event_that_says_nothing_yet_has_a_history(
    engine: Engine, client: TestClient, part: str, status: int
) -> None:
    seed_event(engine, replace(make_event(make_member(make_article())), description=None))

    assert client.get(f"/v1/events/evt_1/{part}").status_code == status


@pytest.mark.parametrize("part", PARTS)
def test_a_reader_who_has_it_gets_no_body(engine: Engine, client: TestClient, part: str) -> None:
    seed_event(engine, make_full_event())
    first = client.get(f"/v1/events/evt_1/{part}")

    again = client.get(f"/v1/events/evt_1/{part}", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["access-control-allow-origin"] == "*"


def test_the_log_of_one_event_can_be_narrowed(engine: Engine) -> None:
    seed_event(engine, make_full_event())
    store = EventStore(engine)

    assert [one.version for one in store.history("evt_1", 2, before=4)] == [3, 2]
    assert [one.type for one in store.history("evt_1", 9, only=store.history("evt_1", 1)[0].type)] == ["described"]
