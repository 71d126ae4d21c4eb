"""Every reply there is, errors too, tells browsers what it may do, and nothing of what it was made with."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

from api.app import STATIC
from api.desk_door import MOST_BYTES
from api.key_store import KeyStore
from api.scopes import Scope
from storage.engine import writing
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.api.at_desk import publish_breach_and_talk, sign_in
from tests.integration.api.seeding import client_of, migrated, settings_in
from tests.integration.cluster.pipeline import place
from tests.unit.api.builders import NOON

ENDLESS = "/v1/stream"
PRIVATE = ("/desk", "/v1/editor", "/v1/webhooks", "/metrics")
PAGE = {"accept": "text/html, */*"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
PUBLIC = "https://news.example"
# What a server, a framework or a library would say of itself; a version has two dots.
SAYS_NUMBERS = ("etag", "content-type")  # the latter of the format of the metrics
SAYS_TOO_MUCH = re.compile(r"uvicorn|starlette|fastapi|python|\b\d+\.\d+\.\d+\b", re.IGNORECASE)


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[tuple[Engine, Settings]]:
    """Two events, in a database of which the kind is of no matter."""
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    yield engine, settings
    engine.dispose()


def everything(client: TestClient, engine: Engine) -> Iterator[tuple[str, Response]]:
    """What every route answers to everybody, to an editor at the desk and to a key with all scopes."""
    placed = publish_breach_and_talk(engine)
    ids = {"event_id": placed["art_1"], "other_id": placed["art_3"], "article_id": "art_1", "seq": "1"}
    key = {"authorization": f"Bearer {KeyStore(engine).create('all', list(Scope), NOON)}"}
    for who in (dict[str, str](), key, None):
        if who is None:
            sign_in(client, engine)
        for method, path in routes(client, ids):
            yield f"{method} {path}", client.request(method, path, headers=PAGE | (who or {}))


def routes(client: TestClient, ids: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every method and path, HEAD and a preflight among them, and every file."""
    assert isinstance(client.app, FastAPI)
    for one in iter_route_contexts(client.app.routes):
        path = re.sub(r"\{(\w+)[^}]*\}", lambda found: ids.get(found[1], "none"), str(one.path))
        if path != ENDLESS:
            yield from ((method, path) for method in sorted({"HEAD", "OPTIONS", *(one.methods or {"GET"})}))
    yield from (("GET", f"/static/{file.name}") for file in STATIC.iterdir())


def refusals(client: TestClient) -> Iterator[tuple[str, Response]]:
    """What is refused before or behind any route."""
    yield "404", client.get("/nowhere", headers=PAGE)
    yield "404 of a file", client.get("/static/none.css")
    yield "405", client.request("BREW", "/v1/events")
    yield "400 of a Host", client.get("/v1/events", headers={"host": "evil.example"})
    yield "422", client.get("/v1/events?limit=0")
    yield "422 of a page", client.get("/?sort=best", headers=PAGE)
    yield "401 of a key", client.get("/", headers={"authorization": "Bearer ssk_none"})
    yield "413", client.post("/desk/sign-in", content=b"name=" + b"a" * MOST_BYTES, headers=FORM)
    yield "429", [client.get("/v1/search?q=corvane") for _ in range(31)][-1]


def wrong(name: str, reply: Response) -> Iterator[str]:
    """What a reply lacks, or says too much."""
    headers, path = reply.headers, reply.request.url.path
    policy = headers.get("content-security-policy", "")
    framed = "*" if path == "/embed" else "'none'"
    expected = {
        "content-security-policy starts": policy.startswith("default-src 'none'"),
        "content-security-policy lets nothing in from elsewhere": not re.search(r"unsafe|https?:|data:", policy),
        "frame-ancestors": f"frame-ancestors {framed}" in policy,
        "nosniff": headers.get("x-content-type-options") == "nosniff",
        "referrer-policy": headers.get("referrer-policy") == "strict-origin",
        "whose resource": headers.get("cross-origin-resource-policy") in ("same-origin", "cross-origin"),
        "of its own window": headers.get("content-type", "").partition(";")[0] != "text/html"
        or path == "/embed"
        or headers.get("cross-origin-opener-policy") == "same-origin",
        "not kept": not path.startswith(PRIVATE) or _is_kept_by_nobody(reply),
        "an error is not kept": reply.status_code < 400 or _is_kept_by_nobody(reply),
        "silent": not SAYS_TOO_MUCH.search(str({k: v for k, v in headers.items() if k not in SAYS_NUMBERS})),
    }
    yield from (f"{name} ({reply.status_code}): {what}" for what, holds in expected.items() if not holds)


def _is_kept_by_nobody(reply: Response) -> bool:
    """A 405 or an empty answer has nothing to keep."""
    said = reply.headers.get("cache-control", "")
    return "no-store" in said or "no-cache" in said or (not said and not reply.content)


def test_every_reply_has_its_headers(on_file: tuple[Engine, Settings]) -> None:
    engine, settings = on_file
    with client_of(settings) as client:
        asked = [*everything(client, engine), *refusals(client)]

    assert [problem for name, reply in asked for problem in wrong(name, reply)] == []
    assert {reply.status_code for _, reply in asked} >= {200, 204, 303, 307, 400, 401, 404, 405, 413, 422, 429}


def test_a_failure_has_them_too(on_file: tuple[Engine, Settings]) -> None:
    engine, settings = on_file
    waiting = place(engine, make_article())["art_1"]
    with client_of(settings) as client:
        too_early = client.get(f"/v1/events/{waiting}", headers=PAGE)
        with writing(engine) as connection:
            connection.execute(text("DROP TABLE members"))
        broken = [client.get(path, headers=PAGE) for path in ("/", "/v1/events", "/articles/art_1")]

    assert [problem for reply in (too_early, *broken) for problem in wrong("failed", reply)] == []
    assert [reply.status_code for reply in (too_early, *broken)] == [503, 500, 500, 500]


@pytest.mark.parametrize("path", ["/", "/v1/events", "/static/page.css", "/embed", "/desk", "/nowhere"])
def test_browsers_that_came_by_tls_are_told_to_ask_by_nothing_else(
    client: TestClient, settings: Settings, path: str
) -> None:
    with client_of(settings.model_copy(update={"public_url": PUBLIC})) as behind:
        by_name = behind.get(path, headers={"host": "news.example"})
        by_address = behind.get(path)

    assert by_name.headers["strict-transport-security"] == "max-age=15552000"
    assert "strict-transport-security" not in by_address.headers
    assert "strict-transport-security" not in client.get(path).headers


def test_a_failure_by_tls_says_so_too_and_varies_as_all_replies(on_file: tuple[Engine, Settings]) -> None:
    engine, settings = on_file
    with client_of(settings.model_copy(update={"public_url": PUBLIC})) as behind:
        with writing(engine) as connection:
            connection.execute(text("DROP TABLE members"))
        by_name = behind.get("/v1/events", headers={"host": "news.example"})
        by_address = behind.get("/v1/events")

    assert (by_name.status_code, by_address.status_code) == (500, 500)
    assert by_name.headers["strict-transport-security"] == "max-age=15552000"
    assert "strict-transport-security" not in by_address.headers
    assert by_name.headers["vary"] == by_address.headers["vary"] == "Authorization"
