"""`/v1/webhooks` on a real database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.scopes import Scope
from api.webhooks.replies import DeliveryReply, WebhookReply, WebhookWithSecretReply
from api.webhooks.routes import FORMER_SECRET_LASTS, MOST_OF_A_KEY
from api.webhooks.store import WebhookStore
from api.webhooks.webhook import Delivery, Disabled, Webhook
from cluster.change_log_store import ChangeLogStore
from ingest.outcome import Outcome
from tests.integration.api.seeding import seed_many
from tests.unit.api.builders import NOON

URL = "https://app.example/hook"


def bearer(engine: Engine, name: str = "ada", scope: Scope = Scope.WEBHOOKS) -> dict[str, str]:
    return {"authorization": f"Bearer {KeyStore(engine).create(name, [scope], NOON)}"}


def made(client: TestClient, key: dict[str, str], **asked: Any) -> dict[str, Any]:
    reply = client.post("/v1/webhooks", headers=key, json={"url": URL, **asked})
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()["data"]
    return found


def claimed(engine: Engine) -> Webhook:
    (found,) = WebhookStore(engine).claim(NOON, 10**6, NOON, 1)
    return found


def test_a_webhook_is_made_and_its_secret_shown_once(engine: Engine, client: TestClient) -> None:
    seed_many(engine, 2)
    key = bearer(engine)
    created = client.post("/v1/webhooks", headers=key, json={"url": URL, "types": ["merged", "grew"], "asset": "btc"})
    shown = WebhookWithSecretReply.model_validate(created.json()["data"])
    listed = client.get("/v1/webhooks", headers=key)

    assert shown.secret.startswith("whsec_")
    assert created.headers["location"] == f"/v1/webhooks/{shown.id}"
    assert (shown.types, shown.asset, shown.state) == (["grew", "merged"], "BTC", "active")
    assert shown.after == ChangeLogStore(engine).span().newest
    assert [WebhookReply.model_validate(one).id for one in listed.json()["data"]] == [shown.id]
    assert 'secret"' not in listed.text
    assert client.get(created.headers["location"], headers=key).json()["data"] == listed.json()["data"][0]
    assert {reply.headers["cache-control"] for reply in (created, listed)} == {"no-store"}


def test_nobody_manages_webhooks_without_a_key_of_that_scope_or_those_of_another_key(
    engine: Engine, client: TestClient
) -> None:
    mine, others, reader = bearer(engine), bearer(engine, "bo"), bearer(engine, "cy", Scope.READ)
    path = f"/v1/webhooks/{made(client, mine)['id']}"
    asked = [("GET", path), ("DELETE", path), ("GET", f"{path}/deliveries")]
    asked += [("POST", f"{path}/{act}") for act in ("rotate", "enable", "ping")]

    assert {client.request(*one).status_code for one in asked} == {401}
    assert {client.request(*one, headers=reader).status_code for one in asked} == {403}
    assert {client.request(*one, headers=others).status_code for one in asked} == {404}
    assert client.get("/v1/webhooks", headers=others).json()["data"] == []
    broken = client.post("/v1/webhooks", content="{", headers={"content-type": "application/json"})
    assert broken.status_code == 401
    assert client.options("/v1/webhooks", headers=mine).headers["allow"] == "GET, POST"
    assert client.delete(path, headers=mine).status_code == 204
    assert client.delete(path, headers=mine).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"url": "app.example/hook"},
        {"url": "ftp://app.example/hook"},
        {"url": "https://name:password@app.example/"},
        {"url": "https://app.example/\r\nx: y"},
        {"url": "http://127.0.0.1/hook"},
        {"url": "http://[::1]/hook"},
        {"url": "http://169.254.169.254/latest/meta-data"},
        {"url": "https://203.0.113.9/"},
        {"url": "https://app.example:99999/"},
        {"url": "https://app example/"},
        {"url": "https://" + "a" * 2000},
        {"url": URL, "types": []},
        {"url": URL, "types": ["told"]},
        {"url": URL, "signal": "loud"},
        {"url": URL, "after": -1},
        {"url": URL, "after": False},
        {"url": URL, "after": "7"},
        {"url": URL, "nonsense": 1},
        [],
        "x",
    ],
)
def test_what_cannot_be_meant_is_a_problem(engine: Engine, client: TestClient, asked: Any) -> None:
    reply = client.post("/v1/webhooks", headers=bearer(engine), json=asked)

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["detail"]


def test_a_port_that_nothing_is_sent_to_is_refused_for_names_as_for_addresses(
    engine: Engine, client: TestClient
) -> None:
    key = bearer(engine)
    for url in ("https://app.example:22/hook", "http://93.184.215.14:8081/", "http://app.example:25"):
        reply = client.post("/v1/webhooks", headers=key, json={"url": url})
        assert reply.status_code == 422
        assert "80, 443, 8080, 8443" in reply.json()["detail"]
    assert made(client, key, url="http://app.example:8080/hook")["url"] == "http://app.example:8080/hook"


def test_a_body_that_is_no_text_is_a_problem(engine: Engine, client: TestClient) -> None:
    headers = bearer(engine) | {"content-type": "application/json"}

    assert client.post("/v1/webhooks", headers=headers, content=b"\xff\xfe{").status_code == 400


def test_it_may_begin_in_the_past_but_in_no_other_log(engine: Engine, client: TestClient) -> None:
    seed_many(engine, 1)
    key = bearer(engine)

    assert made(client, key, after=0)["after"] == 0
    beyond = client.post("/v1/webhooks", headers=key, json={"url": URL, "after": 99})
    assert beyond.status_code == 409


def test_a_key_has_so_many_and_no_more(engine: Engine, client: TestClient) -> None:
    key = bearer(engine)
    for _ in range(MOST_OF_A_KEY):
        made(client, key)

    assert client.post("/v1/webhooks", headers=key, json={"url": URL}).status_code == 409


def test_a_key_has_no_more_when_many_are_made_at_once(engine: Engine, client: TestClient) -> None:
    made(client, bearer(engine))
    first = claimed(engine)

    def add(number: int) -> bool:
        return WebhookStore(engine).add(replace(first, id=f"whk_{number}"), at_most=3)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(add, range(10))) == 2


def test_its_state_is_plain_and_it_can_be_enabled_again(engine: Engine, client: TestClient) -> None:
    seed_many(engine, 1)
    key, store = bearer(engine), WebhookStore(engine)
    path = f"/v1/webhooks/{made(client, key, after=0)['id']}"
    failed = Delivery("msg_1", "created", 1, 1, NOON, 12, Outcome.HTTP_SERVER_ERROR, 500)

    store.refused(claimed(engine), failed, NOON, None)
    failing = client.get(path, headers=key).json()["data"]
    assert (failing["state"], failing["attempts"], failing["failing_since"]) == ("failing", 1, "2026-11-24T12:00:00Z")
    store.refused(claimed(engine), failed, None, Disabled.GONE)
    disabled = client.get(path, headers=key).json()["data"]
    assert (disabled["state"], disabled["disabled_because"]) == ("disabled", "gone")

    again = client.post(f"{path}/enable", headers=key).json()["data"]
    assert (again["state"], again["after"], again["failing_since"]) == ("active", 0, None)
    further = client.post(f"{path}/enable", headers=key, json={"after": 2}).json()["data"]
    assert further["after"] == 2
    assert client.post(f"{path}/enable", headers=key, json={"after": 3}).status_code == 409
    assert client.post(f"{path}/enable", headers=key, json={"before": 3}).status_code == 422
    assert client.post(f"{path}/enable", headers=key, json={"after": False}).status_code == 422


def test_a_rotation_shows_another_secret_and_keeps_the_former_for_a_day(engine: Engine, client: TestClient) -> None:
    key = bearer(engine)
    first = made(client, key)
    second = client.post(f"/v1/webhooks/{first['id']}/rotate", headers=key).json()["data"]

    assert second["secret"] != first["secret"]
    assert (first["former_secret_until"], second["former_secret_until"]) == (None, "2026-11-25T12:00:00Z")
    kept = WebhookStore(engine).of_key(KeyStore(engine).find(key["authorization"][7:], NOON).id)  # type: ignore[union-attr]
    assert kept[0].secrets(NOON) == (second["secret"], first["secret"])
    again = client.post(f"/v1/webhooks/{first['id']}/rotate", headers=key)
    assert again.status_code == 409
    assert "two valid secrets" in again.json()["detail"]
    assert WebhookStore(engine).get(kept[0].key_id, first["id"]) == kept[0]
    assert client.post("/v1/webhooks/whk_none/rotate", headers=key).status_code == 404
    after_a_day = NOON + FORMER_SECRET_LASTS
    assert WebhookStore(engine).rotate(kept[0].key_id, first["id"], "whsec_", after_a_day, after_a_day) is not None


def test_the_record_of_tries_is_paged_newest_first(engine: Engine, client: TestClient) -> None:
    seed_many(engine, 2)
    key, store = bearer(engine), WebhookStore(engine)
    path = f"/v1/webhooks/{made(client, key, after=0)['id']}"
    held = claimed(engine)
    for seq in (1, 2, 3):
        store.took(held, Delivery(f"msg_{seq}", "grew", seq, 1, NOON, 12, Outcome.OK, 204), NOON)

    first = client.get(f"{path}/deliveries?limit=2", headers=key).json()
    second = client.get(f"{path}/deliveries?limit=2&cursor={first['next_cursor']}", headers=key).json()

    shown = [DeliveryReply.model_validate(one) for one in (*first["data"], *second["data"])]
    assert [(one.message_id, one.outcome) for one in shown] == [("msg_3", "ok"), ("msg_2", "ok"), ("msg_1", "ok")]
    assert second["next_cursor"] is None
    assert client.get(f"{path}/deliveries?cursor=x", headers=key).status_code == 422


def test_a_ping_is_asked_for_and_sent_by_a_worker(engine: Engine, client: TestClient) -> None:
    key = bearer(engine)
    path = f"/v1/webhooks/{made(client, key)['id']}"

    assert client.post(f"{path}/ping", headers=key).status_code == 202
    assert claimed(engine).ping_asked_at == NOON
