"""Editors are told on which sites, in which feeds and to whose webhooks an event is shown."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, event, func, select, text
from starlette.testclient import TestClient

from api.app import create_app
from api.key_store import KeyStore
from api.scopes import Scope
from api.shown.showings import Showings
from api.shown.shown import FEEDS
from api.shown.sites import Showing
from api.shown.store import ShownStore
from api.shown.tally import NAMES_OF_ONE, OTHER, Key
from api.store import EditorStore
from api.tables import showings
from api.webhooks.store import WebhookStore
from api.webhooks.webhook import Delivery
from cluster.event import Level, Status, Theme
from cluster.store import EventStore
from ingest.outcome import Outcome
from storage.engine import reading, writing
from storage.settings import Settings
from tests.ending import wait_until
from tests.integration.api.seeding import BASE_URL, end_event, seed_event
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member, make_signal

LEAD = "https://harbour-ledger.example/art_1"
SECOND = "https://www.coin-courier.example/art_3"
HOUR = timedelta(hours=1)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings, clock=lambda: NOON)


@pytest.fixture
def client(engine: Engine, app: FastAPI) -> Iterator[TestClient]:
    """A client of a database with the full event, one that was merged into it, and a low one, newer and on nothing."""
    seed_event(engine, make_full_event())
    seed_event(engine, make_event(make_member(make_article("art_m", minutes=-5)), event_id="evt_m"))
    end_event(engine, "evt_m", Status.MERGED, "evt_1")
    newer = make_member(make_article("art_n", "The Tally", minutes=99))
    seed_event(engine, make_event(newer, event_id="evt_n", signal=make_signal(Level.LOW), assets=()))
    with TestClient(app, base_url=BASE_URL, follow_redirects=False) as client:
        yield client


def told(engine: Engine, client: TestClient, event_id: str = "evt_1") -> dict[str, Any]:
    """What an editor's program is told, once all that was counted is written."""
    app: Any = client.app
    app.state.service.showings.write(NOON)
    key = KeyStore(engine).create(f"desk {len(KeyStore(engine).all())}", [Scope.EDITOR], NOON)
    reply = client.get(f"/v1/editor/events/{event_id}/shown", headers={"authorization": f"Bearer {key}"})
    assert reply.status_code == 200, reply.text
    assert reply.headers["cache-control"] == "no-store"
    found: dict[str, Any] = reply.json()["data"]
    return found


def test_each_time_something_is_shown_it_counts_for_its_site_alone(engine: Engine, client: TestClient) -> None:
    etag = client.get("/v1/widget", params={"url": LEAD}).headers["etag"]
    client.get("/v1/widget", params={"url": LEAD}, headers={"if-none-match": etag})  # kept ready by now
    client.get("/embed", params={"url": LEAD})
    client.get("/v1/widget", params={"url": SECOND, "event": "evt_1"})
    for _ in range(2):
        client.get("/v1/widget", params={"event": "evt_m"}, headers={"origin": "https://www.reader.example"})
    client.get("/embed", params={"event": "evt_1"}, headers={"referer": "https://reader.example/private"})
    for nothing in ({"url": "https://nobody.example/"}, {"url": "https://the-tally.example/art_n"}):
        client.get("/v1/widget", params=nothing)
    hosts = {one["host"]: one["times"] for one in told(engine, client)["hosts"]}

    assert hosts == {"harbour-ledger.example": 3, "reader.example": 2, "coin-courier.example": 1, OTHER: 1}
    assert list(hosts)[-1] == OTHER
    assert told(engine, client, "evt_n")["hosts"] == []
    with reading(engine) as connection:
        kept = connection.execute(select(showings)).all()
    assert "private" not in str(kept)
    assert "art_" not in str(kept)


def test_a_feed_counts_by_its_conditions_and_is_told_while_the_event_is_in_it(
    engine: Engine, client: TestClient
) -> None:
    for since in ("2026-11-20", "2026-11-21"):
        client.get(f"/feeds/events.rss?updated_since={since}&from={since}&asset=btc")
    client.get("/feeds/events.atom?asset=BTC")
    client.get("/feeds/events.json")
    client.get("/feeds/events.json?limit=1")
    client.get("/feeds/events.rss?asset=ETH")
    client.get("/feeds/events.rss", params={"q": "närrisch" * 20})  # too long to be kept
    of_full, of_newer = (
        {one["address"]: one["times"] for one in told(engine, client, event_id)["feeds"]}
        for event_id in ("evt_1", "evt_n")
    )

    assert of_full == {"/feeds/events.rss?asset=BTC": 2, "/feeds/events.atom?asset=BTC": 1, "/feeds/events.json": 1}
    assert of_newer == {"/feeds/events.json": 1, "/feeds/events.json?limit=1": 1}
    assert told(engine, client)["text"] == "in the BTC feed and the feed of all events"


def test_however_many_feeds_are_fetched_as_many_queries_ask_where_an_event_is(
    engine: Engine, client: TestClient
) -> None:
    statements: list[str] = []
    listening = (engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    store, feed = ShownStore(engine), "/feeds/events.rss"
    narrowed = [f"{feed}?theme={theme}&signal={level}" for theme in Theme for level in Level]
    asked = []
    for fetched in ([feed], [OTHER, *narrowed]):
        store.add({(FEEDS, address): 1 for address in fetched}, NOON)
        statements.clear()
        event.listen(*listening)
        found = store.of("evt_1", NOON)
        event.remove(*listening)
        asked.append(len(statements))

    assert asked[0] == asked[1]
    assert [address for address, _ in found.feeds] == [feed, f"{feed}?theme=derivatives&signal=high"]


def test_webhooks_count_by_key_where_they_took_a_change_or_would(engine: Engine, client: TestClient) -> None:
    keys = {name: KeyStore(engine).create(name, [Scope.WEBHOOKS], NOON) for name in ("Ledger", "Tally")}

    def add(name: str, **wanted: str) -> str:
        asked = {"url": "https://app.example/hook", **wanted}
        made = client.post("/v1/webhooks", json=asked, headers={"authorization": f"Bearer {keys[name]}"})
        return str(made.json()["data"]["id"])

    seq = next(one.seq for one in EventStore(engine).changes_after(0, 100) if one.event_id == "evt_1")
    add("Ledger", asset="BTC")
    late, never = add("Ledger", theme="defi"), add("Tally", signal="low")
    for webhook in WebhookStore(engine).claim(NOON, 10**6, NOON, 9):
        at = NOON - 25 * HOUR if webhook.id == late else NOON
        outcome = Outcome.HTTP_SERVER_ERROR if webhook.id == never else Outcome.OK
        delivery = Delivery("msg", "grew", seq, 1, at, 9, outcome, 200)
        WebhookStore(engine).took(webhook, delivery, NOON)
    found = told(engine, client)

    assert found["webhooks"] == [{"key": "Ledger", "told": 1, "wanting": 1}]
    assert found["text"] == "to 1 app (Ledger)"
    assert told(engine, client, "evt_n")["webhooks"] == [{"key": "Tally", "told": 0, "wanting": 1}]


def test_hours_add_up_over_processes_and_old_ones_go(engine: Engine, client: TestClient) -> None:
    store = ShownStore(engine)
    for ago in (30, 25, 24, 1):
        store.add({("evt_1", "a.example"): 10**ago if ago < 2 else 1}, NOON - ago * HOUR)
    store.add({("evt_1", "a.example"): 2, ("evt_1", "b.example"): 1}, NOON - HOUR)

    assert store.of("evt_1", NOON).hosts == (("a.example", 13), ("b.example", 1))
    store.add({("evt_2", "a.example"): 1}, NOON)
    with reading(engine) as connection:
        assert connection.scalar(select(func.min(showings.c.hour))) == NOON - 25 * HOUR


def test_many_made_up_hosts_are_few_rows_and_one_statement(engine: Engine) -> None:
    counting = Showings(ShownStore(engine))
    for number in range(NAMES_OF_ONE + 50):
        counting.shown(Showing("evt_1", f"made-up-{number}.example"), ())
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    counting.write(NOON)

    assert sum("INSERT" in one for one in statements) == 1
    hosts = ShownStore(engine).of("evt_1", NOON).hosts
    assert len(hosts) == NAMES_OF_ONE + 1
    assert hosts[-1] == (OTHER, 50)


def test_what_cannot_be_written_is_written_later(engine: Engine) -> None:
    store = ShownStore(engine)
    counting = Showings(store)
    counting.fetched("/feeds/events.rss")
    with writing(engine) as connection:
        connection.execute(text("ALTER TABLE showings RENAME TO lost"))
    try:
        counting.write(NOON)
    finally:
        with writing(engine) as connection:
            connection.execute(text("ALTER TABLE lost RENAME TO showings"))
    counting.fetched("/feeds/events.rss")
    counting.write(NOON)

    with reading(engine) as connection:
        assert connection.scalar(select(func.sum(showings.c.times))) == 2


class MistakenStore(ShownStore):
    """One that fails once, in a way that nobody foresaw."""

    tries = 0

    def add(self, counted: Mapping[Key, int], now: datetime) -> None:
        self.tries += 1
        if self.tries == 1:
            raise ZeroDivisionError
        super().add(counted, now)


def test_a_mistake_of_ours_ends_no_counting_and_loses_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.shown.showings.WRITTEN_EVERY_SECONDS", 0.01)
    store = MistakenStore(engine)
    counting = Showings(store)
    counting.fetched("/feeds/events.rss")

    async def serve() -> None:
        async with counting.written(lambda: NOON):
            await asyncio.to_thread(wait_until, lambda: store.tries > 1)

    asyncio.run(serve())

    with reading(engine) as connection:
        assert connection.scalar(select(func.sum(showings.c.times))) == 1


def test_what_was_counted_is_written_when_the_server_ends(engine: Engine, app: FastAPI) -> None:
    seed_event(engine, make_full_event())
    with TestClient(app, base_url=BASE_URL) as client:
        client.get("/v1/widget", params={"url": LEAD})

    assert ShownStore(engine).of("evt_1", NOON).hosts == (("harbour-ledger.example", 1),)


def test_the_desk_tells_it_before_a_merge(engine: Engine, client: TestClient) -> None:
    client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", NOON)})
    asked = "/desk/events/evt_n/merge?other=evt_1"
    nowhere = client.get(asked).text
    ShownStore(engine).add({("evt_1", "reader.example"): 120}, NOON)

    assert nowhere.count("on no site, in no feed and to no app") == 2
    assert "<li>on reader.example (120 times)</li>" in client.get(asked).text


def test_only_editors_are_told_and_before_anything_is_looked_at(engine: Engine, client: TestClient) -> None:
    reader = {"authorization": f"Bearer {KeyStore(engine).create('reader', [Scope.READ], NOON)}"}
    editor = {"authorization": f"Bearer {KeyStore(engine).create('desk', [Scope.EDITOR], NOON)}"}
    paths = [f"/v1/editor/events/{event_id}/shown" for event_id in ("evt_1", "evt_none")]

    assert [client.get(path).status_code for path in paths] == [401, 401]
    assert [client.get(path, headers=reader).status_code for path in paths] == [403, 403]
    assert [client.get(path, headers=editor).status_code for path in paths] == [200, 404]
    assert (
        "access-control-allow-origin"
        not in client.get(paths[0], headers=editor | {"origin": "https://a.example"}).headers
    )
