"""The same service on an operator's own Redis."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.commands.service import free_port, started


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    assert program, "no Redis: apt-get install redis-server"
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


def test_articles_become_events_through_redis(tmp_path: Path, redis_url: str) -> None:
    with started(["demo"], tmp_path / "data", SECONDSOURCE_BROKER_URL=redis_url) as service:
        confirmed = service.wait_for(lambda: (service.get("/v1/events?min_sources=2") or {}).get("data"))

    assert confirmed[0]["counts"]["independent_sources"] >= 2
    assert not (tmp_path / "data" / "demo" / "broker").exists()
