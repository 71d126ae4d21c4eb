"""A parameter that an address of the API does not have is refused, and the one that was meant is named."""

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.openapi import operations
from api.replies import Problem
from api.scopes import Scope
from tests.integration.api.seeding import seed_event
from tests.unit.api.builders import NOON, make_full_event

PASSES_OVER = "/v1/widget"  # asked from other sites' pages


def test_every_read_of_the_api_refuses_what_it_does_not_know(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    client.headers["authorization"] = f"Bearer {KeyStore(engine).create('tests', list(Scope), NOON)}"
    names = [name for name, _ in operations(client.get("/openapi.json").json()) if name.startswith("GET /v1/")]
    paths = [
        name.removeprefix("GET ").format(event_id="evt_1", article_id="art_1", webhook_id="x", addition_id="x")
        for name in names
    ]
    asked = [path for path in paths if path != PASSES_OVER]

    assert len(asked) > 15
    assert {path: client.get(f"{path}?bogus=1").status_code for path in asked} == dict.fromkeys(asked, 422)
    assert client.get("/v1/events/evt_1").status_code == 200
    assert client.get("/v1/events/evt_1?bogus=1").status_code == 422  # though the event is kept ready by now


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ("/v1/events?them=etf", "them", "did you mean theme?"),
        ("/v1/events?Theme=etf", "Theme", "did you mean theme?"),
        ("/v1/events?form=2026-11-24", "form", "did you mean from?"),
        ("/v1/resolve?uri=x&url=https://a.example/b", "uri", "did you mean url?"),
        ("/v1/articles?bogus=1", "bogus", "there are cursor, limit, publisher."),
        ("/v1/trends?utm_source=mail", "utm_source", "There are no parameters here."),
        ("/v1/events?=1", "query", "There is no such parameter here"),
    ],
)
def test_the_one_that_was_meant_is_named(client: TestClient, asked: str, field: str, said: str) -> None:
    reply = client.get(asked)
    (wrong,) = Problem.model_validate(reply.json()).errors or []

    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")
    assert wrong.field == field
    assert said in wrong.detail
    assert said in reply.json()["detail"]


def test_of_very_many_a_few_are_named_and_none_at_length(client: TestClient) -> None:
    reply = client.get("/v1/events?" + "&".join(f"{number}{'x' * 200}" for number in range(200)))

    assert reply.status_code == 422
    assert len(reply.json()["errors"]) == 5
    assert len(reply.content) < 5000


@pytest.mark.parametrize("path", ["/", "/status", "/feeds/events.json", "/embed", "/v1/widget", "/healthz"])
def test_pages_feeds_and_what_pages_ask_pass_over_what_they_do_not_know(
    engine: Engine, client: TestClient, path: str
) -> None:
    seed_event(engine, make_full_event())

    assert client.get(f"{path}?url=https://coin-courier.example/art_3&utm_source=mail").status_code == 200
