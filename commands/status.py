"""`secondsource status`: what is there and what waits, in a few lines. It changes nothing."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from cluster.backlog_store import Backlog, BacklogStore
from cluster.store import EventStore
from commands.broker import is_running
from commands.errors import CannotStart
from commands.preparing import open_current
from commands.publishers.showing import age, columns
from ingest.store import ArticleStore, PublisherStore
from storage.broker import UnfitBroker, check_broker, place_of
from storage.settings import Settings


def status_lines(settings: Settings) -> list[str]:
    """The service's state, a line for each of its parts.

    Raises:
        CannotStart: when the database cannot be reached, or nothing ever ran.
    """
    if settings.database_url is None and not Path(make_url(settings.database).database or "").exists():
        raise CannotStart(f"there is no database in {settings.data_dir} yet: `secondsource run` makes one")
    engine, now = open_current(settings), datetime.now(UTC)
    coverage = PublisherStore(engine).coverage(now)
    return columns(
        [
            ("database", _database(settings)),
            ("broker", _broker(settings)),
            ("articles", str(ArticleStore(engine).count())),
            ("events", str(EventStore(engine).count())),
            ("publishers", f"{coverage.reached} of {coverage.polled} answered in the last hour"),
            *((f"to {stage}", _waiting(backlog, now)) for stage, backlog in _stages(engine, now).items()),
        ]
    )


def _stages(engine: Engine, now: datetime) -> dict[str, Backlog]:
    store = BacklogStore(engine)
    due = [feed.next_poll_at for feed in PublisherStore(engine).list() if feed.enabled and feed.next_poll_at <= now]
    return {
        "poll": Backlog(len(due), min(due, default=None)),
        "read": store.to_read(),
        "place": store.to_place(),
        "describe": store.to_describe(),
    }


def _waiting(backlog: Backlog, now: datetime) -> str:
    return f"{backlog.count}, the oldest for {age(backlog.since, now)}" if backlog.count else "nothing waits"


def _database(settings: Settings) -> str:
    """Which one, without user and password."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return f"SQLite, {url.database}"
    return f"PostgreSQL, {url.database} at {url.host or url.query.get('host', 'a socket')}:{url.port or 5432}"


def _broker(settings: Settings) -> str:
    if settings.broker_url is None:
        return f"embedded, {'running' if is_running(settings.data_dir) else 'not running: nothing is polled or placed'}"
    try:
        check_broker(settings.broker_url)
    except UnfitBroker as error:
        return str(error)
    return f"Redis, {place_of(settings.broker_url)}"
