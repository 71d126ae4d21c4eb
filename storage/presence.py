"""A worker's word that it is there, said now and then where its broker keeps it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.broker_watch import note_worker

SAID_EVERY = timedelta(seconds=15)


class Presence:
    """Of one worker process. It is silent without a broker."""

    def __init__(self, broker_url: str | None) -> None:
        self._broker_url = broker_url
        self._said_at: datetime | None = None

    def say(self, queues: Iterable[str], name: str, now: datetime) -> None:
        """Says so, unless that was done within SAID_EVERY."""
        if self._broker_url is None or (self._said_at is not None and timedelta(0) <= now - self._said_at < SAID_EVERY):
            return
        self._said_at = now
        note_worker(self._broker_url, name, sorted(queues), now)
