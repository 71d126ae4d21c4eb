"""The one door: every change to an event happens here, in one transaction, with a new version and a row in the log."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from cluster import records
from cluster.event import ChangeType, Description, Level, Placement, Status
from cluster.lease import lock_placing
from cluster.tables import changes, event_tags, events, members
from ingest.tables import articles

SIGNAL_RANK = {Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3}


class StaleFence(Exception):
    """Another holder has taken the lease since this number was given out; nothing was written."""


class UnknownEvent(Exception):
    """No event has this id."""


@dataclass(slots=True)
class Ledger:
    """An open transaction on the events: each method writes one change of one event."""

    connection: Connection
    by: str
    at: datetime
    seq: int = 0  # of the last row written to the log

    def create(self, placement: Placement) -> None:
        """A new event with its first article."""
        published_at = self._published_at(placement.article_id)
        self.connection.execute(
            insert(events).values(
                id=placement.event_id,
                status=Status.ACTIVE,
                version=0,
                updated_at=self.at,
                first_published_at=published_at,
                last_published_at=published_at,
                described_version=0,
                related="[]",
                signal_rank=0,
                score=0,
                independent_sources=0,
            )
        )
        self._add_member(placement)
        self._log(placement.event_id, ChangeType.CREATED, ("articles",))

    def grow(self, placement: Placement) -> None:
        """One more article in an event; a closed event that takes one is active again."""
        self._add_member(placement)
        self._date(placement.event_id)
        status = self.connection.scalar(select(events.c.status).where(events.c.id == placement.event_id))
        if status == Status.CLOSED:
            self._set(placement.event_id, status=Status.ACTIVE)
            self._log(placement.event_id, ChangeType.REOPENED, ("status",))
        self._log(placement.event_id, ChangeType.GREW, ("articles",))

    def describe(self, event_id: str, description: Description, read_version: int) -> bool:
        """What an event says, made from its members as of `read_version`; False when it says the same as before.

        An event that has changed since stays due for another description.

        Raises:
            UnknownEvent: when there is no such event.
        """
        before = self.connection.execute(
            select(events.c.description, events.c.signal_rank).where(events.c.id == event_id)
        ).one_or_none()
        if before is None:
            raise UnknownEvent(event_id)
        if before.description and records.says_the_same(before.description, description):
            self._set(event_id, described_version=read_version)
            return False
        self._write_description(event_id, description)
        written = [ChangeType.DESCRIBED]
        if before.signal_rank not in (0, SIGNAL_RANK[description.signal.level]):
            written.append(ChangeType.SIGNAL_CHANGED)
        for type_ in written:
            self._log(event_id, type_, ("description",))
        self._set(event_id, described_version=read_version + len(written))
        return True

    def relate(self, event_id: str, related: str) -> None:
        """Related events as JSON. They are context, so neither version nor log moves."""
        self._set(event_id, related=related)

    def close(self, event_id: str) -> None:
        """An event that nothing joins any more."""
        self._set(event_id, status=Status.CLOSED)
        self._log(event_id, ChangeType.CLOSED, ("status",))
        # Closing says nothing new, so it must not ask for a new description.
        self._set(event_id, described_version=events.c.described_version + 1)

    def _write_description(self, event_id: str, description: Description) -> None:
        self._set(
            event_id,
            description=records.dump_description(description),
            signal_rank=SIGNAL_RANK[description.signal.level],
            score=description.signal.score,
            independent_sources=len(description.origins),
            type=description.type,
        )
        tags = [("asset", asset.symbol) for asset in description.assets]
        tags += [("theme", found.theme.value) for found in description.themes]
        self.connection.execute(delete(event_tags).where(event_tags.c.event_id == event_id))
        rows = [{"event_id": event_id, "kind": kind, "tag": tag} for kind, tag in dict.fromkeys(tags)]
        if rows:
            self.connection.execute(insert(event_tags), rows)

    def _add_member(self, placement: Placement) -> None:
        rival = placement.nearest_rival
        self.connection.execute(
            insert(members).values(
                article_id=placement.article_id,
                event_id=placement.event_id,
                probability=placement.probability,
                because=records.dump_because(placement.because),
                rival_event_id=rival.event_id if rival else None,
                rival_score=rival.score if rival else None,
                copy_of=placement.copy_of,
                ruleset=placement.ruleset,
            )
        )

    def _date(self, event_id: str) -> None:
        dates = select(func.min(articles.c.published_at), func.max(articles.c.published_at)).join_from(
            articles, members, members.c.article_id == articles.c.id
        )
        first, last = self.connection.execute(dates.where(members.c.event_id == event_id)).one()
        self._set(event_id, first_published_at=first, last_published_at=last)

    def _published_at(self, article_id: str) -> datetime:
        found: datetime = self.connection.execute(
            select(articles.c.published_at).where(articles.c.id == article_id)
        ).scalar_one()
        return found

    def _set(self, event_id: str, **values: object) -> None:
        self.connection.execute(update(events).where(events.c.id == event_id).values(**values))

    def _log(self, event_id: str, type_: ChangeType, fields: Sequence[str]) -> None:
        self._set(event_id, version=events.c.version + 1, updated_at=self.at)
        version = select(events.c.version).where(events.c.id == event_id).scalar_subquery()
        row = {"event_id": event_id, "type": type_, "at": self.at, "by": self.by, "fields": json.dumps(list(fields))}
        written = self.connection.execute(insert(changes).values(version=version, **row))
        key = written.inserted_primary_key
        assert key is not None, "the database numbers the log"
        self.seq = key[0]


@contextmanager
def change_events(engine: Engine, *, by: str, at: datetime, fence: int | None = None) -> Iterator[Ledger]:
    """Opens the door: a transaction that holds the `placing` row from its first statement to its commit.

    `fence` is the number `placing_lease` gave to a placing worker; the others, who only touch what they were
    asked to, pass none. All of it is written or, when the block raises, nothing.

    Raises:
        StaleFence: when the lease has passed to another holder.
    """
    with engine.begin() as connection:
        row = lock_placing(connection)
        if fence is not None and fence != row.fence:
            raise StaleFence(f"placing has passed from fence {fence} to {row.fence}")
        yield Ledger(connection, by, at)
