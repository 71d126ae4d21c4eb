"""The same service on an operator's own Redis."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from commands.demo_publishers import DemoPublishers
from ingest.store import PublisherStore
from storage.engine import open_engine
from storage.migrating import migrate
from storage.settings import Settings
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import environment, fails, started

pytestmark = pytest.mark.redis


def test_articles_become_events_through_redis(tmp_path: Path, data_dir: Path) -> None:
    with DemoPublishers(datetime.now(UTC)) as publishers, redis_server(tmp_path) as url:
        engine = open_engine(Settings(data_dir=data_dir, database_url=None).database)
        migrate(engine)
        PublisherStore(engine).sync(publishers.listed, datetime.now(UTC))
        broker = tmp_path / "broker_url"
        broker.write_text(url)
        with started(
            ["run", "--no-demo"],
            data_dir,
            SECONDSOURCE_ALLOW_ADDRESSES=",".join(publishers.addresses),
            SECONDSOURCE_BROKER_URL_FILE=str(broker),
        ) as service:
            confirmed = service.wait_for(lambda: (service.get("/v1/events?min_sources=2") or {}).get("data"))

    assert confirmed[0]["counts"]["independent_sources"] >= 2
    assert not (data_dir / "broker").exists()


def test_a_redis_that_could_lose_the_queues_is_refused_at_the_start(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--maxmemory-policy", "allkeys-lru") as url:
        settings = {"SECONDSOURCE_BROKER_URL": url, "SECONDSOURCE_DATA_DIR": str(tmp_path), "SECONDSOURCE_PORT": "0"}
        refused = CliRunner().invoke(main, ["run"], env=settings)

    assert refused.exit_code == 2
    assert "maxmemory-policy noeviction" in refused.output


@pytest.mark.parametrize("kind", ["worker", "beat"])
def test_a_process_started_by_hand_refuses_it_too(tmp_path: Path, kind: str) -> None:
    with redis_server(tmp_path, "--maxmemory-policy", "allkeys-lru") as url:
        done = subprocess.run(
            [sys.executable, "-m", "celery", "-A", "worker", kind],
            env=environment(tmp_path, 0, SECONDSOURCE_BROKER_URL=url) | {"PYTHONPATH": str(Path(__file__).parents[3])},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.returncode == 1
    assert "maxmemory-policy noeviction" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("broker_url", ["redis://u:gehe/im@127.0.0.1/0", "redis://:gehe#im@127.0.0.1/0", "amqp://h"])
def test_the_api_does_not_start_with_an_address_that_is_none(tmp_path: Path, broker_url: str) -> None:
    said = fails(["serve"], tmp_path, 0, SECONDSOURCE_BROKER_URL=broker_url)

    assert "SECONDSOURCE_BROKER_URL" in said
    assert "gehe" not in said
