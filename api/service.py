"""What the handlers work with: the stores, the banner and the clock, made once by `create_app`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from sqlalchemy import Engine
from starlette.requests import Request

from api.administration_store import AdministrationStore
from api.banner import Banner
from api.counting import Metrics
from api.hot_replies import HotReplies
from api.key_store import KeyStore
from api.known_keys import KnownKeys
from api.live_log import LiveLog
from api.passwords import Passwords
from api.pipeline import Pipeline
from api.rate_limits import RateLimits
from api.readiness import Readiness
from api.session_store import SessionStore
from api.shown.showings import Showings
from api.shown.store import ShownStore
from api.store import EditorStore
from api.stream_places import StreamPlaces
from api.surroundings import Surroundings, surroundings
from api.trending import Trending
from api.webhooks.store import WebhookStore
from cluster.chain_store import ChainStore
from cluster.change_log_store import ChangeLogStore
from cluster.doubt_store import DoubtStore
from cluster.editing_store import EditingStore
from cluster.event_log_store import EventLogStore
from cluster.search_store import SearchStore
from cluster.store import EventStore
from cluster.track_record_store import TrackRecordStore
from cluster.trend_store import TrendStore
from ingest.addition_store import AdditionStore
from ingest.addresses import Gate
from ingest.coverage import Coverage
from ingest.directory_store import DirectoryStore
from ingest.quarantine_store import QuarantineStore
from ingest.store import ArticleStore, PublisherStore


@dataclass(frozen=True, slots=True)
class Service:
    """One API process's view of the database. `clock` gives the aware instant of the request."""

    engine: Engine
    events: EventStore
    chains: ChainStore
    articles: ArticleStore
    publishers: PublisherStore
    quarantine: QuarantineStore
    editors: EditorStore
    sessions: SessionStore
    passwords: Passwords
    administration: AdministrationStore
    editing: EditingStore
    additions: AdditionStore
    doubts: DoubtStore
    event_log: EventLogStore
    hot: HotReplies
    metrics: Metrics
    pipeline: Pipeline
    readiness: Readiness
    log: ChangeLogStore
    live: LiveLog
    places: StreamPlaces
    webhooks: WebhookStore
    shown: ShownStore
    showings: Showings
    gate: Gate
    keys: KnownKeys
    key_store: KeyStore
    limits: RateLimits
    search: SearchStore
    trends: TrendStore
    trending: Trending
    track_records: TrackRecordStore
    directory: DirectoryStore
    banner: Banner
    clock: Callable[[], datetime]
    public_url: str | None = None  # where readers find us; None: under whatever name they ask for

    def coverage(self) -> Coverage:
        """How many publishers were reached lately, of how many."""
        return self.publishers.coverage(self.clock())

    def origin(self, request: Request) -> str:
        """What absolute links to our pages begin with, without a slash at the end."""
        return self.public_url or f"{request.url.scheme}://{request.url.netloc}"

    def surroundings(self) -> Surroundings:
        """What every envelope says now."""
        return surroundings(self.banner, self.publishers, self.clock())

    def changed_at(self) -> datetime | None:
        """The last change of any event; None before the first."""
        change = self.events.last_change()
        return change.at if change else None


def _of_request(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Using = Annotated[Service, Depends(_of_request)]
