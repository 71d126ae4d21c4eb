"""What is not as it should be, for an operator's supervisor: `secondsource status --check`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from commands.publishers.showing import age, count_of
from commands.situation import Situation
from storage.broker_watch import QUEUES

POLLED_WITHIN = timedelta(minutes=10)  # while some feed is due
HELD_WITHIN = timedelta(minutes=2)  # a placing worker that was killed is replaced in seconds
_WAITS_FOR = {
    "poll": "a feed is due",
    "add": "an address that an editor gave waits",
    "read": "an article waits to be read",
    "place": "an article waits for its place",
    "describe": "an event waits to be described",
    "deliver": "a change waits to be sent to a webhook",
}


def complaints(found: Situation, patience: timedelta, now: datetime) -> Iterator[str]:
    """A sentence for everything that is wrong; `patience` is how long anything may wait."""
    for stage, backlog in found.backlogs.items():
        if backlog.oldest(now) > patience:
            yield f"{_WAITS_FOR[stage]}, the oldest for {age(backlog.since, now)}, {backlog.count} in all"
    yield from _polling(found, now)
    waiting = found.backlogs["place"]
    if waiting.oldest(now) > HELD_WITHIN and not found.lease.is_held(now):
        yield f"nobody places articles, and {count_of(waiting.count, 'article')} waited for {age(waiting.since, now)}"
    yield from _broker(found, now)


def _polling(found: Situation, now: datetime) -> Iterator[str]:
    last, due = found.polling.last_poll_at, found.backlogs["poll"]
    if due.oldest(now) > POLLED_WITHIN and (last is None or now - last > POLLED_WITHIN):
        yield "nothing was polled yet" if last is None else f"nothing was polled for {age(last, now)}"
    if found.coverage.is_poor:
        yield f"{found.coverage.reached} of {found.coverage.polled} publishers answered in the last hour"


def _broker(found: Situation, now: datetime) -> Iterator[str]:
    if found.broker is None:
        return
    if not found.broker.has_schedule:
        yield "no beat keeps the schedule: start `secondsource beat`"
    for queue in QUEUES:
        if not found.broker.workers_of(queue, now):
            yield f"no worker of the queue {queue} was seen lately"
