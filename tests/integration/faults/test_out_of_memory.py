"""A worker that runs out of memory, or is killed for it, costs no article its place."""

import os
import resource
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.ending import wait_until
from tests.following import served
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.commands.redis_server import redis_server
from tests.integration.faults.going_on import AT_WORK_WITHIN_SECONDS, goes_on
from tests.integration.faults.machine import machine
from tests.integration.test_following import ARTICLES, some_news

KINDS = ("embed", "cluster", "describe")


def _held(pid: int) -> int:
    """The address space of a process, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    return pages * resource.getpagesize()


@pytest.mark.redis
def test_what_a_worker_had_in_hand_is_done_by_the_next(tmp_path: Path, exported: Path) -> None:
    (tmp_path / "model").symlink_to(exported)
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    news = some_news(datetime.now(UTC))

    def no_more_is_given() -> None:
        pid, said = workers.pid("embed"), workers.log("embed")
        resource.prlimit(pid, resource.RLIMIT_AS, (_held(pid), resource.RLIM_INFINITY))
        wait_until(lambda: workers.log("embed") != said or workers.deaths, AT_WORK_WITHIN_SECONDS, 0.2)
        if workers.pid("embed") == pid:
            resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def kernel_kills() -> None:
        for kind in KINDS:
            os.kill(workers.pid(kind), signal.SIGKILL)

    with (
        redis_server(tmp_path) as broker,
        machine(tmp_path, (*KINDS, "beat"), broker, settings.database) as workers,
    ):
        goes_on(engine, news[:3], lambda: None)
        goes_on(engine, news[3:8], no_more_is_given)
        goes_on(engine, news[8:], kernel_kills)
    assert sum(len(members) for _, _, members, _ in served(engine).values()) == ARTICLES
    engine.dispose()
