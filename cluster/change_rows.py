"""A transaction that is open on the events: what every change does, whatever it changes."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from cluster import records
from cluster.change import Moved
from cluster.count_store import Done, What
from cluster.event import ChangeType
from cluster.tables import changes, events

_NOTHING = Moved()
# Made once: building a statement anew takes longer than carrying it out, and placing writes these for every article.
_ADD_CHANGE = insert(changes)
_OF_EVENT = events.c.id == bindparam("event")
_NEXT_VERSION = (
    update(events)
    .where(_OF_EVENT)
    .values(version=events.c.version + 1, updated_at=bindparam("now", type_=events.c.updated_at.type))
    .returning(events.c.version)
)


@dataclass(slots=True)
class OpenChanges:
    """What was changed in one transaction, by whom and when."""

    connection: Connection
    by: str
    at: datetime
    seq: int = 0  # of the last row written to the log
    # What is counted once all is written, for whoever watches.
    done: Counter[Done] = field(default_factory=Counter)
    described: list[str] = field(default_factory=list)  # ids of articles that descriptions speak of

    def set(self, event_id: str, **values: object) -> None:
        """Columns of one event; what readers see of them needs a row in the log too."""
        self.connection.execute(update(events).where(events.c.id == event_id).values(**values))

    def log(self, event_id: str, type_: ChangeType, fields: Sequence[str], moved: Moved = _NOTHING) -> None:
        """One row of the log, and so a new version of its event."""
        version = self.connection.execute(_NEXT_VERSION, {"event": event_id, "now": self.at}).scalar_one()
        row = {"event_id": event_id, "version": version, "type": type_, "at": self.at, "by": self.by}
        row |= {"fields": json.dumps(list(fields)), "moved": records.dump_moved(moved) if moved != _NOTHING else None}
        key = self.connection.execute(_ADD_CHANGE, row).inserted_primary_key
        assert key is not None, "the database numbers the log"
        self.seq = key[0]
        self.done[What.CHANGED, type_.value] += 1

    def says_nothing_new(self, event_id: str) -> None:
        """The last change asks neither for a new description nor for new context."""
        self.set(
            event_id,
            described_version=events.c.described_version + 1,
            related_version=events.c.related_version + 1,
        )
