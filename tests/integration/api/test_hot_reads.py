"""Events and addresses are answered from memory, and what changes is seen within a second."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, text
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from api import hot_reads
from api.app import create_app
from api.hot_reads import SEEN_WITHIN_SECONDS, STALE_FOR_SECONDS, HotReads
from cluster import records
from cluster.changes import change_events
from cluster.event import Related
from ingest.listing_store import add_listed
from ingest.publishers import Listed
from ingest.store import ArticleStore
from storage.engine import writing
from storage.settings import Settings
from tests.integration.api.seeding import BASE_URL, seed_event
from tests.integration.cluster.standing import desk_of, put
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member

EVENT = "/v1/events/evt_1"
ADDRESS = "/v1/resolve?url=https%3A%2F%2Fcoin-courier.example%2Fart_3"
WIDGET = ADDRESS.replace("resolve", "widget")
LONE_ADDRESS = "/v1/resolve?url=https%3A%2F%2Fharbour-ledger.example%2Fart_b"


class Reads:
    """How often the application asked its database for an event or an article, beside the looks at the log."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        event.listen(engine, "before_cursor_execute", self._count)

    def _count(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.count += "FROM events" in statement or "FROM articles" in statement


class Shifted:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.by = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.by


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings, clock=lambda: NOON)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=BASE_URL, follow_redirects=False) as client:
        yield client


@pytest.fixture
def reads(app: FastAPI) -> Reads:
    return Reads(app.state.service.engine)


def _seen(client: TestClient, path: str, before: httpx2.Response) -> httpx2.Response:
    """What a path answers once it answers something else, as whoever asks a second later must be answered."""
    began = asked = time.monotonic()
    while (reply := client.get(path)).content == before.content:
        assert asked - began < 1.0, "the change was not seen"
        asked = time.monotonic()
    return reply


def test_what_is_kept_is_answered_without_the_database_and_word_for_word(
    engine: Engine, app: FastAPI, client: TestClient, reads: Reads
) -> None:
    seed_event(engine, make_full_event())
    etag = client.get(EVENT).headers["etag"]
    coded = [{"accept-encoding": coding} for coding in ("gzip", "gzip;q=0", "identity")]

    for path in (EVENT, ADDRESS, WIDGET):
        for headers in ({}, *coded, {"if-none-match": etag}):
            app.state.service.hot.events.clear()
            app.state.service.hot.addresses.clear()
            app.state.service.hot.widgets.clear()
            missed = client.get(path, headers=headers)
            before = reads.count
            kept = client.get(path, headers=headers)

            assert reads.count == before
            if headers.get("accept-encoding") in ("gzip;q=0", "identity"):
                assert "content-encoding" not in kept.headers
            assert (kept.status_code, kept.content) == (missed.status_code, missed.content)
            assert sorted(kept.headers.raw) == sorted(missed.headers.raw)
    head = client.head(EVENT)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)


def test_a_change_of_an_event_is_seen(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    first = client.get(EVENT)

    desk_of(engine).lock("evt_1", {})

    changed = _seen(client, EVENT, first)
    assert changed.json()["data"]["editor"]["locked"]
    assert changed.headers["etag"] != first.headers["etag"]
    old = client.get(EVENT, headers={"if-none-match": first.headers["etag"]})
    assert old.status_code == 200


def test_other_related_events_are_seen_though_no_version_is_new(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    first = client.get(EVENT)
    related = records.dump_related((Related("evt_8", "Longs come back", "follows", "Same asset.", 1, NOON),))

    with change_events(engine, by="describe", at=NOON) as ledger:
        ledger.relate_again("evt_1", related)

    changed = _seen(client, EVENT, first).json()["data"]
    assert [one["event_id"] for one in changed["related"]] == ["evt_8"]
    assert changed["version"] == first.json()["data"]["version"]


def test_a_revised_headline_and_a_renamed_publisher_are_seen(engine: Engine, client: TestClient) -> None:
    full = make_full_event()
    seed_event(engine, full)
    first, widget = client.get(EVENT), client.get(WIDGET)
    article = full.members[0].article

    ArticleStore(engine).revise(replace(article, title="What it says now"), NOON)
    second = _seen(client, EVENT, first)
    with writing(engine) as connection:
        add_listed(connection, Listed(replace(article.publisher, name="The Ledger"), ()), NOON, updates=True)
    third = _seen(client, EVENT, second).json()["data"]

    assert third["lead_article"]["title"] == "What it says now"
    assert third["lead_article"]["publisher"]["name"] == "The Ledger"
    row = _seen(client, WIDGET, widget).json()["data"]["rows"][0]
    assert (row["title"], row["publisher"]) == ("What it says now", "The Ledger")


def test_a_merge_leads_on_its_undoing_revives_and_addresses_follow(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    seed_event(engine, make_event(make_member(make_article("art_b", minutes=90)), event_id="evt_b"))
    alone, place = client.get("/v1/events/evt_b"), client.get(LONE_ADDRESS)
    widget = client.get("/v1/widget?event=evt_b")
    assert place.json()["data"]["event_id"] == widget.json()["data"]["event_id"] == "evt_b"

    put(engine, "art_b", "evt_1")
    moved, there = _seen(client, "/v1/events/evt_b", alone), _seen(client, LONE_ADDRESS, place)
    assert (moved.status_code, moved.headers["location"]) == (307, EVENT)
    assert there.json()["data"]["event_id"] == "evt_1"
    elsewhere = _seen(client, "/v1/widget?event=evt_b", widget)
    assert elsewhere.json()["data"]["event_id"] == "evt_1"

    put(engine, "art_b", "evt_b")
    assert _seen(client, "/v1/events/evt_b", moved).status_code == 200
    assert _seen(client, LONE_ADDRESS, there).json()["data"]["event_id"] == "evt_b"
    assert _seen(client, "/v1/widget?event=evt_b", elsewhere).json()["data"]["event_id"] == "evt_b"


def test_a_widget_of_a_merged_event_follows_it_when_it_comes_back_from_elsewhere(
    engine: Engine, client: TestClient
) -> None:
    seed_event(engine, make_full_event())
    for name in ("b", "w"):
        seed_event(engine, make_event(make_member(make_article(f"art_{name}", minutes=90)), event_id=f"evt_{name}"))
    asked = "/v1/widget?event=evt_b"
    put(engine, "art_b", "evt_1")
    client.get(asked)
    put(engine, "art_b", "evt_w")
    elsewhere = client.get(asked)
    assert elsewhere.json()["data"]["event_id"] == "evt_1"

    put(engine, "art_b", "evt_b")

    assert _seen(client, asked, elsewhere).json()["data"]["event_id"] == "evt_b"


def test_only_what_is_asked_in_known_words_is_kept(engine: Engine, app: FastAPI, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    client.get(EVENT)
    hot = app.state.service.hot
    page = ADDRESS.partition("?")[2]
    known, unknown = (
        [f"{page}&{page}", f"{page}&"],
        [*(f"{page}&junk={number}" for number in range(3)), f"event=evt_1&{page}"],
    )

    for query in known + unknown:
        assert client.get(f"/v1/widget?{query}").json()["data"]["event_id"] == "evt_1"
    assert {client.get(f"/v1/resolve?{query}").status_code for query in known} == {200}
    assert {client.get(f"/v1/resolve?{query}").status_code for query in unknown} == {422}

    assert (len(hot.addresses), len(hot.widgets)) == (0, 1)
    client.get(ADDRESS)
    assert len(hot.addresses) == 1


def test_a_removal_is_seen(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_event(make_member(make_article("art_b")), event_id="evt_b"))
    first, place = client.get("/v1/events/evt_b"), client.get(LONE_ADDRESS)

    with change_events(engine, by="placing", at=NOON) as ledger:
        ledger.withdraw(["art_b"])

    assert _seen(client, "/v1/events/evt_b", first).status_code == 410
    assert _seen(client, LONE_ADDRESS, place).json()["data"]["event_id"] is None


def test_an_unknown_address_is_known_once_it_was_read_and_placed(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    unknown = client.get(LONE_ADDRESS)
    assert unknown.json()["data"] is None

    ArticleStore(engine).add(make_article("art_b"))
    read = _seen(client, LONE_ADDRESS, unknown)
    assert read.json()["data"]["event_id"] is None
    with change_events(engine, by="placing", at=NOON) as ledger:
        ledger.create(replace(make_member(make_article("art_b")).placement, event_id="evt_new"))

    assert _seen(client, LONE_ADDRESS, read).json()["data"]["event_id"] == "evt_new"


def test_an_event_that_says_nothing_yet_is_not_kept(engine: Engine, client: TestClient) -> None:
    event_ = make_event(make_member(make_article()))
    seed_event(engine, replace(event_, description=None))
    assert client.get(EVENT).status_code == 503
    assert event_.description is not None

    with change_events(engine, by="describe", at=NOON + timedelta(minutes=1)) as ledger:
        ledger.describe("evt_1", event_.description, 1, None)

    assert client.get(EVENT).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/events/",
        "/v1/events/evt_none",
        "/v1/events/evt_%00",
        "/v1/events/" + "x" * 3000,
        "/v1/events/%F0%9F%A6%8A",
        "/v1/resolve",
        "/v1/resolve?url=",
        "/v1/resolve?url=" + "x" * 3000,
        "/v1/resolve?url=%00",
        "/v1/resolve?url=%ff%fe",
        "/v1/resolve?url=https://nobody.example/a&" + "n=1&" * 2000,
    ],
)
def test_nothing_hostile_is_kept_for_long(app: FastAPI, client: TestClient, path: str) -> None:
    replies = [client.get(path) for _ in range(2)]

    assert replies[0].status_code == replies[1].status_code < 500
    hot = app.state.service.hot
    assert len(hot.events) == 0
    assert len(hot.addresses) <= 1


def test_a_key_that_is_not_valid_reads_nothing_that_is_kept(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    assert client.get(EVENT).status_code == 200

    assert client.get(EVENT, headers={"authorization": "Bearer ssk_none"}).status_code == 401


def test_what_is_kept_is_for_its_own_path_and_method(engine: Engine, app: FastAPI, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    kept = client.get(EVENT)
    service = app.state.service
    front = TestClient(HotReads(PlainTextResponse("asked"), service.hot, service.metrics, service.showings))

    assert front.get(EVENT).content == kept.content
    assert front.get("/v1/events").text == front.post(EVENT).text == front.get(f"{EVENT}/related").text == "asked"


def test_invented_news_is_said_and_unsaid(engine: Engine, settings: Settings, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    first = client.get(EVENT)

    (settings.data_dir / "banner.txt").write_text("This is an invented day of news.")
    said = _seen(client, EVENT, first)
    (settings.data_dir / "banner.txt").unlink()

    assert said.json()["demo"] is True
    assert "demo" not in _seen(client, EVENT, said).json()


def test_many_changes_at_once_are_seen_too(engine: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.hot_replies.FOLLOWED", 3)
    seed_event(engine, make_full_event())
    first = client.get(EVENT)

    for _ in range(3):
        desk_of(engine).lock("evt_1", {})
        desk_of(engine).unlock("evt_1", {})

    assert _seen(client, EVENT, first).json()["data"]["version"] == first.json()["data"]["version"] + 6


def test_without_a_database_what_is_kept_is_sent_for_a_while_and_then_nothing(
    engine: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed_event(engine, make_full_event())
    kept = client.get(EVENT)
    clock = Shifted()
    monkeypatch.setattr(hot_reads, "monotonic", clock)
    with _without_the_log(engine):
        clock.by = SEEN_WITHIN_SECONDS + 0.1
        assert client.get(EVENT).content == kept.content
        clock.by = STALE_FOR_SECONDS + 1
        late = client.get(EVENT)
        clock.by += 60
        assert client.get(EVENT).status_code == 503
    clock.by += 60
    again = client.get(EVENT)

    assert (late.status_code, late.headers["retry-after"]) == (503, "5")
    assert late.headers["content-type"] == "application/problem+json"
    assert late.headers["access-control-allow-origin"] == "*"
    assert again.content == kept.content


def test_after_a_look_that_failed_nothing_old_is_sent_once_the_database_answers_again(
    engine: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed_event(engine, make_full_event())
    kept = client.get(EVENT)
    clock = Shifted()
    monkeypatch.setattr(hot_reads, "monotonic", clock)
    with _without_the_log(engine):
        clock.by = SEEN_WITHIN_SECONDS + 0.1
        assert client.get(EVENT).content == kept.content
    desk_of(engine).lock("evt_1", {})
    clock.by += STALE_FOR_SECONDS / 2

    assert client.get(EVENT).json()["data"]["editor"]["locked"]


def test_readers_who_hold_many_connections_keep_nobody_waiting(
    engine: Engine, app: FastAPI, client: TestClient
) -> None:
    seed_event(engine, make_full_event())
    first = client.get(EVENT)
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(app.state.service.engine.connect())
        desk_of(engine).lock("evt_1", {})

        assert _seen(client, EVENT, first).json()["data"]["editor"]["locked"]
        assert client.get("/v1/events").status_code == 200


@pytest.mark.parametrize("goes_wrong", ["hangs", "fails"])
def test_a_look_that_never_comes_back_well_lets_nothing_old_be_sent(
    engine: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch, goes_wrong: str
) -> None:
    seed_event(engine, make_full_event())
    clock = Shifted()
    monkeypatch.setattr(hot_reads, "monotonic", clock)
    monkeypatch.setattr(hot_reads, "WAITED_SECONDS", 0.05)
    for path in (EVENT, ADDRESS, WIDGET):
        client.get(path)
    desk_of(engine).lock("evt_1", {})
    put(engine, "art_3", "evt_w")
    with _looks_that(goes_wrong):
        clock.by = STALE_FOR_SECONDS + 1
        late = [client.get(path) for path in (EVENT, ADDRESS, WIDGET) * 2]

    if goes_wrong == "fails":
        assert {one.status_code for one in late} == {503}
        return
    assert [one.json()["data"]["editor"]["locked"] for one in late[::3]] == [True, True]
    assert [one.json()["data"]["event_id"] for one in late[1::3]] == ["evt_w", "evt_w"]
    assert [one.json()["data"] for one in late[2::3]] == [None, None]


@contextmanager
def _looks_that(goes_wrong: str) -> Iterator[None]:
    """While this is open, every look at the database hangs, or fails as nobody foresaw."""
    over = threading.Event()

    def go_wrong(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "touches" in statement and goes_wrong == "fails":
            raise ZeroDivisionError
        assert "touches" not in statement or over.wait(30)

    event.listen(Engine, "before_cursor_execute", go_wrong)
    try:
        yield
    finally:
        over.set()
        event.remove(Engine, "before_cursor_execute", go_wrong)


@contextmanager
def _without_the_log(engine: Engine) -> Iterator[None]:
    def rename(old: str, new: str) -> None:
        with writing(engine) as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    rename("changes", "lost")
    try:
        yield
    finally:
        rename("lost", "changes")
