"""The one door: every change to an event happens here, in one transaction, with a new version and a row in the log."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from cluster import records
from cluster.change import Moved
from cluster.count_store import What, count_done, reason_of
from cluster.doubt_store import forget_doubts
from cluster.editing_changes import EditingChanges
from cluster.event import ChangeType, Evidence, Placement, Status
from cluster.lease import lock_placing
from cluster.originals import Print
from cluster.reading_store import drop_openings
from cluster.saying_changes import SayingChanges
from cluster.tables import events, members
from cluster.visibility_store import make_visible
from cluster.words_store import forget_events
from ingest.tables import articles

_MOVED = ("articles",)
# Made once: building a statement anew takes longer than carrying it out, and placing writes these for every article.
_ADD_EVENT, _ADD_MEMBER = insert(events), insert(members)
_PUBLISHED_AT = select(articles.c.published_at).where(articles.c.id == bindparam("article"))
_OF_EVENT = events.c.id == bindparam("event")
_PUBLISHED = (
    select(articles.c.published_at)
    .join(members, members.c.article_id == articles.c.id)
    .where(members.c.event_id == bindparam("event"))
    .subquery()
)
_DATE = (
    update(events)
    .where(_OF_EVENT)
    .values(
        attempts=0,
        first_published_at=select(func.min(_PUBLISHED.c.published_at)).scalar_subquery(),
        last_published_at=select(func.max(_PUBLISHED.c.published_at)).scalar_subquery(),
    )
    .returning(events.c.status)
)


class StaleFence(Exception):
    """Another holder has taken the lease since this number was given out; nothing was written."""


class StaleVersion(Exception):
    """Events, by id, have changed since an editor looked at them; nothing was written."""

    def __init__(self, event_ids: Sequence[str], seen: Mapping[str, int]) -> None:
        super().__init__(", ".join(event_ids))
        self.event_ids = tuple(event_ids)
        self.seen = seen  # the versions that the editor saw


@dataclass(slots=True)
class Ledger(SayingChanges, EditingChanges):
    """An open transaction on the events: each method writes one change of one event."""

    def create(self, placement: Placement) -> None:
        """A new event with its first article."""
        self._open(placement.event_id, self._published_at(placement.article_id))
        self._place(placement, opens=True)
        self.log(placement.event_id, ChangeType.CREATED, _MOVED, Moved(came=(placement.article_id,)))

    def grow(self, placement: Placement, prints: Sequence[Print] = ()) -> None:
        """One more article in an event; a closed event that takes one is active again.

        `prints` are articles of the event of which it is known by now that they go back to another text than was said.
        """
        self._place(placement, opens=False)
        for one in prints:
            self._turn(one)
        self._has_grown(placement.event_id, Moved(came=(placement.article_id,)))

    def regroup(self, placements: Sequence[Placement], because: tuple[Evidence, ...] = ()) -> tuple[str, ...]:
        """Moves articles that stand in some event to the events that their new placements name.

        An event left empty is merged into the one that took most of its articles. A merged or closed event that takes
        an article is active again. An event that did not exist is split from the one that most of its articles leave.
        The log says `because` with each. Returns the ids of the events that were left empty.
        """
        source_of = self._events_of([one.article_id for one in placements])
        moved = [one for one in placements if source_of[one.article_id] != one.event_id]
        flows = Counter((source_of[one.article_id], one.event_id) for one in moved)
        sources, targets = (tuple(dict.fromkeys(flow[end] for flow in flows)) for end in (0, 1))
        split = self._open_missing(targets, flows)
        for one in moved:
            row = members.c.article_id == one.article_id
            self.connection.execute(update(members).where(row).values(**_member_row(one)))
        for event_id in targets:
            came = tuple(one.article_id for one in moved if one.event_id == event_id)
            self._has_grown(event_id, Moved(came=came, split_from=split.get(event_id), because=because))
        emptied = tuple(event_id for event_id in sources if not self._has_members(event_id))
        for event_id in sources:
            gone = Moved(went=_left(moved, source_of, event_id), because=because)
            if event_id in emptied:
                self._merge(event_id, replace(gone, merged_into=_most(flows, source=event_id)[1]))
            else:
                self._has_shrunk(event_id, ChangeType.SPLIT if event_id in split.values() else ChangeType.SHRANK, gone)
        forget_doubts(self.connection, {*sources, *targets})
        return emptied

    def withdraw(self, article_ids: Sequence[str]) -> None:
        """Takes articles out of their events for good; an event without articles is removed, and its id says so."""
        source_of = self._events_of(article_ids)
        drop_openings(self.connection, article_ids)
        self.connection.execute(delete(members).where(members.c.article_id.in_(article_ids)))
        forget_events(self.connection, set(source_of.values()))
        forget_doubts(self.connection, set(source_of.values()))
        for event_id in dict.fromkeys(source_of.values()):
            gone = Moved(went=tuple(one for one, source in source_of.items() if source == event_id))
            if self._has_members(event_id):
                self._has_shrunk(event_id, ChangeType.SHRANK, gone)
            else:
                self.set(event_id, status=Status.REMOVED, locked=False)
                self.log(event_id, ChangeType.REMOVED, ("status", *_MOVED), gone)

    def revise(self, placement: Placement) -> None:
        """A member whose text changed and that stays where it is: its event is due for another description."""
        row = members.c.article_id == placement.article_id
        self.connection.execute(update(members).where(row).values(**_member_row(placement)))
        self.set(placement.event_id, attempts=0)
        self.log(placement.event_id, ChangeType.EDITED, _MOVED)

    def close(self, event_id: str) -> None:
        """An event that nothing joins any more."""
        forget_doubts(self.connection, {event_id})
        drop_openings(self.connection, select(members.c.article_id).where(members.c.event_id == event_id))
        self.set(event_id, status=Status.CLOSED)
        self.log(event_id, ChangeType.CLOSED, ("status",))
        self.says_nothing_new(event_id)

    def _open(self, event_id: str, published_at: datetime, split_from: str | None = None) -> None:
        row: dict[str, object] = {
            "id": event_id,
            "status": Status.ACTIVE,
            "split_from": split_from,
            "updated_at": self.at,
        }
        row |= {"first_published_at": published_at, "last_published_at": published_at, "related": "[]"}
        row |= dict.fromkeys(("version", "described_version", "related_version", "attempts"), 0)
        row |= dict.fromkeys(("signal_rank", "score", "independent_sources"), 0)
        self.connection.execute(_ADD_EVENT, row)

    def _open_missing(self, targets: Sequence[str], flows: Counter[tuple[str, str]]) -> dict[str, str]:
        """Opens the events that do not exist yet; for each the event it is split from."""
        there = set(self.connection.scalars(select(events.c.id).where(events.c.id.in_(targets))))
        split = {target: _most(flows, target=target)[0] for target in targets if target not in there}
        for event_id, source in split.items():
            self._open(event_id, self.at, source)
        return split

    def _has_grown(self, event_id: str, moved: Moved) -> None:
        if self._date(event_id) != Status.ACTIVE:
            self.set(event_id, status=Status.ACTIVE, merged_into=None)
            self.log(event_id, ChangeType.REOPENED, ("status",))
        self.log(event_id, ChangeType.CREATED if moved.split_from else ChangeType.GREW, _MOVED, moved)

    def _has_shrunk(self, event_id: str, type_: ChangeType, moved: Moved) -> None:
        self._date(event_id)
        self.log(event_id, type_, _MOVED, moved)

    def _merge(self, event_id: str, moved: Moved) -> None:
        self.set(event_id, status=Status.MERGED, merged_into=moved.merged_into)
        self.log(event_id, ChangeType.MERGED, ("status", "merged_into", *_MOVED), moved)

    def _place(self, placement: Placement, opens: bool) -> None:
        self.connection.execute(_ADD_MEMBER, {"article_id": placement.article_id} | _member_row(placement))
        self.done[What.PLACED, reason_of(placement, opens)] += 1

    def _turn(self, changed: Print) -> None:
        row = members.c.article_id == changed.article_id
        said = self.connection.execute(select(members.c.because).where(row)).scalar_one()
        because = records.dump_because((*records.load_because(said), *changed.because))
        self.connection.execute(update(members).where(row).values(copy_of=changed.copy_of, because=because))

    def _events_of(self, article_ids: Sequence[str]) -> dict[str, str]:
        query = select(members.c.article_id, members.c.event_id).where(members.c.article_id.in_(article_ids))
        return {row.article_id: row.event_id for row in self.connection.execute(query)}

    def _has_members(self, event_id: str) -> bool:
        return (
            self.connection.scalar(select(members.c.article_id).where(members.c.event_id == event_id).limit(1))
            is not None
        )

    def _date(self, event_id: str) -> Status:
        """Dates an event, whose articles are others now, by them; its status, which stays."""
        return Status(self.connection.execute(_DATE, {"event": event_id}).scalar_one())

    def _published_at(self, article_id: str) -> datetime:
        found: datetime = self.connection.execute(_PUBLISHED_AT, {"article": article_id}).scalar_one()
        return found


@contextmanager
def change_events(
    engine: Engine, *, by: str, at: datetime, fence: int | None = None, versions: Mapping[str, int] | None = None
) -> Iterator[Ledger]:
    """Opens the door: a transaction that holds the `placing` row from its first statement to its commit.

    `fence` is the number `placing_lease` gave to a placing worker; the others, who only touch what they were
    asked to, pass none. `versions` are those of the events as an editor saw them, by event id. All of it is written
    or, when the block raises, nothing.

    Raises:
        StaleFence: when the lease has passed to another holder.
        StaleVersion: when one of the events has another version by now; the message names each.
    """
    with engine.begin() as connection:
        row = lock_placing(connection)
        if fence is not None and fence != row.fence:
            raise StaleFence(f"placing has passed from fence {fence} to {row.fence}")
        if versions and (stale := _stale(connection, versions)):
            raise StaleVersion(stale, versions)
        ledger = Ledger(connection, by, at)
        yield ledger
        make_visible(connection, ledger.described, at)
        count_done(connection, ledger.done)


def _stale(connection: Connection, versions: Mapping[str, int]) -> list[str]:
    query = select(events.c.id, events.c.version).where(events.c.id.in_(versions))
    found = {row.id: row.version for row in connection.execute(query)}
    return sorted(event_id for event_id, version in versions.items() if found.get(event_id) != version)


def _member_row(placement: Placement) -> dict[str, Any]:
    rival = placement.nearest_rival
    return {
        "event_id": placement.event_id,
        "probability": placement.probability,
        "because": records.dump_because(placement.because),
        "rival_event_id": rival.event_id if rival else None,
        "rival_score": rival.score if rival else None,
        "copy_of": placement.copy_of,
        "ruleset": placement.ruleset,
        "revision": placement.revision,
    }


def _left(moved: Sequence[Placement], source_of: Mapping[str, str], event_id: str) -> tuple[str, ...]:
    return tuple(one.article_id for one in moved if source_of[one.article_id] == event_id)


def _most(flows: Counter[tuple[str, str]], source: str | None = None, target: str | None = None) -> tuple[str, str]:
    """The flow that carries most articles out of `source` or into `target`; the first of several."""
    return next(flow for flow, _ in flows.most_common() if source in (None, flow[0]) and target in (None, flow[1]))
