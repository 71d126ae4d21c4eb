"""What a row of the change log says: which event became another, how, and by whose hand."""

from dataclasses import dataclass
from datetime import datetime

from cluster.event import ChangeType, Evidence


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change did to an event's members and to where its id leads: enough to rebuild both from the log."""

    came: tuple[str, ...] = ()  # article ids
    went: tuple[str, ...] = ()
    merged_into: str | None = None
    split_from: str | None = None
    because: tuple[Evidence, ...] = ()  # of repair; an editor's reason is the editor


# Who changes events without being asked; every other name in the change log is an editor's.
AUTOMATIC = frozenset({"placing", "describe", "regrade", "repair", "withdrawal", "removal", "recluster", "expire"})


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change log: `seq` orders all changes of all events."""

    seq: int
    event_id: str
    version: int
    type: ChangeType
    at: datetime
    by: str  # one of AUTOMATIC or an editor's name
    fields: tuple[str, ...]
    moved: Moved = Moved()
