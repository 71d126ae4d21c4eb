"""`secondsource run`: the whole service on one machine, every process supervised."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.names import BadName
from api.roles import Role
from cluster.store import EventStore
from commands.broker import embedded_broker
from commands.demo_folder import fresh_demo_folder, is_demo
from commands.demo_note import NOTE, noted
from commands.demo_publishers import DemoPublishers
from commands.editors import link_for
from commands.errors import CannotStart
from commands.preparing import address, check_contact, check_operators_broker, listening, only_one, prepare
from commands.processes import BROKER, Child, Children
from commands.publishers.showing import count_of
from commands.reaching import is_any_reached
from commands.working import BEAT, KINDS, worker_command
from ingest.publishers import listed_publishers
from ingest.store import ArticleStore, PublisherStore
from storage.settings import Settings

OFFLINE_BANNER = "No publisher can be reached from this machine. This is an invented day of news."
EDITOR = "editor"  # who signs in by the link that is printed; others are invited by name
BACK_BANNER = "Publishers can be reached again: restart to go live."
DEMO_BANNER = "This is an invented day of news."
STARTING = "starting: the first articles come in about half a minute"
PREPARING = "preparing the models, once: that takes up to a minute"
COMPARING = "reading and comparing them: the first events come next"
LOOKS_EVERY_SECONDS = 0.5
PROBED_EVERY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Held:
    """What one run has hold of."""

    settings: Settings
    address: socket.socket  # listening; the API inherits it, so that nobody takes it while that starts again
    children: Children
    afterwards: ExitStack  # undone once no child is left
    stop: threading.Event  # set by Ctrl-C and SIGTERM


def run(settings: Settings, with_demo: bool) -> None:
    """Serves the live publishers until it is told to stop; without a network, at the very first start, the demo day.

    Raises:
        CannotStart: when the data folder, the address, the broker or the database cannot be used, or nobody could be
            reached who polls.
    """
    check_contact(settings)
    with _holding(settings) as held:
        engine = prepare(held.settings, listed_publishers())
        feeds = [feed.url for feed in PublisherStore(engine).list() if feed.enabled]
        held.children.start(_api(held.settings, held.address))
        _say(f"pages and API at {address(held.settings)} (Ctrl-C stops)")
        _say_what_is_opened(settings)
        is_first_start = settings.database_url is None and not ArticleStore(engine).count()
        if with_demo and is_first_start and not _reached(feeds, held):
            held.children.stop()
            _demo_day(held, OFFLINE_BANNER, lambda: is_any_reached(feeds, settings, held.stop))
            return
        _say_how_to_sign_in(engine, held.settings)
        _work(held.settings, held)
        _watch(engine, held)


def run_demo(settings: Settings) -> None:
    """Serves the bundled day of news, from publishers on this machine, until it is told to stop.

    Raises:
        CannotStart: when the data folder or the address cannot be used.
    """
    with _holding(settings.model_copy(update={"broker_url": None})) as held:
        _say_what_is_opened(settings)
        _demo_day(held, DEMO_BANNER, None)


def _demo_day(held: Held, banner: str, is_back: Callable[[], bool] | None) -> None:
    """The same pipeline over invented publishers, in a folder of its own that real news never enters.

    Raises:
        CannotStart: when that folder holds what the demo did not make, or cannot be made.
    """
    folder = fresh_demo_folder(held.settings.data_dir)
    held.settings.model_dir.mkdir(parents=True, exist_ok=True)
    (folder / "model").symlink_to(held.settings.model_dir.resolve())
    (folder / "banner.txt").write_text(banner)
    with DemoPublishers(datetime.now(UTC)) as publishers:
        # Neither database nor broker of the operator's: workers of two databases must not take each other's tasks.
        changed = {
            "database_url": None,
            "broker_url": None,
            "allow_addresses": (*publishers.addresses, *held.settings.allow_addresses),
            "data_dir": folder,
        }
        demo = held.settings.model_copy(update=changed)
        engine = prepare(demo, publishers.listed)
        held.afterwards.enter_context(noted(held.settings.data_dir, demo))
        held.children.start(_api(demo, held.address))
        _say(f"an invented day of news at {address(demo)} (Ctrl-C stops)")
        _say_how_to_sign_in(engine, demo)
        _work(demo, held)
        if is_back is not None:
            probe = threading.Thread(target=_wait_for_publishers, args=(is_back, folder, held.stop), daemon=True)
            probe.start()
        _watch(engine, held)
        held.children.stop()  # before the publishers go, whom they still ask


def _say_what_is_opened(settings: Settings) -> None:
    if settings.allow_addresses:
        _say(f"private addresses that may be fetched: {', '.join(settings.allow_addresses)}")


def _say_how_to_sign_in(engine: Engine, settings: Settings) -> None:
    """Whoever can read what the embedded service prints owns the machine; elsewhere editors are invited by name."""
    if settings.database_url is not None:
        return
    try:
        _say(f"the editors' desk, signs in once: {link_for(EDITOR, Role.ADMIN, engine, settings)}")
    except BadName as error:  # a key is called so
        _say(f"the editors' desk: {error}, by `secondsource editors invite NAME --admin`")


def _wait_for_publishers(is_back: Callable[[], bool], folder: Path, stop: threading.Event) -> None:
    while not stop.wait(PROBED_EVERY_SECONDS):
        if is_back():
            _say(BACK_BANNER)
            (folder / "banner.txt").write_text(f"{OFFLINE_BANNER} {BACK_BANNER}")
            return


def _reached(feeds: Sequence[str], held: Held) -> bool:
    """Whether a publisher answers; also when it is time to stop, so that nothing else is started."""
    _say(f"looking for publishers: {len(feeds)} feeds")
    reached = is_any_reached(feeds, held.settings, held.stop)
    if held.stop.is_set():
        return True
    _say("publishers answer" if reached else OFFLINE_BANNER)
    return reached


def _api(settings: Settings, address: socket.socket) -> Child:
    listens = ["uvicorn", "api.app:app", "--factory", "--fd", str(address.fileno())]
    # Whom to believe on a client's address is SECONDSOURCE_TRUSTED_PROXIES; uvicorn would believe this whole machine.
    quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "2", "--no-proxy-headers"]
    bounded = ["--http", "api.connections:Bounded", "--ws", "none", "--no-server-header"]
    return _child("api", [*listens, *quiet, *bounded], settings, [address.fileno()])


def _work(settings: Settings, held: Held) -> None:
    """The broker, unless there is one, then the workers and the schedule."""
    if held.stop.is_set():
        return
    if settings.broker_url is None:
        broker = held.afterwards.enter_context(embedded_broker(settings.data_dir))
        started = held.children.start(Child(BROKER, broker.command, {}, settings.data_dir / "logs" / "broker.log"))
        broker.wait_until_ready(started, held.stop)
        settings = settings.model_copy(update={"broker_url": broker.url})
    if held.stop.is_set():
        return
    for kind in KINDS:
        held.children.start(_child(kind, worker_command(kind, kind), settings))
    held.children.start(_child("beat", BEAT, settings))


def _child(name: str, module: Sequence[str], settings: Settings, inherits: Sequence[int] = ()) -> Child:
    environment = {
        "SECONDSOURCE_DATA_DIR": str(settings.data_dir),
        "SECONDSOURCE_DATABASE_URL": settings.database_url or "",  # empty: unset, whatever our own environment says
        "SECONDSOURCE_BROKER_URL": settings.broker_url or "",
        "SECONDSOURCE_DATABASE_URL_FILE": "",  # read already; the demo's children are not to read it again
        "SECONDSOURCE_BROKER_URL_FILE": "",
        "SECONDSOURCE_ALLOW_ADDRESSES": ",".join(settings.allow_addresses),
        "SECONDSOURCE_PORT": str(settings.port),
    }
    log_path = settings.data_dir / "logs" / f"{name}.log"
    return Child(name, [sys.executable, "-m", *module], environment, log_path, inherits)


def _watch(engine: Engine, held: Held) -> None:
    """Keeps everything running and says how far it has come, until it is time to stop."""
    said = list[str]()
    while not held.stop.wait(LOOKS_EVERY_SECONDS):
        held.children.keep_alive()
        before, said = said, _progress(engine, held.settings)
        for line in said:
            if line not in before:
                _say(line)
    _say("stopping")


def _progress(engine: Engine, settings: Settings) -> list[str]:
    """What there is, and what is waited for while there is little."""
    try:
        articles, events = ArticleStore(engine).count(), EventStore(engine).count()
        if not articles and not PublisherStore(engine).was_polled():
            return [STARTING]
        counted = f"{count_of(articles, 'article')}, {count_of(events, 'event')}"
        if events or not articles:
            return [counted]
        return [counted, COMPARING if any(settings.model_dir.glob("*.onnx")) else PREPARING]
    except SQLAlchemyError:
        return ["the database does not answer; the work goes on when it does"]


@contextmanager
def _holding(settings: Settings) -> Iterator[Held]:
    """Takes hold of the data folder and the address, and lets go of everything in order."""
    if is_demo(settings.data_dir):
        raise CannotStart(f"{settings.data_dir} is the demo's: set SECONDSOURCE_DATA_DIR to another folder")
    with only_one(settings.data_dir), _stopping() as stop, ExitStack() as afterwards:
        (settings.data_dir / NOTE).unlink(missing_ok=True)  # of a demo that was killed
        check_operators_broker(settings)
        opened = afterwards.enter_context(listening(settings))
        children = Children(_say)
        try:
            with_port = settings.model_copy(update={"port": opened.getsockname()[1]})
            yield Held(with_port, opened, children, afterwards, stop)
        finally:
            children.stop()


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set.

    The handler only writes to a pipe: it may interrupt itself, and an event set within its own `set` waits for ever.
    """
    stop = threading.Event()
    heard, told = os.pipe()
    before = {
        number: signal.signal(number, lambda *_: os.write(told, b".")) for number in (signal.SIGINT, signal.SIGTERM)
    }

    def listen() -> None:
        os.read(heard, 1)
        stop.set()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.write(told, b".")
        listener.join()
        os.close(heard)
        os.close(told)


def _say(text: str) -> None:
    click.echo(f"{datetime.now():%H:%M:%S} {text}", err=True)
