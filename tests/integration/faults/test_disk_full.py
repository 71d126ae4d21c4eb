"""A disk that fills up under running workers: they wait, say so once, and go on when there is room."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.settings import Settings
from tests.ending import wait_until
from tests.following import served
from tests.integration.api.seeding import migrated
from tests.integration.commands.redis_server import redis_server
from tests.integration.faults.going_on import goes_on
from tests.integration.faults.machine import machine
from tests.integration.test_following import ARTICLES, some_news

KINDS = ("embed", "cluster", "describe")
HEARD_WITHIN_SECONDS = 90.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of 12 MB, in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.redis
def test_workers_wait_for_room(small_disk: Path, tmp_path: Path, exported: Path) -> None:
    (tmp_path / "model").symlink_to(exported)
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{small_disk}/news.db")
    engine = migrated(settings)
    news = some_news(datetime.now(UTC))
    filler = small_disk / "filler"

    def fills_up() -> None:
        filler.write_bytes(bytes(shutil.disk_usage(small_disk).free))
        wait_until(lambda: any("no space left" in workers.log(kind) for kind in KINDS), HEARD_WITHIN_SECONDS, 0.2)
        filler.unlink()

    with (
        redis_server(tmp_path) as broker,
        machine(tmp_path, (*KINDS, "beat"), broker, settings.database) as workers,
    ):
        goes_on(engine, news[:4], lambda: None)
        goes_on(engine, news[4:], fills_up)

        assert not workers.deaths
        said = "".join(workers.log(kind) for kind in KINDS)
        assert "make room on the database's disk" in said
        assert "database serves again" in said
        assert "Traceback" not in said
    assert sum(len(members) for _, _, members, _ in served(engine).values()) == ARTICLES
    engine.dispose()
