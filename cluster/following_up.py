"""What follows an editor's action before the reply: the events that it touched are described anew."""

from datetime import datetime

from sqlalchemy import Engine

from cluster.action import Draft, Field
from cluster.describe_stage import describe_events, relate_events
from cluster.relating_store import RelatingStore

_SILENT = frozenset({Field.PINNED, Field.SIGNAL})  # nothing that an event says follows from them


def follow_up(done: Draft, *, engine: Engine, now: datetime) -> None:
    """Describes anew what an action changed; what gives it context takes longer to find, and a worker does that.

    Of what is hidden or shown again, those that name it are described and related at once too.
    """
    fields = {setting.field for setting in done.settings_after}
    if not done.before and fields <= _SILENT:
        return
    if Field.HIDDEN not in fields:
        describe_events(done.event_ids, engine=engine, now=now)
        return
    event_ids = [*done.event_ids, *RelatingStore(engine).naming(done.event_ids[0])]
    describe_events(event_ids, engine=engine, now=now)
    relate_events(event_ids, engine=engine, now=now)
