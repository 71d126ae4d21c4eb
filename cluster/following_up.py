"""What follows an editor's action: the events that it touched are described and related anew."""

from datetime import datetime

from sqlalchemy import Engine

from cluster.action import Draft, Field
from cluster.describe_stage import describe_events, relate_events
from cluster.relating_store import RelatingStore

_SILENT = frozenset({Field.PINNED, Field.SIGNAL})  # nothing that an event says follows from them


def follow_up(done: Draft, *, engine: Engine, now: datetime) -> None:
    """Describes and relates anew what an action changed; of what is hidden or shown again, also those that name it."""
    fields = {setting.field for setting in done.settings_after}
    if not (done.before or done.after) and fields <= _SILENT:
        return
    event_ids = list(done.event_ids)
    if Field.HIDDEN in fields:
        event_ids += RelatingStore(engine).naming(event_ids[0])
    describe_events(event_ids, engine=engine, now=now)
    relate_events(event_ids, engine=engine, now=now)
