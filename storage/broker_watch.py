"""What waits in the broker, which workers were seen there lately, and whether the schedule is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from storage.broker import redis_url

QUEUES = ("ingest", "deliver", "embed", "cluster", "describe", "upkeep")
ANSWERS_WITHIN_SECONDS = 1.0  # who asks is a scrape, or a worker with other things to do
# A worker says so four times a minute, one whose only process reads a batch of articles once that is done.
SEEN_WITHIN = timedelta(minutes=3)
FORGOTTEN_AFTER = timedelta(hours=1)
WORKERS = "secondsource.workers"
_UNACKNOWLEDGED, _SCHEDULE_HELD = "unacked", "redbeat::lock"  # kombu's and RedBeat's own


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker process, and when it last said that it is there."""

    name: str  # KIND@HOST
    queues: tuple[str, ...]
    seen_at: datetime

    def is_there(self, now: datetime) -> bool:
        """Whether that was lately."""
        return now - self.seen_at <= SEEN_WITHIN


@dataclass(frozen=True, slots=True)
class BrokerState:
    """The broker at one instant."""

    waiting: Mapping[str, int]  # messages by queue that no worker has taken
    taken: int  # and those that some worker is at
    has_schedule: bool  # a beat holds it, or did half a minute ago
    workers: tuple[WorkerSeen, ...]  # seen within FORGOTTEN_AFTER, by name

    def workers_of(self, queue: str, now: datetime) -> int:
        """How many workers of a queue are there."""
        return sum(queue in one.queues and one.is_there(now) for one in self.workers)


def look_at_broker(broker_url: str, now: datetime) -> BrokerState | None:
    """How the broker stands; None when it does not answer within ANSWERS_WITHIN_SECONDS, for whatever reason."""
    try:
        with _connected(broker_url) as redis, redis.pipeline(transaction=False) as asked:
            for queue in QUEUES:
                asked.llen(queue)
            asked.hlen(_UNACKNOWLEDGED).exists(_SCHEDULE_HELD).hgetall(WORKERS)
            *lengths, taken, held, workers = asked.execute()
    except (RedisError, OSError, ValueError):
        return None
    seen = [one for name, said in workers.items() if (one := _seen(name, said, now))]
    by_name = tuple(sorted(seen, key=lambda one: one.name))
    return BrokerState(dict(zip(QUEUES, lengths, strict=True)), taken, bool(held), by_name)


def note_worker(broker_url: str, name: str, queues: Sequence[str], now: datetime) -> None:
    """A worker says that it is there. A broker that does not answer is not told: who works with it will notice."""
    said = orjson.dumps({"queues": list(queues), "seen_at": now.timestamp()})
    try:
        with _connected(broker_url) as redis:
            redis.hset(WORKERS, name, said)
            redis.expire(WORKERS, FORGOTTEN_AFTER)
            # As long as any worker says so the whole does not expire, and each start of one has another name.
            if forgotten := [field for field, last in redis.hgetall(WORKERS).items() if not _seen(field, last, now)]:
                redis.hdel(WORKERS, *forgotten)
    except (RedisError, OSError, ValueError):
        return


def _connected(broker_url: str) -> Redis:
    limits = {"socket_timeout": ANSWERS_WITHIN_SECONDS, "socket_connect_timeout": ANSWERS_WITHIN_SECONDS}
    return Redis.from_url(redis_url(broker_url), retry=Retry(NoBackoff(), 0), **limits)


def _seen(name: bytes, said: bytes, now: datetime) -> WorkerSeen | None:
    """None: longer ago than FORGOTTEN_AFTER, or nothing that a worker says."""
    try:
        told = orjson.loads(said)
        one = WorkerSeen(name.decode(), tuple(told["queues"]), datetime.fromtimestamp(told["seen_at"], UTC))
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None
    return one if now - one.seen_at <= FORGOTTEN_AFTER else None
