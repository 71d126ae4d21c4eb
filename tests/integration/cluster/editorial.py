"""All that editors can change, in one value that two instants are compared by."""

from typing import Any

from sqlalchemy import Engine, select

from cluster.editing_store import EditingStore
from cluster.event import Event
from cluster.store import EventStore
from cluster.tables import events, members
from storage.engine import reading


def editorial(engine: Engine) -> dict[str, Any]:
    """Membership with copies, titles, leads, themes, overrides, locks, pairs and dismissals.

    Versions, times, the log and where ids lead are left out, since an undo writes them anew, and what time grades.
    """
    with reading(engine) as connection:
        ids = connection.scalars(select(members.c.event_id).distinct()).all()
        kept = {row.id: row.overrides for row in connection.execute(select(events.c.id, events.c.overrides))}
    found = EventStore(engine).get_many(ids)
    return {
        "events": {event_id: _said(event) for event_id, event in sorted(found.items())},
        "kept": {event_id: said for event_id, said in kept.items() if said != "{}"},
        "pairs": sorted((pair.one, pair.other, pair.link) for pair in EditingStore(engine).pairs()),
        "dismissals": sorted(map(str, EditingStore(engine).dismissals())),
    }


def _said(event: Event) -> dict[str, Any]:
    said = event.description
    return {
        "articles": sorted((one.placement.article_id, one.placement.copy_of or "") for one in event.members),
        "locked": event.locked,
        "overrides": event.overrides,
        "said": (said.title, said.title_by, said.lead_article_id, said.themes) if said else None,
    }
