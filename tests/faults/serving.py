"""The service on servers of its own, reading the news that is served to it and nobody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from cluster.models import export_models
from commands.publishers.choosing import open_publishers
from ingest.store import PublisherStore
from storage.engine import open_engine
from storage.migrating import migrate
from storage.settings import Settings
from tests.faults.machine import Machine
from tests.faults.news import News
from tests.faults.servers import Servers, servers
from tests.integration.commands.service import environment, free_port


@dataclass(frozen=True, slots=True)
class Serving:
    """A service whose processes have been started; somebody is to attend to its machine."""

    held: Servers
    engine: Engine
    machine: Machine
    port: int  # of the API


@contextmanager
def serving(kind: str, news: News, folder: Path, model_dir: Path, **more: str) -> Iterator[Serving]:
    """It runs until the block ends, on one kind of database and broker; `more` is put into its environment.

    Logs, database and all else stay in the folder.
    """
    (folder / "model").symlink_to(model_dir.resolve())
    port = free_port()
    with servers(kind, folder) as held:
        settings = {
            "SECONDSOURCE_DATABASE_URL": held.database_url,
            "SECONDSOURCE_BROKER_URL": held.broker_url,
            "SECONDSOURCE_ALLOW_ADDRESSES": news.allowed,
            "SECONDSOURCE_CONTACT": "tests@localhost",
            "SECONDSOURCE_MAX_AGE_DAYS": "1000",
            "OMP_NUM_THREADS": "1",
        }
        engine = open_engine(held.database_url)
        migrate(engine)
        _subscribe_alone(news, held.database_url, folder)
        machine = Machine(environment(folder, port, **settings, **more), folder / "logs", held.broker)
        try:
            machine.start()
            yield Serving(held, engine, machine, port)
        finally:
            machine.stop()
            engine.dispose()


def make_due(engine: Engine, every: timedelta) -> None:
    """Has feeds polled that often, whatever their own rhythm; a feed that was never polled is due anyway."""
    store, soon = PublisherStore(engine), datetime.now(UTC) + every
    late = [feed.id for feed in store.list() if feed.enabled and feed.last_poll_at and feed.next_poll_at > soon]
    if late:
        store.make_due(late, soon)


def models() -> Path:
    """The folder of the models, exported where they were not yet."""
    folder = Settings().model_dir
    export_models(folder)
    return folder


def _subscribe_alone(news: News, database_url: str, folder: Path) -> None:
    settings = Settings(data_dir=folder, database_url=database_url, allow_addresses=tuple(news.allowed.split(",")))
    store = open_publishers(settings)
    store.switch([feed.id for feed in store.list()], False, datetime.now(UTC))
    news.subscribe(settings)
