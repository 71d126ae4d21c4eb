"""`secondsource status`: what is there, what waits and who is at work, in a few lines. It changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from cluster.backlog_store import Backlog
from commands.broker import is_running
from commands.errors import CannotStart
from commands.preparing import open_current
from commands.publishers.showing import age, columns, count_of
from commands.situation import Situation, situation
from commands.status_check import complaints
from ingest.delays import Step
from storage.broker import UnfitBroker, check_broker, place_of
from storage.broker_watch import BrokerState
from storage.settings import Settings

SHOWN_IN_SECONDS = 120  # less than that
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOT_RUNNING = "embedded, not running: nothing is polled or placed"
_STEPS = {Step.SEEN: "seen", Step.VISIBLE: "seen to visible", Step.WHOLE: "published to visible"}


class WrongSomewhere(Exception):
    """Something is not as it should be; the message has a line for each."""


def status_lines(settings: Settings) -> list[str]:
    """The service's state, a line for each of its parts.

    Raises:
        CannotStart: when the database cannot be reached, or nothing ever ran.
    """
    now = datetime.now(UTC)
    return columns(list(_rows(_found(settings, now), settings, now)))


def checked(settings: Settings, minutes: float) -> str:
    """That all is well; nothing may wait for longer than so many minutes.

    Raises:
        WrongSomewhere: when something is not.
        CannotStart: as `status_lines`.
    """
    now, (broker, is_fit) = datetime.now(UTC), _broker(settings)
    wrong = [*([] if is_fit else [broker]), *complaints(_found(settings, now), timedelta(minutes=minutes), now)]
    if wrong:
        raise WrongSomewhere("\n".join(wrong))
    return "all is well"


def _found(settings: Settings, now: datetime) -> Situation:
    if settings.database_url is None and not Path(make_url(settings.database).database or "").exists():
        raise CannotStart(f"there is no database in {settings.data_dir} yet: `secondsource run` makes one")
    return situation(open_current(settings), settings, now)


def _rows(found: Situation, settings: Settings, now: datetime) -> Iterator[tuple[str, str]]:
    yield "database", f"{_database(settings)}, schema {found.schema}"
    yield "broker", _broker(settings)[0]
    yield "articles", f"{found.articles}{_since(', the newest seen', found.polling.newest_article_at, now)}"
    yield "events", f"{found.events}{_since(', the last change', found.last_change_at, now)}"
    polled = _since("; polled", found.polling.last_poll_at, now)
    yield "publishers", f"{found.coverage.reached} of {found.coverage.polled} answered in the last hour{polled}"
    for stage, backlog in found.backlogs.items():
        yield f"to {stage}", _waiting(backlog, now)
    yield "placing", _placing(found, now)
    if found.broker is not None:
        yield from _work(found.broker, now)
    for step, name in _STEPS.items():
        if took := found.delays[step]:
            yield name, f"{_took(took)}, {count_of(len(took), 'article')} of the last hour"
    if any(found.webhooks.values()):
        yield "webhooks", ", ".join(f"{count} {state}" for state, count in found.webhooks.items() if count)
    if found.set_aside:
        yield "set aside", f"{count_of(found.set_aside, 'entry', 'entries')}: `secondsource publishers quarantine`"


def _waiting(backlog: Backlog, now: datetime) -> str:
    return f"{backlog.count}, the oldest for {_length(backlog.oldest(now))}" if backlog.count else "nothing waits"


def _since(what: str, at: datetime | None, now: datetime) -> str:
    return f"{what} {_for(at, now)} ago" if at else ""


def _placing(found: Situation, now: datetime) -> str:
    lease = found.lease
    if not lease.holder:
        return "nobody has placed anything yet"
    since = f", for {_for(lease.held_since, now)}" if lease.held_since else ""
    if lease.is_held(now):
        return f"{lease.holder}{since}, fence {lease.fence}"
    return f"idle; last {lease.holder}, {_for(lease.expires_at, now)} ago, fence {lease.fence}"


def _work(broker: BrokerState, now: datetime) -> Iterator[tuple[str, str]]:
    there = [one.name for one in broker.workers if one.is_there(now)]
    gone = [f"{one.name} {_for(one.seen_at, now)} ago" for one in broker.workers if not one.is_there(now)]
    yield "workers", ", ".join(there) or "none was seen lately"
    if gone:
        yield "last seen", ", ".join(gone)
    yield "schedule", "kept" if broker.has_schedule else "nobody keeps it: nothing is polled"
    waiting = ", ".join(f"{queue} {count}" for queue, count in broker.waiting.items() if count)
    yield "queues", f"{waiting or 'empty'}; {broker.taken} in hand"


def _took(delays: list[timedelta]) -> str:
    """The middle one, and that which 95 of 100 do not exceed."""
    middle, most = delays[len(delays) // 2], delays[(len(delays) * 95 - 1) // 100]
    return f"{_length(middle)}, 95 % within {_length(most)}"


def _length(delay: timedelta) -> str:
    seconds = round(delay.total_seconds())
    return f"{seconds} s" if seconds < SHOWN_IN_SECONDS else age(EPOCH, EPOCH + delay)


def _for(since: datetime, now: datetime) -> str:
    return _length(max(now - since, timedelta(0)))


def _database(settings: Settings) -> str:
    """Which one, without user and password."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        return f"SQLite, {url.database}"
    return f"PostgreSQL, {url.database} at {url.host or url.query.get('host', 'a socket')}:{url.port or 5432}"


def _broker(settings: Settings) -> tuple[str, bool]:
    """Which one, and whether it can be used."""
    if settings.broker_url is None:
        return ("embedded, running", True) if is_running(settings.data_dir) else (NOT_RUNNING, False)
    try:
        check_broker(settings.broker_url)
    except UnfitBroker as error:
        return str(error), False
    return f"Redis, {place_of(settings.broker_url)}", True
