"""How events stand, an editor at the desk, and an article put where some rule would not have it."""

from dataclasses import replace

from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.editing import Desk
from cluster.event import Event
from cluster.store import EventStore
from tests.integration.cluster.pipeline import NOW


def desk_of(engine: Engine) -> Desk:
    """Ada's hand on the events."""
    return Desk(engine, by="Ada", at=NOW)


def event_now(engine: Engine, event_id: str) -> Event:
    """An event, which must be there."""
    found = EventStore(engine).get(event_id)
    assert found is not None
    return found


def members_of(engine: Engine, event_id: str) -> list[str]:
    """The ids of an event's articles, sorted."""
    return sorted(member.article.id for member in event_now(engine, event_id).members)


def put(engine: Engine, article_id: str, event_id: str) -> None:
    """Moves an article as a re-clustering by other rules would, without an editor's word."""
    with change_events(engine, by="recluster", at=NOW) as ledger:
        ledger.regroup([replace(EventStore(engine).placed([article_id])[article_id], event_id=event_id)])
