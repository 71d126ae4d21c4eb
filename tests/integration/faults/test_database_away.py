"""A PostgreSQL that dies, stays away and comes back: workers wait for it, say so once, and go on where they were."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.working import KINDS
from storage.settings import Settings
from tests.ending import wait_until
from tests.following import served
from tests.integration.api.seeding import migrated
from tests.integration.commands.redis_server import redis_server
from tests.integration.faults.going_on import goes_on
from tests.integration.faults.machine import machine
from tests.integration.storage.server import Server, new_database
from tests.integration.test_following import ARTICLES, some_news

AWAY_SECONDS = 12.0
HEARD_WITHIN_SECONDS = 120.0  # of the outage, by every worker
MOST_LINES = 20  # that a worker logs of both outages and of its work; one for each task would be a hundred
NUDGED = ("ingest", "cluster", "describe")  # by beat, whether or not the database answers


@pytest.mark.postgresql
@pytest.mark.redis
def test_workers_wait_for_a_database_that_is_away(own_server: Server, tmp_path: Path, exported: Path) -> None:
    (tmp_path / "model").symlink_to(exported)
    settings = Settings(data_dir=tmp_path, database_url=new_database(own_server.url, "news"))
    engine = migrated(settings)
    news = some_news(datetime.now(UTC))

    def dies() -> None:
        own_server.stop()
        own_server.start()

    def stays_away() -> None:
        own_server.stop()
        wait_until(lambda: all("out of reach" in workers.log(kind) for kind in NUDGED), HEARD_WITHIN_SECONDS)
        time.sleep(AWAY_SECONDS)
        own_server.start()

    with (
        redis_server(tmp_path) as broker,
        machine(tmp_path, (*KINDS, "beat"), broker, settings.database) as workers,
    ):
        goes_on(engine, news[:4], lambda: None)
        before = {kind: len(workers.log(kind).splitlines()) for kind in KINDS}
        goes_on(engine, news[4:9], dies)
        goes_on(engine, news[9:], stays_away)

        assert not workers.deaths
        for kind in KINDS:
            said = workers.log(kind)
            assert "Traceback" not in said
            assert len(said.splitlines()) - before[kind] < MOST_LINES
        for kind in NUDGED:
            said = workers.log(kind)
            assert "start the database, or correct SECONDSOURCE_DATABASE_URL" in said
            assert said.rindex("database serves again") > said.rindex("out of reach")
    assert sum(len(members) for _, _, members, _ in served(engine).values()) == ARTICLES
    engine.dispose()
