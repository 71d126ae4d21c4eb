"""Placing goes on when the worker that does it is killed."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cluster.lease import LEASE_LASTS
from cluster.placing import DECIDES_FOR_SECONDS
from queues import celery_settings
from storage.engine import open_engine
from tests.databases import Shared
from tests.ending import wait_until
from tests.integration.commands.redis_server import redis_server
from tests.integration.takeover import placed, placing_workers, read_at_once, reports, seconds_without_a_placer

ARTICLES = 600  # some seconds of work
WITHIN = timedelta(seconds=15)


def test_who_is_killed_is_replaced_before_long() -> None:
    nudged_every = timedelta(seconds=celery_settings(None)["beat_schedule"]["place"]["schedule"])
    assert LEASE_LASTS + nudged_every + timedelta(seconds=DECIDES_FOR_SECONDS) <= WITHIN
    assert 2 * timedelta(seconds=DECIDES_FOR_SECONDS) < LEASE_LASTS


@pytest.mark.redis
@pytest.mark.postgresql
def test_another_worker_goes_on_and_places_every_article_once(shared: Shared, tmp_path: Path, exported: Path) -> None:
    engine, now = open_engine(shared.emptied()), datetime.now(UTC)
    shutil.copytree(exported, tmp_path / "model")
    read_at_once(engine, reports(ARTICLES, now - timedelta(hours=2)), now)

    with redis_server(tmp_path) as broker, placing_workers(engine, broker, tmp_path):
        seconds_without_a_placer(engine)
        wait_until(lambda: placed(engine) == ARTICLES, seconds=120)
    engine.dispose()
