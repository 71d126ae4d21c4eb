"""`/v1/events` and `/v1/events/{id}` on a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import event_replies, replies
from cluster.event import Level, Status, Theme, ThemeFound
from storage.settings import Settings
from tests.integration.api.paging import all_ids, ids
from tests.integration.api.seeding import client_of, end_event, seed_event, seed_many, seed_ranked
from tests.unit.api.builders import (
    NOON,
    RECORD_WORDS,
    make_article,
    make_event,
    make_full_event,
    make_member,
    make_signal,
)


def test_an_event_is_served_whole_in_its_envelope(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    body = client.get("/v1/events/evt_1").json()

    assert set(body) == {"data", "next_cursor", "as_of"}
    assert body["next_cursor"] is None
    assert body["as_of"] == "2026-11-24T12:30:00Z"
    event = event_replies.EventReply.model_validate(body["data"])
    assert event.counts.independent_sources == 2
    assert event.related[0].event_id == "evt_7"
    assert event.why_this_matters is not None
    assert [(one.article_id, one.text) for one in event.why_this_matters.evidence] == [
        ("art_1", "The level had held three times since spring.")
    ]
    among, before = event.why_this_matters.counted
    assert (among.count, [one.event_id for one in among.events]) == (3, ["evt_5", "evt_6"])
    assert (before.count, before.events) == (0, [])
    assert [(one.article_id, one.text) for one in event.assets[0].evidence] == [("art_4", "bitcoin sinks")]
    assert [origin.kind for origin in event.origins] == ["owner", "attributed"]
    assert event.primary_record is not None
    assert (event.primary_record.kind, event.primary_record.quote) == ("court", RECORD_WORDS)


def test_a_list_holds_described_events_as_lists_show_them(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    (event,) = client.get("/v1/events").json()["data"]

    assert event_replies.ListedEventReply.model_validate(event).source_label == "2 sources"
    assert not {"articles", "origins", "figures", "related", "why_this_matters"} & set(event)


@pytest.mark.parametrize("sort", ["signal", "recency", "sources"])
def test_the_cursor_leads_through_all_events_once(engine: Engine, client: TestClient, sort: str) -> None:
    expected = seed_ranked(engine)[sort]

    assert ids(client.get("/v1/events", params={"sort": sort})) == expected
    # One a page, so that a cursor stands between any two.
    assert all_ids(client, "/v1/events", sort=sort, limit="1") == expected


def test_events_come_by_their_signal_unless_told(engine: Engine, client: TestClient) -> None:
    assert seed_ranked(engine)["signal"] == ids(client.get("/v1/events"))


def test_an_event_that_comes_between_two_pages_loses_no_other(engine: Engine, client: TestClient) -> None:
    seed_many(engine, 4)
    first = client.get("/v1/events", params={"sort": "recency", "limit": "2"})
    seed_event(engine, make_event(make_member(make_article("art_new", minutes=90)), event_id="evt_new"))

    second = client.get("/v1/events", params={"sort": "recency", "cursor": first.json()["next_cursor"]})

    assert ids(first) + ids(second) == ["evt_03", "evt_02", "evt_01", "evt_00"]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"asset": "btc"}, ["evt_1", "evt_lone"]),
        ({"asset": "ETH"}, []),
        ({"theme": "security"}, ["evt_lone"]),
        ({"type": "news"}, ["evt_1", "evt_lone"]),
        ({"publisher": "coin-courier"}, ["evt_1"]),
        ({"exclude_publisher": "coin-courier"}, ["evt_lone"]),
        ({"min_sources": "2"}, ["evt_1"]),
        ({"signal": "low"}, ["evt_lone"]),
        ({"status": "closed"}, []),
        ({"from": "2026-11-24T12:50:00Z"}, ["evt_1"]),
        ({"to": "2026-11-24T14:50:00+02:00"}, ["evt_lone"]),
        ({"updated_since": "2026-11-24T12:30:00"}, ["evt_1", "evt_lone"]),
        ({"updated_since": "2026-11-24T12:31:00"}, []),
        ({"theme": "derivatives", "min_sources": "3"}, []),
    ],
)
def test_conditions_narrow_the_list(
    engine: Engine, client: TestClient, params: dict[str, str], found: list[str]
) -> None:
    lone = make_member(make_article("art_lone", "The Tally", "Bridge drained of $4 million", minutes=3))
    theme = (ThemeFound(Theme.SECURITY, True, ("drained",)),)
    seed_event(engine, make_full_event())
    seed_event(engine, make_event(lone, event_id="evt_lone", themes=theme, signal=make_signal(Level.LOW)))

    assert sorted(ids(client.get("/v1/events", params=params))) == found


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=101", "limit=x", "sort=best", "theme=weather", "type=x", "signal=top", "status=removed",
        "min_sources=0", "from=yesterday", "to=0.5", "updated_since=1700000000", "from=0001-01-01T00:00:00%2B14:00",
        "cursor=abc", "asset=%00", "publisher=",
    ],
)  # fmt: skip
def test_a_parameter_out_of_range_is_a_problem(client: TestClient, query: str) -> None:
    reply = client.get(f"/v1/events?{query}")

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    problem = replies.Problem.model_validate(reply.json())
    assert problem.errors
    assert problem.errors[0].field == query.split("=")[0]


def test_a_hundred_events_fit_on_a_page(client: TestClient) -> None:
    assert client.get("/v1/events?limit=100").status_code == 200


def test_a_merged_event_leads_to_the_one_it_is_in(engine: Engine, client: TestClient) -> None:
    first, second = seed_many(engine, 2)
    end_event(engine, second, Status.MERGED, first)

    reply = client.get(f"/v1/events/{second}")

    assert reply.status_code == 307
    assert reply.headers["location"] == f"/v1/events/{first}"
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.json()["data"] == {"id": second, "status": "merged", "merged_into": first}


def test_a_removed_event_leaves_a_tombstone(engine: Engine, client: TestClient) -> None:
    (event_id,) = seed_many(engine, 1)
    end_event(engine, event_id, Status.REMOVED)

    reply = client.get(f"/v1/events/{event_id}")

    assert reply.status_code == 410
    assert set(reply.json()["data"]) == {"id", "status", "removed_at", "reason"}
    assert client.get("/v1/events").json()["data"] == []


@pytest.mark.parametrize("event_id", ["evt_unknown", "x", "evt_%00", "..%2f", "evt_" + "a" * 300])
def test_an_unknown_event_is_not_found(client: TestClient, event_id: str) -> None:
    reply = client.get(f"/v1/events/{event_id}")

    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


def test_an_event_that_says_nothing_yet_asks_for_patience(engine: Engine, client: TestClient) -> None:
    event = make_event(make_member(make_article()))
    seed_event(engine, type(event)(**{name: getattr(event, name) for name in event.__slots__} | {"description": None}))

    reply = client.get("/v1/events/evt_1")

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
    assert ids(client.get("/v1/events")) == []


def test_a_reader_who_has_the_event_gets_no_body(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    first = client.get("/v1/events/evt_1")

    again = client.get("/v1/events/evt_1", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == first.headers["vary"] == "Accept-Encoding, Authorization"
    assert "max-age" in first.headers["cache-control"]


def test_a_list_that_a_reader_has_varies_by_coding_as_it_did_when_it_came(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    first = client.get("/v1/events")

    again = client.get("/v1/events", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.headers["vary"]) == (304, first.headers["vary"])


def test_a_long_reply_is_gzipped_on_request(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    reply = client.get("/v1/events/evt_1", headers={"accept-encoding": "gzip"})

    assert reply.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in reply.headers["vary"].lower()


def test_invented_news_says_so_in_every_envelope(engine: Engine, settings: Settings) -> None:
    seed_event(engine, make_full_event())
    with client_of(settings, demo_banner="This is an invented day of news.") as client:
        paths = ("/v1/events", "/v1/events/evt_1", "/v1/articles", "/v1/articles/art_1", "/v1/resolve?article_id=art_1")

        assert [client.get(path).json().get("demo") for path in paths] == [True] * 5


def test_as_of_is_the_last_change_of_any_event(engine: Engine, client: TestClient) -> None:
    assert client.get("/v1/events").json()["as_of"] is None
    seed_event(engine, make_full_event())

    assert client.get("/v1/events").json()["as_of"] == (NOON + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
