"""Limits on what is heavy: per address and per key, in one process and over several that share a Redis."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest
from fastapi import APIRouter
from redis import Redis
from sqlalchemy import Engine
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api import rate_limits
from api.app import create_app
from api.key_store import KeyStore
from api.rate_limits import EDITOR, SEARCH, STREAM, TRENDS, WEBHOOKS, Policy, rate_limited
from api.replies import Problem
from api.scopes import Scope
from storage.settings import Settings
from tests.ending import wait_until
from tests.integration.api.seeding import BASE_URL
from tests.integration.commands.redis_server import redis_server
from tests.unit.api.builders import NOON

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
HEAVY = Policy("heavy", anonymous=2, keyed=4)
router = APIRouter()


@router.get("/v1/heavy", dependencies=[rate_limited(HEAVY)])
def heavy(number: int = 0) -> int:
    return number


@contextmanager
def _client(settings: Settings, address: str = "198.51.100.7", **changed: object) -> Iterator[TestClient]:
    """The application with one more route, which is limited."""
    app = create_app(settings.model_copy(update=changed), clock=lambda: NOON)
    app.include_router(router)
    with TestClient(app, base_url=BASE_URL, client=(address, 4711), raise_server_exceptions=False) as client:
        yield client


def _statuses(client: TestClient, times: int, **headers: str) -> list[int]:
    return [client.get("/v1/heavy", headers=headers).status_code for _ in range(times)]


def test_beyond_the_limit_the_reply_says_when_to_come_again(engine: Engine, settings: Settings) -> None:
    with _client(settings) as client:
        first = client.get("/v1/heavy")
        _, refused = client.get("/v1/heavy?number=x"), client.get("/v1/heavy?number=x")

    assert first.headers["ratelimit-policy"] == '"heavy";q=2;w=60'
    assert re.fullmatch(r'"heavy";r=1;t=([1-5]?\d|60)', first.headers["ratelimit"])
    assert "retry-after" not in first.headers
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(
        first.headers["access-control-expose-headers"].split(", ")
    )
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"heavy";r=0;t=')
    assert Problem.model_validate(refused.json()).status == 429


def test_addresses_and_keys_are_counted_apart(engine: Engine, settings: Settings) -> None:
    tokens = [KeyStore(engine).create(name, [scope], NOON) for name, scope in (("a", Scope.READ), ("b", Scope.METRICS))]
    reader, other = ({"authorization": f"Bearer {token}"} for token in tokens)
    with _client(settings, trusted_proxies=(ip_network("198.51.100.0/24"),)) as client:
        assert _statuses(client, 3, **{"x-forwarded-for": "2001:db8::1"}) == [200, 200, 429]
        assert _statuses(client, 1, **{"x-forwarded-for": "2001:db8::2"}) == [429]  # the same /64
        assert _statuses(client, 1, **{"x-forwarded-for": "2001:db8:0:1::1"}) == [200]
        assert _statuses(client, 5, **reader) == [200, 200, 200, 200, 429]
        assert _statuses(client, 3, **other) == [200, 200, 429]


def test_what_is_read_by_id_is_not_limited(client: TestClient) -> None:
    for path in ("/v1/events/evt_1", "/v1/resolve?article_id=art_1", "/v1/events", "/healthz"):
        assert "ratelimit" not in client.get(path).headers


@pytest.mark.redis
def test_processes_that_share_a_redis_share_the_count(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    with redis_server(tmp_path) as url:
        shared = settings.model_copy(update={"broker_url": url})
        with _client(shared) as one, _client(shared) as other:
            assert (_statuses(one, 1), _statuses(other, 2), _statuses(one, 1)) == ([200], [200, 429], [429])
            assert re.fullmatch(r'"heavy";r=0;t=([1-5]?\d|60)', one.get("/v1/heavy").headers["ratelimit"])


def test_without_its_redis_each_process_counts_for_itself(engine: Engine, settings: Settings) -> None:
    with _client(settings, broker_url="redis://127.0.0.1:1/0") as client:
        assert _statuses(client, 3) == [200, 200, 429]


@pytest.mark.redis
def test_a_redis_that_hangs_is_waited_for_once_in_a_while_and_counts_again_when_it_answers(
    engine: Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis_server(tmp_path) as url, _client(settings, broker_url=url) as client, capture_logs() as logs:
        assert _statuses(client, 1) == [200]
        Redis.from_url(url).client_pause(60_000)
        began = time.monotonic()
        assert _statuses(client, 12) == [200, 200, *[429] * 10]
        assert time.monotonic() - began < 4 * rate_limits.REDIS_ANSWERS_WITHIN_SECONDS
        assert [one["event"] for one in logs] == ["rate_limits_not_shared"]

    with redis_server(tmp_path) as url, _client(settings, broker_url=url) as client, capture_logs() as logs:
        monkeypatch.setattr(rate_limits, "REDIS_LEFT_ALONE_SECONDS", 0.1)
        redis = Redis.from_url(url)
        # Again where this machine was so slow that the pause was nearly over when the request came.
        wait_until(lambda: redis.client_pause(800) and _statuses(client, 1) and logs)
        wait_until(lambda: _statuses(client, 1) and len(logs) == 2)
        assert [one["event"] for one in logs] == ["rate_limits_not_shared", "rate_limits_shared_again"]


def test_a_list_counts_as_a_search_where_words_narrow_it_and_as_nothing_otherwise(
    engine: Engine, settings: Settings
) -> None:
    paths = ("/v1/search?q=bridge", "/v1/events?q=bridge", "/feeds/events.rss?q=bridge", "/?q=bridge", "/v1/trends")
    with _client(settings) as client:
        plain = [client.get(path.partition("?")[0]).headers.get("ratelimit") for path in paths[1:4]]
        left = [client.get(path).headers["ratelimit"].partition(";t=")[0] for path in paths]

    assert plain == [None, None, None]
    assert left == ['"search";r=29', '"search";r=28', '"search";r=27', '"search";r=26', '"trends";r=59']


def test_what_was_counted_is_for_who_asked_and_nothing_open_is_kept_for_other_keys(
    engine: Engine, settings: Settings
) -> None:
    with _client(settings) as client:
        searched, counted = client.get("/v1/search?q=bridge"), client.get("/v1/heavy")
        open_to_all, page = client.get("/v1/events"), client.get("/")
        refused = client.get("/v1/events", headers={"authorization": "Bearer ssk_none"})
        unchanged = client.get("/v1/search?q=bridge", headers={"if-none-match": searched.headers["etag"]})

    assert {one.headers["cache-control"] for one in (searched, unchanged)} == {"private, max-age=15"}
    assert counted.headers["cache-control"] == "private"
    assert open_to_all.headers["cache-control"] == "public, max-age=15"
    assert refused.headers["cache-control"] == "no-store"
    for reply in (searched, open_to_all, page, refused, unchanged):
        assert "Authorization" in reply.headers["vary"].split(", ")


def test_streams_are_counted_when_opened_and_webhooks_when_managed(engine: Engine, settings: Settings) -> None:
    key = KeyStore(engine).create("app", [Scope.WEBHOOKS], NOON)
    with _client(settings) as client:
        opened = client.get("/v1/stream?signal=loud")
        stranger = client.get("/v1/webhooks")
        managed = client.get("/v1/webhooks", headers={"authorization": f"Bearer {key}"})

    assert (opened.status_code, stranger.status_code, managed.status_code) == (422, 401, 200)
    assert opened.headers["ratelimit"].startswith(f'"stream";r={STREAM.anonymous - 1};')
    assert managed.headers["ratelimit"].startswith(f'"webhooks";r={WEBHOOKS.keyed - 1};')


def test_the_guide_gives_the_limits_as_they_are() -> None:
    said = GUIDE.partition("## Limits")[2].splitlines()
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in said if line.startswith("|")]
    told = {policy: (anonymous, keyed) for _, policy, anonymous, keyed in rows[2:]}

    open_to_all = {one.name: (str(one.anonymous), str(one.keyed)) for one in (SEARCH, TRENDS, STREAM)}
    assert told == open_to_all | {one.name: ("", str(one.keyed)) for one in (WEBHOOKS, EDITOR)}
