"""What holds for every request: errors, Host, CORS, headers, health and the OpenAPI document."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.ready import GZIP_FROM_BYTES
from api.replies import Problem
from api.scopes import Scope
from api.store import EditorStore
from storage.engine import writing
from storage.settings import Settings
from tests.integration.api.examples import ASKED, seed_examples
from tests.integration.api.seeding import client_of, migrated, settings_in
from tests.unit.api.builders import NOON


@pytest.fixture
def broken(tmp_path: Path) -> Settings:
    """A database of its own: no other test could use it afterwards."""
    settings = settings_in(tmp_path)
    with writing(migrated(settings)) as connection:
        connection.execute(text("DROP TABLE members"))
        connection.execute(text("ALTER TABLE events RENAME TO lost"))
    return settings


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("POST", "/v1/events", 405), ("GET", "/v1/events/", 404), ("GET", "/static/none", 404)],
)
def test_errors_are_problems(client: TestClient, method: str, path: str, status: int) -> None:
    reply = client.request(method, path)

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert Problem.model_validate(reply.json()).status == status


def test_a_failure_is_a_problem_without_its_cause(broken: Settings) -> None:
    with client_of(broken) as client:
        reply = client.get("/v1/events", headers={"accept": "text/html"})

    assert reply.status_code == 500
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "events" not in reply.json()["detail"]


@pytest.mark.parametrize(("path", "status"), [("/events/evt_none", 404), ("/?sort=best", 422)])
def test_a_browser_gets_an_error_it_can_read(client: TestClient, path: str, status: int) -> None:
    reply = client.get(path, headers={"accept": "text/html"})

    assert reply.status_code == status
    assert reply.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1:9"])
def test_a_host_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    reply = client.get("/v1/events", headers={"host": host})

    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert "SECONDSOURCE_PUBLIC_URL" in reply.json()["detail"]


def test_behind_a_proxy_whose_name_is_not_set_a_browser_gets_a_page_with_its_looks(settings: Settings) -> None:
    behind = settings.model_copy(update={"public_url": "https://news.example"})
    with client_of(behind) as client:
        page = client.get("/", headers={"host": "www.news.example", "accept": "text/html"})
        sheet = re.search(r'href="(/static/page\.css[^"]*)"', page.text)
        assert sheet is not None
        looks = client.get(sheet[1], headers={"host": "www.news.example"})

    assert (page.status_code, looks.status_code) == (400, 200)
    assert page.headers["content-type"].startswith("text/html")
    assert "SECONDSOURCE_PUBLIC_URL" in page.text
    assert not [name for name in ("//news.example", "127.0.0.1", "localhost") if name in page.text]


@pytest.mark.parametrize("host", ["news.example", "NEWS.example", "news.example:443", "127.0.0.1:8000"])
def test_behind_a_proxy_its_name_is_ours_too(settings: Settings, host: str) -> None:
    behind = settings.model_copy(update={"public_url": "https://news.example"})
    with client_of(behind) as client:
        assert client.get("/v1/events", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["news.example:80", "news.example:8000", "www.news.example", "evil.example"])
def test_behind_a_proxy_no_other_name_is(settings: Settings, host: str) -> None:
    behind = settings.model_copy(update={"public_url": "https://news.example"})
    with client_of(behind) as client:
        assert client.get("/v1/events", headers={"host": host}).status_code == 400


@pytest.mark.parametrize(("host", "is_secure"), [("news.example", True), ("127.0.0.1:8000", False)])
def test_who_signs_in_through_tls_gets_a_cookie_for_tls_alone(
    engine: Engine, settings: Settings, host: str, is_secure: bool
) -> None:
    token = EditorStore(engine).invite("ada", NOON)
    with client_of(settings.model_copy(update={"public_url": "https://news.example"})) as client:
        reply = client.post("/desk/sign-in", data={"token": token}, headers={"host": host})

    assert reply.status_code == 303
    assert ("secure" in reply.headers["set-cookie"].lower()) is is_secure


def test_a_body_that_is_no_json_is_said_to_be_broken_and_where(engine: Engine, client: TestClient) -> None:
    key = KeyStore(engine).create("desk", [Scope.EDITOR], NOON)
    asked = {"authorization": f"Bearer {key}", "content-type": "application/json"}

    reply = client.post("/v1/editor/undo", content='{"seq": 1,}', headers=asked)

    assert reply.status_code == 422
    assert reply.json()["errors"] == [{"field": "body", "detail": "it is no JSON from character 10 on"}]


def test_any_site_may_read_but_never_with_credentials(client: TestClient) -> None:
    for path in ("/v1/events", "/widget.js", "/v1/events/evt_none"):
        reply = client.get(path, headers={"origin": "https://reader.example"})

        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers
    assert "access-control-allow-origin" not in client.get("/", headers={"origin": "https://reader.example"}).headers


def test_a_preflight_is_answered(client: TestClient) -> None:
    reply = client.options("/v1/events", headers={"origin": "https://reader.example"})

    assert reply.status_code == 204
    assert "GET" in reply.headers["access-control-allow-methods"]
    assert {"Authorization", "If-None-Match"} <= set(reply.headers["access-control-allow-headers"].split(", "))


@pytest.mark.parametrize("path", ["/v1/editor/queue", "/v1/webhooks", "/desk", "/desk/sign-in", "/"])
def test_no_other_site_may_read_what_is_for_editors_or_changes_something(client: TestClient, path: str) -> None:
    asked = {"origin": "https://reader.example", "access-control-request-method": "POST"}
    replies = [client.get(path, headers=asked), client.options(path, headers=asked)]

    assert not any("access-control-allow-origin" in reply.headers for reply in replies)
    assert replies[1].status_code in (404, 405)


def test_every_read_has_an_etag_and_says_how_long_it_keeps(engine: Engine, client: TestClient) -> None:
    seed_examples(engine)
    paths = ["/openapi.json", *(asked["200"] for asked in ASKED.values() if "200" in asked)]
    fresh = {"/healthz", "/readyz"}
    asked = {path: client.get(path) for path in paths}

    assert {path for path, reply in asked.items() if reply.status_code != 200} == set()
    assert {path for path, reply in asked.items() if "etag" not in reply.headers} == fresh
    assert all("cache-control" in reply.headers for reply in asked.values())
    big = [reply for reply in asked.values() if len(reply.content) > GZIP_FROM_BYTES]
    assert big
    assert all(reply.headers["content-encoding"] == "gzip" for reply in big)


def test_head_is_answered_like_get(client: TestClient) -> None:
    assert client.head("/v1/events").status_code == 200
    assert client.head("/").status_code == 200


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_an_empty_database_is_not_ready(tmp_path: Path) -> None:
    with client_of(settings_in(tmp_path)) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503


def test_the_document_is_served(client: TestClient) -> None:
    first = client.get("/openapi.json")

    assert first.json()["info"]["title"] == "SecondSource"
    assert client.get("/openapi.json", headers={"if-none-match": first.headers["etag"]}).status_code == 304
