"""The page about the API lists what the OpenAPI document has, and its examples work as they stand."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.openapi import operations
from storage.settings import Settings
from tests.integration.api.seeding import client_of, seed_event
from tests.unit.api.builders import make_full_event


@pytest.fixture
def behind(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """A client of the application behind a proxy, with an event."""
    seed_event(engine, make_full_event())
    with client_of(settings.model_copy(update={"public_url": "https://news.example"})) as client:
        yield client


def _cells(page: str) -> Iterator[tuple[str, ...]]:
    """The table's rows, each cell as its reader sees it."""
    (body,) = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    for row in body.split("</tr>")[:-1]:
        yield tuple(unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row))


def test_every_operation_of_the_document_is_on_the_page_with_the_scope_it_needs(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    listed = {name: (summary, key) for name, summary, key in _cells(client.get("/api").text)}

    summaries = {name: operation["summary"] for name, operation in operations(document)}
    exceptions = {
        "GET /metrics": "For a key with the scope metrics and, where no proxy stands in front, for this machine.",
        "GET /metrics/pipeline": "The same from every API process, at most five seconds old. For whom /metrics is.",
    }
    assert {name: summary for name, (summary, _) in listed.items()} == {
        name: summary + exceptions.get(name, "") for name, summary in summaries.items()
    }
    needing = {name: key for name, (_, key) in listed.items() if key != "none"}
    scopes = {"/v1/webhooks": "webhooks", "/v1/editor/": "editor", "/metrics": "metrics"}
    assert needing == {name: scope for name in summaries for path, scope in scopes.items() if path in name}
    assert document["paths"]["/v1/webhooks"]["post"]["security"] == [{"key": ["webhooks"]}]


def test_its_examples_name_this_server_and_work_as_they_stand(behind: TestClient) -> None:
    page = unescape(behind.get("/api").text)
    (asked,) = re.findall(r"curl 'https://news\.example(/[^']+)'", page)

    assert behind.get(asked).json()["data"][0]["id"] == "evt_1"
    assert (
        '<script type="module" async src="https://news.example/widget.js" referrerpolicy="no-referrer"></script>'
        in page
    )
    for path in ("/widget.js", "/openapi.json", "/feeds/events.rss", "/feeds/events.atom", "/feeds/events.json"):
        assert f"{path}" in page
        assert behind.get(path).status_code == 200


def test_the_menu_leads_to_it_and_it_runs_no_script_of_others(client: TestClient) -> None:
    page = client.get("/api").text

    assert '<a href="/api">API</a>' in client.get("/").text
    assert all('src="/static/' in one for one in re.findall(r"<script[^>]*>", page))
