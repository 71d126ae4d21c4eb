"""The database and the broker of a run, of both kinds, and how each is restarted under the service."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from celery import Celery
from redis import Redis
from redis.exceptions import RedisError

from commands.broker import embedded_broker
from commands.processes import BROKER, Child
from storage.broker import redis_url
from storage.engine import sqlite_url
from tests.ending import listens, wait_until
from tests.integration.commands.redis_server import redis_command
from tests.integration.commands.service import free_port
from tests.integration.storage.server import new_database, postgresql, programs, restart

KINDS = ("sqlite", "postgresql")
NOTHING_TO_RESTART = "no database restart: SQLite has no server"


@dataclass(frozen=True, slots=True)
class Servers:
    """A database, and a broker whose process is somebody's to keep alive."""

    database_url: str
    broker_url: str
    broker: Child
    kept: Path  # the broker's data
    restart_database: Callable[[], str]  # tells what it did

    def has_waiting(self, queue: str) -> bool:
        """Whether messages wait in a queue; not where the broker does not answer."""
        with suppress(RedisError), Redis.from_url(redis_url(self.broker_url)) as redis:
            return bool(redis.llen(queue))
        return False

    def nudge(self, task: str) -> None:
        """Has a worker do what beat would have it do a little later."""
        Celery(broker=self.broker_url).send_task(task, queue=task.partition(".")[0])

    def lose_broker(self) -> str:
        """Ends the broker with everything it holds; whoever keeps it alive starts it again, empty."""
        assert self.broker.process
        self.broker.process.kill()
        self.broker.process.wait()
        for held in self.kept.iterdir():
            if held.is_dir():
                shutil.rmtree(held)
            else:
                held.unlink()
        return "ended the broker, with its data"


@contextmanager
def servers(kind: str, folder: Path) -> Iterator[Servers]:
    """Those of one kind, started."""
    with (_embedded if kind == "sqlite" else _production)(folder) as found:
        try:
            yield found
        finally:
            found.broker.wait_until_stopped(until=0.0)


@contextmanager
def _embedded(folder: Path) -> Iterator[Servers]:
    with embedded_broker(folder) as broker:
        child = Child(BROKER, broker.command, {}, folder / "logs" / "broker.log")
        child.start(now=0.0)
        broker.wait_until_ready(child, threading.Event())
        database = sqlite_url(folder / "secondsource.db")
        yield Servers(database, broker.url, child, broker.kept, lambda: NOTHING_TO_RESTART)


@contextmanager
def _production(folder: Path) -> Iterator[Servers]:
    found = programs()
    assert found, "no PostgreSQL: apt-get install postgresql"
    kept, port = folder / "broker", free_port()
    kept.mkdir()
    child = Child(BROKER, redis_command(kept, port, "--appendonly", "yes"), {}, folder / "logs" / "broker.log")
    with postgresql(found) as server_url:

        def restart_database() -> str:
            restart(found, server_url)
            return "restarted the database"

        child.start(now=0.0)
        wait_until(lambda: listens(port))
        database = new_database(server_url, "faults")
        yield Servers(database, f"redis://127.0.0.1:{port}/0", child, kept, restart_database)
