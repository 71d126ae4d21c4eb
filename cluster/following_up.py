"""What follows an editor's action before the reply: the events that it touched are described anew."""

from datetime import datetime

from sqlalchemy import Engine

from cluster.action import Draft, Field
from cluster.describe_stage import describe_events, relate_events
from cluster.relating_store import RelatingStore
from cluster.store import EventStore

_SILENT = frozenset({Field.PINNED, Field.SIGNAL})  # nothing that an event says follows from them


def follow_up(done: Draft, *, engine: Engine, now: datetime) -> None:
    """Describes anew what an action changed; what gives it context takes longer to find, and a worker does that.

    Of what is out of sight now, those that name it are described and related at once too. What others say of an event
    that is in sight again, the workers find: they are due with the action itself.
    """
    fields = {setting.field for setting in done.settings_after}
    if not (done.before or done.after) and fields <= _SILENT:
        return
    event_ids = list(done.event_ids)
    # Articles that went into a hidden event, or came out of one, are no longer where others saw them either.
    if Field.HIDDEN not in fields and not EventStore(engine).hidden(event_ids):
        describe_events(event_ids, engine=engine, now=now)
        return
    event_ids += [name for one in done.event_ids for name in RelatingStore(engine).naming(one)]
    describe_events(event_ids, engine=engine, now=now)
    relate_events(event_ids, engine=engine, now=now)
