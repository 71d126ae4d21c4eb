"""What the API answers while its database is away, full or of another schema, and that it goes on by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.scopes import Scope
from storage.settings import Settings
from tests.following import served
from tests.integration.api.seeding import BASE_URL, client_of, migrated, seed_event, settings_in
from tests.integration.full_disk import no_room
from tests.integration.storage.server import Server, new_database
from tests.unit.api.builders import NOON, make_full_event

HOT, COLD, PAGE = "/v1/events/evt_1", "/v1/events?limit=3", "/"
BROWSER = {"accept": "text/html"}


@pytest.fixture
def away(own_server: Server, tmp_path: Path) -> Iterator[tuple[Server, TestClient, str]]:
    """A server with one event, a client of the application on it, and a key."""
    settings = Settings(data_dir=tmp_path, database_url=new_database(own_server.url, "news"))
    engine = migrated(settings)
    seed_event(engine, make_full_event())
    token = KeyStore(engine).create("app", [Scope.READ], NOON) or ""
    engine.dispose()
    with client_of(settings) as client:
        yield own_server, client, token


def _own_metrics(client: TestClient) -> str:
    """For this machine: no key has to be looked up."""
    here = TestClient(client.app, base_url=BASE_URL, client=("127.0.0.1", 4711))
    reply = here.get("/metrics")
    assert reply.status_code == 200
    assert "secondsource_requests_total" in reply.text
    return reply.text


@pytest.mark.postgresql
def test_while_the_database_is_away_programs_and_readers_are_told_to_come_back(
    away: tuple[Server, TestClient, str],
) -> None:
    server, client, token = away
    assert {client.get(path).status_code for path in (HOT, COLD, PAGE, "/readyz")} == {200}

    server.stop()

    assert client.get("/healthz").status_code == 200
    assert "change_log_newest" not in _own_metrics(client)
    assert client.get("/readyz").status_code == 503
    assert client.get(HOT).status_code == 200  # as it was known half a minute ago at most
    for path, headers in ((COLD, {}), (COLD, {"authorization": f"Bearer {token}"}), ("/feeds/events.rss", {})):
        refused = client.get(path, headers=headers)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5"), path
        assert refused.headers["content-type"] == "application/problem+json"
    for path in (PAGE, "/events/evt_1/x", "/status"):
        page = client.get(path, headers=BROWSER)
        assert (page.status_code, page.headers["retry-after"]) == (503, "5"), path
        assert "cannot be used at the moment" in page.text
        assert "<main" in page.text

    server.start()

    assert {client.get(path).status_code for path in (HOT, COLD, PAGE, "/readyz")} == {200}


def test_an_editor_whose_database_is_full_is_told_so_and_readers_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    seed_event(engine, make_full_event())
    token = KeyStore(engine).create("tool", [Scope.EDITOR], NOON) or ""
    with client_of(settings) as client:
        client.headers["authorization"] = f"Bearer {token}"
        with no_room(engine):
            client.app.state.service.engine.dispose()  # type: ignore[attr-defined]  # who connects anew is held to it
            for number in range(100):
                before = served(engine)
                reply = client.post("/v1/editor/events/evt_1/title", json={"title": f"{number} {'x' * 190}"})
                if reply.status_code != 200:
                    break
            assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
            assert served(engine) == before
            assert {client.get(path).status_code for path in (HOT, COLD, PAGE, "/readyz")} == {200}
        assert "no space left" in "".join(capsys.readouterr())

        client.app.state.service.engine.dispose()  # type: ignore[attr-defined]
        assert client.post("/v1/editor/events/evt_1/title", json={"title": "There is room"}).status_code == 200
    engine.dispose()
