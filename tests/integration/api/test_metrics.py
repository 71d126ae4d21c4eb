"""What is counted can be read by Prometheus, on this machine or with a key for it."""

from ipaddress import ip_network

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.key_store import KeyStore
from api.scopes import Scope
from storage.settings import Settings
from tests.integration.api.scraping import Sample, sample, scraped
from tests.integration.api.seeding import BASE_URL, seed_event
from tests.unit.api.builders import NOON, make_full_event


def _from(settings: Settings, address: str) -> TestClient:
    app = create_app(settings, clock=lambda: NOON)
    return TestClient(app, base_url=BASE_URL, client=(address, 4711), raise_server_exceptions=False)


def _requests(route: str, status: int, answered_from: str = "application") -> Sample:
    return sample("requests_total", route=route, status=str(status), answered_from=answered_from)


def test_requests_are_counted_by_route_and_status_however_they_were_answered(
    engine: Engine, settings: Settings
) -> None:
    seed_event(engine, make_full_event())
    with _from(settings, "127.0.0.1") as client:
        for path in ("/v1/events/evt_1", "/v1/events/evt_1", "/v1/events/evt_none", "/nowhere/1", "/nowhere/2"):
            client.get(path)
        client.get("/v1/events/evt_1", headers={"if-none-match": "*"})
        client.get("/v1/events?limit=0")
        seen = scraped(client, "/metrics")

    assert seen[_requests("/v1/events/{event_id}", 200)] == 1
    assert seen[_requests("/v1/events/{event_id}", 200, "memory")] == 1
    assert seen[_requests("/v1/events/{event_id}", 304, "memory")] == 1
    assert seen[_requests("/v1/events/{event_id}", 404)] == 1
    assert seen[_requests("/v1/events", 422)] == 1
    assert seen[_requests("none", 404)] == 2
    assert seen["secondsource_request_seconds_count", frozenset({("route", "/v1/events/{event_id}")})] == 2
    plain = {name: value for (name, labels), value in seen.items() if not labels}
    assert plain["secondsource_change_log_newest"] == plain["secondsource_change_log_followed"] > 0
    assert (plain["secondsource_kept_events"], plain["secondsource_streams_open"]) == (1, 0)
    assert plain["secondsource_kept_events_bytes"] > 1000


@pytest.mark.parametrize("headers", [{"x-forwarded-for": "127.0.0.1"}, {"forwarded": "for=127.0.0.1"}])
def test_whoever_is_not_of_this_machine_needs_a_key_for_it(
    engine: Engine, settings: Settings, headers: dict[str, str]
) -> None:
    reader, metrics = (
        {"authorization": f"Bearer {KeyStore(engine).create(scope, [scope], NOON)}"}
        for scope in (Scope.READ, Scope.METRICS)
    )
    public = settings.model_copy(update={"public_url": "https://news.example"})
    proxied = settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.1"),)})
    with _from(settings, "127.0.0.1") as here, _from(settings, "198.51.100.7") as away:
        assert here.get("/metrics").status_code == 200
        strangers = [here.get("/metrics", headers=headers), away.get("/metrics")]
        for set_so, address in ((public, "::1"), (proxied, "127.0.0.1")):
            with _from(set_so, address) as behind:
                strangers.append(behind.get("/metrics"))
        assert [one.status_code for one in strangers] == [401] * 4
        assert away.get("/metrics", headers=reader).status_code == 403
        read = away.get("/metrics", headers=metrics)

    assert (read.status_code, read.headers["cache-control"]) == (200, "no-store")
    assert read.headers["content-type"].startswith("text/plain; version=")
    assert "access-control-allow-origin" not in read.headers
