"""Keys: who is let in, with what, and for how long, on a real database."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Engine, event, text
from starlette.testclient import TestClient

from api.app import create_app
from api.key_store import Key, KeyStore
from api.names import BadName
from api.needing_keys import KeyedRoute, needs_scope
from api.replies import Problem
from api.scopes import Scope
from storage.engine import open_engine, reading, writing
from storage.settings import Settings
from tests.integration.api.seeding import BASE_URL
from tests.unit.api.builders import NOON

router = APIRouter(prefix="/v1/parcels", route_class=KeyedRoute)


class Parcel(BaseModel):
    weight: int = Field(ge=1)


@router.post("/{parcel_id}")
def send(parcel_id: int, parcel: Parcel, key: Annotated[Key, needs_scope(Scope.WEBHOOKS)]) -> str:
    return key.name


class Hand:
    """The hand of a clock that the test moves."""

    def __init__(self) -> None:
        self.at = NOON
        self.seconds = 0.0

    def wait(self, time: timedelta) -> None:
        self.at += time
        self.seconds += time.total_seconds()

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def client(engine: Engine, settings: Settings, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The application with one more router, which needs a key."""
    monkeypatch.setattr("api.known_keys.monotonic", lambda: hand.seconds)
    app = create_app(settings, clock=hand)
    app.include_router(router)
    with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False) as client:
        yield client


def _key(engine: Engine, *scopes: Scope, name: str = "ada") -> dict[str, str]:
    token = KeyStore(engine).create(name, scopes, NOON)
    return {"authorization": f"Bearer {token}"}


def test_what_needs_a_scope_is_asked_before_anything_else_is_looked_at(engine: Engine, client: TestClient) -> None:
    wrong = [("/v1/parcels/none", '{"weight":0}'), ("/v1/parcels/1", "{"), ("/v1/parcels/1", '{"weight":2}')]
    reader = _key(engine, Scope.READ, Scope.METRICS)
    for path, body in wrong:
        stranger = client.post(path, content=body, headers={"content-type": "application/json"})
        without = client.post(path, content=body, headers={"content-type": "application/json", **reader})

        assert (stranger.status_code, without.status_code) == (401, 403)
        assert stranger.headers["www-authenticate"] == 'Bearer realm="SecondSource"'
        assert 'error="insufficient_scope", scope="webhooks"' in without.headers["www-authenticate"]
        assert {Problem.model_validate(one.json()).status for one in (stranger, without)} == {401, 403}

    allowed = _key(engine, Scope.WEBHOOKS, name="bo")
    answers = [
        client.post(path, content=body, headers=allowed | {"content-type": "application/json"}) for path, body in wrong
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 200]
    assert answers[-1].json() == "bo"


@pytest.mark.parametrize("token", ["ssk_", "ssk_" + "a" * 43, "eyJhbGciOi", "", "ssk_\xff", "ssk_\x00" + "b" * 9000])
def test_a_wrong_key_is_refused_on_an_open_route_too(client: TestClient, token: str) -> None:
    reply = client.get("/v1/events", headers={b"authorization": f"Bearer {token}".encode("latin-1")})

    assert reply.status_code == 401
    assert 'error="invalid_token"' in reply.headers["www-authenticate"]
    assert reply.headers["access-control-allow-origin"] == "*"
    assert Problem.model_validate(reply.json()).status == 401


def test_a_valid_key_reads_what_is_open_and_another_scheme_is_left_alone(engine: Engine, client: TestClient) -> None:
    key = _key(engine, Scope.READ)

    assert client.get("/v1/events", headers=key).status_code == 200
    lower = {"authorization": key["authorization"].replace("Bearer", "bearer")}
    assert client.get("/v1/events", headers=lower).status_code == 200
    assert client.get("/v1/events", headers={"authorization": "Basic YWRhOmFkYQ=="}).status_code == 200
    assert client.post("/v1/parcels/1", headers={"authorization": "Basic YWRhOmFkYQ=="}).status_code == 401


def test_a_revoked_key_is_refused_within_a_minute(engine: Engine, client: TestClient, hand: Hand) -> None:
    key = _key(engine, Scope.READ)
    assert client.get("/healthz", headers=key).status_code == 200

    assert KeyStore(engine).revoke("ada", NOON)
    assert not KeyStore(engine).revoke("ada", NOON)

    assert client.get("/healthz", headers=key).status_code == 200
    hand.wait(timedelta(minutes=1))
    hand.at -= timedelta(hours=1)  # somebody sets the clock
    assert client.get("/healthz", headers=key).status_code == 401


def test_the_last_day_of_use_is_kept(engine: Engine, client: TestClient, hand: Hand) -> None:
    key = _key(engine, Scope.READ)
    assert KeyStore(engine).all()[0].last_used_on is None

    for days in (0, 0, 3):
        hand.wait(timedelta(days=days, minutes=2))
        assert client.get("/healthz", headers=key).status_code == 200

    assert KeyStore(engine).all()[0].last_used_on == date(2026, 11, 27)


def test_a_database_whose_writer_is_busy_keeps_no_reader_out(migrated_file: Path, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'busy.db')}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=0"))
    token = KeyStore(engine).create("ada", [Scope.READ], NOON) or ""

    with writing(engine):
        found = KeyStore(engine).find(token, NOON)

    assert found is not None
    assert KeyStore(engine).all()[0].last_used_on is None
    engine.dispose()


def test_a_key_is_kept_as_a_hash_and_its_name_is_given_once(engine: Engine) -> None:
    token = KeyStore(engine).create("ada", [Scope.WEBHOOKS, Scope.READ], NOON)

    assert KeyStore(engine).revoke("ada", NOON)
    for name in ("ada", "Ada"):
        with pytest.raises(BadName, match="there is or was a key ada"):
            KeyStore(engine).create(name, [Scope.READ], NOON)

    (kept,) = KeyStore(engine).all()
    assert (kept.scopes, kept.revoked_at) == ((Scope.READ, Scope.WEBHOOKS), NOON)
    with reading(engine) as connection:
        row = connection.execute(text("SELECT * FROM api_keys")).one()
    assert token not in str(row)
    assert token.removeprefix("ssk_") not in str(row)


def test_the_document_says_what_needs_a_key(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    described = document["components"]["securitySchemes"]["key"]
    assert (described["type"], described["scheme"]) == ("http", "bearer")
    assert document["paths"]["/v1/parcels/{parcel_id}"]["post"]["security"] == [{"key": ["webhooks"]}]
    assert document["paths"]["/v1/events"]["get"]["security"] == [{}, {"key": []}]
