"""How the whole service stands at one instant, whoever asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from api.stages import backlogs
from api.webhooks.watching_store import WebhookWatch
from cluster.backlog_store import Backlog
from cluster.store import EventStore
from cluster.visibility_store import recent_delays
from cluster.watching_store import ClusterWatch, Lease
from ingest.coverage import Coverage
from ingest.delays import Step
from ingest.quarantine_store import QuarantineStore
from ingest.store import ArticleStore, PublisherStore
from ingest.watching_store import IngestWatch, Polling
from storage.broker import broker_in_use
from storage.broker_watch import BrokerState, look_at_broker
from storage.engine import one_instant
from storage.migrating import revisions
from storage.settings import Settings

LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the database and the broker say. Instants are None before the first."""

    articles: int
    events: int
    polling: Polling
    coverage: Coverage
    backlogs: Mapping[str, Backlog]  # by stage
    lease: Lease
    last_change_at: datetime | None
    delays: Mapping[Step, list[timedelta]]  # of articles seen LATELY, shortest first
    webhooks: Mapping[str, int]  # by how they stand
    set_aside: int
    schema: str
    broker: BrokerState | None  # None: there is none, or it does not answer


def situation(engine: Engine, settings: Settings, now: datetime) -> Situation:
    """How it stands."""
    broker_url = broker_in_use(settings.broker_url, settings.data_dir)
    with one_instant(engine) as database:
        watch, webhooks = ClusterWatch(database), WebhookWatch(database).delivering()
        return Situation(
            articles=ArticleStore(database).count(),
            events=EventStore(database).count(),
            polling=IngestWatch(database).polling(),
            coverage=PublisherStore(database).coverage(now),
            backlogs=backlogs(database, webhooks, now),
            lease=watch.lease(),
            last_change_at=watch.last_change_at(),
            delays=recent_delays(database, now - LATELY),
            webhooks=webhooks.states,
            set_aside=QuarantineStore(database).count(),
            schema=revisions(database)[0] or "",
            broker=look_at_broker(broker_url, now) if broker_url else None,
        )
