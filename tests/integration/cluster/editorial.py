"""All that editors can change, in one value that two instants are compared by."""

from typing import Any

from sqlalchemy import Engine, select

from cluster.editorial_store import EditorialStore
from cluster.event import Event
from cluster.store import EventStore
from cluster.tables import members
from storage.engine import reading


def editorial(engine: Engine) -> tuple[list[str], dict[str, Any]]:
    """What `secondsource export --editorial` writes, and what events say for it; not what time grades."""
    with reading(engine) as connection:
        ids = connection.scalars(select(members.c.event_id).distinct()).all()
    found = EventStore(engine).get_many(ids)
    return list(EditorialStore(engine).lines()), {event_id: _said(event) for event_id, event in found.items()}


def _said(event: Event) -> tuple[object, ...] | None:
    said = event.description
    return (said.title, said.title_by, said.lead_article_id, said.themes) if said else None
