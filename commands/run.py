"""`secondsource run`: the whole service on one machine, every process supervised."""

import fcntl
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from cluster.store import EventStore
from commands.broker import embedded_broker
from commands.demo_publishers import DemoPublishers
from commands.errors import CannotStart
from commands.preparing import check_port, prepare
from commands.processes import BROKER, Child, Children
from commands.reaching import is_any_reached
from ingest.publishers import listed_publishers
from ingest.store import ArticleStore, PublisherStore
from storage.settings import Settings

OFFLINE_BANNER = "No publisher can be reached from this machine. This is an invented day of news."
BACK_BANNER = "Publishers can be reached again: restart to go live."
DEMO_BANNER = "This is an invented day of news."
LOOKS_EVERY_SECONDS = 0.5
PROBED_EVERY_SECONDS = 60.0


def run(settings: Settings, with_demo: bool) -> None:
    """Serves the live publishers until it is told to stop; without a network, at the very first start, the demo day.

    Raises:
        CannotStart: when the port is taken, the data folder is in use or PostgreSQL lacks a migration.
    """
    with _only_one(settings.data_dir), _stopping() as stop, _children() as children:
        check_port(settings)
        engine = prepare(settings, listed_publishers())
        feeds = [feed.url for feed in PublisherStore(engine).list() if feed.enabled]
        children.start(_api(settings))
        _say(f"pages and API at {address(settings)} (Ctrl-C stops)")
        if settings.allow_addresses:
            _say(f"private addresses that may be fetched: {', '.join(settings.allow_addresses)}")
        is_first_start = settings.database_url is None and not ArticleStore(engine).count()
        if with_demo and is_first_start and not _reached(feeds, settings):
            children.stop()
            _demo_day(settings, OFFLINE_BANNER, children, stop, lambda: is_any_reached(feeds, settings))
            return
        _work(settings, children)
        _watch(engine, children, stop)


def run_demo(settings: Settings) -> None:
    """Serves the bundled day of news, from publishers on this machine, until it is told to stop.

    Raises:
        CannotStart: when the port is taken or the data folder is in use.
    """
    with _only_one(settings.data_dir), _stopping() as stop, _children() as children:
        check_port(settings)
        _demo_day(settings, DEMO_BANNER, children, stop, None)


def address(settings: Settings) -> str:
    """Where a browser finds the pages."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _demo_day(
    settings: Settings,
    banner: str,
    children: Children,
    stop: threading.Event,
    is_back: Callable[[], bool] | None,
) -> None:
    """The same pipeline over invented publishers, in a folder of its own that real news never enters."""
    folder = settings.data_dir / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings.model_dir.mkdir(parents=True, exist_ok=True)
    (folder / "model").symlink_to(settings.model_dir.resolve())
    (folder / "banner.txt").write_text(banner)
    with DemoPublishers(datetime.now(UTC)) as publishers:
        changed = {"data_dir": folder, "database_url": None, "allow_addresses": publishers.addresses}
        demo = settings.model_copy(update=changed)
        engine = prepare(demo, publishers.listed)
        children.start(_api(demo))
        _say(f"an invented day of news at {address(demo)} (Ctrl-C stops)")
        _work(demo, children)
        if is_back is not None:
            probe = threading.Thread(target=_wait_for_publishers, args=(is_back, folder, stop), daemon=True)
            probe.start()
        _watch(engine, children, stop)


def _wait_for_publishers(is_back: Callable[[], bool], folder: Path, stop: threading.Event) -> None:
    while not stop.wait(PROBED_EVERY_SECONDS):
        if is_back():
            _say(BACK_BANNER)
            (folder / "banner.txt").write_text(f"{OFFLINE_BANNER} {BACK_BANNER}")
            return


def _reached(feeds: Sequence[str], settings: Settings) -> bool:
    _say(f"looking for publishers: {len(feeds)} feeds")
    reached = is_any_reached(feeds, settings)
    _say("publishers answer" if reached else OFFLINE_BANNER)
    return reached


def _api(settings: Settings) -> Child:
    command = ["uvicorn", "api.app:app", "--factory", "--host", settings.host, "--port", str(settings.port)]
    quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "2"]
    return _child("api", [*command, *quiet], settings)


def _work(settings: Settings, children: Children) -> None:
    """The broker, unless there is one, then the workers and the schedule."""
    if settings.broker_url is None:
        broker = embedded_broker(settings.data_dir)
        children.start(Child(BROKER, broker.command, {}, settings.data_dir / "logs" / "broker.log"))
        broker.wait_until_ready()
        settings = settings.model_copy(update={"broker_url": broker.url})
    celery = ["celery", "-A", "worker", "worker", "--without-gossip", "--without-mingle", "--loglevel", "warning"]
    for name, queues, pool in (
        ("ingest", "ingest,deliver", ["--pool", "prefork", "--concurrency", "2"]),
        ("embed", "embed", ["--pool", "solo"]),
        ("cluster", "cluster", ["--pool", "solo"]),
    ):
        children.start(_child(name, [*celery, "-n", f"{name}@%h", "-Q", queues, *pool], settings))
    children.start(
        _child("beat", ["celery", "-A", "worker", "beat", "--loglevel", "warning", "--pidfile", ""], settings)
    )


def _child(name: str, module: Sequence[str], settings: Settings) -> Child:
    environment = {
        "SECONDSOURCE_DATA_DIR": str(settings.data_dir),
        "SECONDSOURCE_DATABASE_URL": settings.database_url,
        "SECONDSOURCE_BROKER_URL": settings.broker_url,
        "SECONDSOURCE_ALLOW_ADDRESSES": ",".join(settings.allow_addresses),
    }
    given = {name: value for name, value in environment.items() if value is not None}
    return Child(name, [sys.executable, "-m", *module], given, settings.data_dir / "logs" / f"{name}.log")


def _watch(engine: Engine, children: Children, stop: threading.Event) -> None:
    """Keeps everything running and says how far it has come, until it is time to stop."""
    articles, events = ArticleStore(engine), EventStore(engine)
    said = (0, 0)
    while not stop.wait(LOOKS_EVERY_SECONDS):
        children.keep_alive()
        counted = (articles.count(), events.count())
        if counted != said:
            _say(f"{counted[0]} articles, {counted[1]} events")
            said = counted
    _say("stopping")


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(
                f"{data_dir} is in use by another run: stop it, or set SECONDSOURCE_DATA_DIR to another folder"
            ) from error
        yield


@contextmanager
def _children() -> Iterator[Children]:
    children = Children()
    try:
        yield children
    finally:
        children.stop()


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    yield stop


def _say(text: str) -> None:
    click.echo(f"{datetime.now():%H:%M:%S} {text}", err=True)
