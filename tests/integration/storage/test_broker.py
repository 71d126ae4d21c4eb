"""A Redis that could lose the queues is refused, and what to change is said."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from structlog.testing import capture_logs

from storage.broker import UnfitBroker, check_broker, place_of, redis_url
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import free_port

EVICTS = ("--maxmemory-policy", "allkeys-lru")
WITHOUT_CONFIG = ("--rename-command", "CONFIG", "")


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[str]:
    """A server whose users may ask it nothing about itself."""
    with redis_server(tmp_path, *EVICTS) as url, Redis.from_url(url) as redis:
        redis.execute_command("ACL", "SETUSER", "worker", "on", ">geheim", "~*", "&*", "+@all", "-config", "-info")
        yield url.replace("redis://", "redis://worker:geheim@")


@pytest.mark.redis
def test_a_redis_that_keeps_everything_is_taken(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url, capture_logs() as said:
        check_broker(url)

    assert said == []


@pytest.mark.redis
@pytest.mark.parametrize("options", [EVICTS, (*EVICTS, *WITHOUT_CONFIG)], ids=["asked", "reported"])
def test_a_redis_that_drops_what_is_old_is_refused_with_the_line_to_change(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    with redis_server(tmp_path, *options) as url, pytest.raises(UnfitBroker) as refused:
        check_broker(url)

    assert "maxmemory-policy allkeys-lru" in str(refused.value)
    assert "`maxmemory-policy noeviction` into redis.conf" in str(refused.value)
    assert "CONFIG SET maxmemory-policy noeviction" in str(refused.value)


@pytest.mark.redis
def test_a_redis_that_does_not_tell_is_taken_with_a_warning(strict: str) -> None:
    with capture_logs() as said:
        check_broker(strict)

    assert [line["log_level"] for line in said] == ["warning"]
    assert "geheim" not in str(said)


@pytest.mark.redis
@pytest.mark.parametrize("user", ["", "worker:falsch@", ":falsch@"])
def test_a_wrong_password_is_named_but_not_shown(tmp_path: Path, user: str) -> None:
    with redis_server(tmp_path, "--requirepass", "geheim") as url, pytest.raises(UnfitBroker) as refused:
        check_broker(url.replace("redis://", f"redis://{user}"))

    assert "refuses the user or password" in str(refused.value)
    assert "falsch" not in str(refused.value)


def test_a_redis_out_of_reach_is_named_without_its_password() -> None:
    port = free_port()
    with pytest.raises(UnfitBroker, match=f"no Redis answers at 127.0.0.1:{port}") as refused:
        check_broker(f"redis://:geheim@127.0.0.1:{port}/0")

    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "amqp://u:geheim@h", "redis://u:geheim@h:port/0", "redis://[::1"])
def test_what_is_no_address_of_a_redis_is_refused(url: str) -> None:
    with pytest.raises(UnfitBroker) as refused:
        check_broker(url)

    assert "SECONDSOURCE_BROKER_URL" in str(refused.value)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://:gehe/im@127.0.0.1:6379/0",
        "redis://:gehe?im@127.0.0.1:6379/0",
        "redis://:gehe#im@127.0.0.1:6379/0",
        "redis://u:gehe/im@127.0.0.1/0",
        "redis://gehe/im@127.0.0.1/0",
        "redis://u:47111/im@127.0.0.1/0",
        "redis://:ge@gehe/im@127.0.0.1/0",
        "redis+socket://:gehe/im@/tmp/b.sock",
    ],
)
def test_a_password_that_is_not_encoded_is_not_taken_for_an_address(url: str) -> None:
    with pytest.raises(UnfitBroker) as refused:
        check_broker(url)

    for said in (str(refused.value), place_of(url)):
        assert not re.search("gehe|im@|47111", said)
    assert "percent-encoded" in str(refused.value)


def test_a_place_is_host_and_port_or_the_path_of_a_socket() -> None:
    assert place_of("rediss://u:geheim%2F@Broker:7000/1") == "broker:7000"
    assert place_of("redis://broker/1") == "broker:6379"
    assert place_of("redis+socket:///tmp/a@b.sock?virtual_host=2") == "/tmp/a@b.sock"


def test_a_unix_socket_is_written_as_redis_py_reads_it() -> None:
    assert redis_url("redis+socket:///tmp/b.sock?virtual_host=2") == "unix:///tmp/b.sock?db=2"
    assert redis_url("redis://h:6379/0") == "redis://h:6379/0"
