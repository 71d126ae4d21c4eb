"""What the pipeline does, as Prometheus reads it: looked up when somebody asks, and kept for some seconds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest
from sqlalchemy import Engine

from api.pipeline_metrics import broker_families, pipeline_families
from storage.broker_watch import look_at_broker
from storage.engine import OutOfTime, one_instant

KEPT = timedelta(seconds=5)  # several scrape it, or one by several addresses
LOOKS_FOR_SECONDS = 5  # no query begins later, and none takes longer; a scrape is given up after ten
BUSY_SECONDS = 2 * LOOKS_FOR_SECONDS


class StillLooking(Exception):
    """A look, of this one or of somebody else, takes longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look found."""

    at: datetime
    text: bytes


class Pipeline:
    """Looks at database and broker, one scrape at a time; those that come meanwhile are given the same."""

    def __init__(self, engine: Engine, broker_url: Callable[[], str | None]) -> None:
        self._engine, self._broker_url = engine, broker_url
        self._looking = Lock()
        self._last: _Look | None = None

    def text(self, now: datetime) -> bytes:
        """In Prometheus's text format, at most KEPT old.

        Raises:
            StillLooking: when another look has not ended in BUSY_SECONDS, or this one in LOOKS_FOR_SECONDS.
            sqlalchemy.exc.OperationalError: when the database does not answer, or takes as long for one query.
        """
        if not self._looking.acquire(timeout=BUSY_SECONDS):
            raise StillLooking
        try:
            if self._last is None or not timedelta(0) <= now - self._last.at < KEPT:
                self._last = _Look(now, self._look(now))
            return self._last.text
        finally:
            self._looking.release()

    def _look(self, now: datetime) -> bytes:
        try:
            with one_instant(self._engine, LOOKS_FOR_SECONDS) as connection:
                found = list(pipeline_families(connection, now))
        except OutOfTime as error:
            raise StillLooking from error
        broker_url = self._broker_url()
        if broker_url is not None:
            found += broker_families(look_at_broker(broker_url, now), now)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Found(found))
        return generate_latest(registry)


@dataclass(frozen=True, eq=False)  # a registry keeps it by its identity
class _Found:
    """What prometheus_client takes families from."""

    families: list[Metric]

    def collect(self) -> Iterator[Metric]:
        yield from self.families
