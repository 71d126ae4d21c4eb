"""What the handlers work with: the stores, the banner and the clock, made once by `create_app`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends
from sqlalchemy import Engine
from starlette.requests import Request

from api.banner import Banner
from api.store import EditorStore
from cluster.editing_store import EditingStore
from cluster.store import EventStore
from ingest.store import ArticleStore, PublisherStore

REACH_WINDOW = timedelta(hours=1)  # a publisher counts as reached when one of its feeds answered within this time


@dataclass(frozen=True, slots=True)
class Service:
    """One API process's view of the database. `clock` gives the aware instant of the request."""

    engine: Engine
    events: EventStore
    articles: ArticleStore
    publishers: PublisherStore
    editors: EditorStore
    editing: EditingStore
    banner: Banner
    clock: Callable[[], datetime]

    def reach(self) -> tuple[int, int]:
        """How many publishers answered within `REACH_WINDOW`, and how many are polled."""
        return self.publishers.reached(self.clock() - REACH_WINDOW)

    def changed_at(self) -> datetime | None:
        """The last change of any event; None before the first."""
        change = self.events.last_change()
        return change.at if change else None


def _of_request(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Using = Annotated[Service, Depends(_of_request)]
