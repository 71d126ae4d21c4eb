"""Grades events anew as time passes and as publishers come in and out of reach; what they report stays as described."""

from datetime import datetime

from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.event import Description, Event, Signal
from cluster.origins import by_origin
from cluster.roles import that_count
from cluster.signal_level import graded_until, regraded
from cluster.store import EventStore
from ingest.coverage import Coverage
from ingest.store import PublisherStore

BATCH = 100  # a session's end outdates some hundred events at once, and placing waits for each transaction
BATCHES = 6  # a run; the rest is still due at the next


def regrade(engine: Engine, now: datetime) -> int:
    """Grades events whose signal holds no longer; how many have another one since.

    Idempotent: an event is due again when time changes its signal next, or when coverage does.
    """
    coverage = PublisherStore(engine).coverage(now)
    changed = 0
    for _ in range(BATCHES):
        due = EventStore(engine).to_regrade(now, coverage.is_poor, BATCH)
        if not due:
            break
        changed += _regrade_batch(due, engine, coverage, now)
    return changed


def _regrade_batch(event_ids: list[str], engine: Engine, coverage: Coverage, now: datetime) -> int:
    found = EventStore(engine).get_many(event_ids).values()
    graded = [(one, *_grade(one, one.description, coverage, now)) for one in found if one.description]
    unread = [one for one in found if not one.description]
    with change_events(engine, by="regrade", at=now) as ledger:
        for one in unread:
            ledger.leave_ungraded(one.id, one.version)
        return sum(ledger.regrade(one.id, signal, until, one.version) for one, signal, until in graded)


def _grade(event: Event, said: Description, coverage: Coverage, now: datetime) -> tuple[Signal, datetime | None]:
    """The signal at `now` and until when it holds."""
    roles = {one.article.id: one.role for one in event.members}
    counted = {one.article.id: one.article.published_at for one in that_count(event.members, roles)}
    published = by_origin(counted, said.origins)
    at = max(now, said.signal.as_of)  # the clock of the machine that graded it may be ahead
    return regraded(said.signal, published, coverage, at), graded_until(published, at)
