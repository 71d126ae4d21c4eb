"""A follower of the change log as an application would write one, and what the server says against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select

from cluster.store import EventStore
from cluster.tables import events

Standing = tuple[int, str, frozenset[str], str | None]  # version, status, members, merged_into


@dataclass
class Follower:
    """Events rebuilt from rows of the log alone."""

    seen: list[int] = field(default_factory=list)
    rebuilt: dict[str, Standing] = field(default_factory=dict)

    def take(self, row: Mapping[str, Any]) -> None:
        """One more row; one that was taken already changes nothing."""
        if row["seq"] in self.seen:
            return
        self.seen.append(row["seq"])
        version, status, members, merged_into = self.rebuilt.get(row["event_id"], (0, "", frozenset(), None))
        assert row["version"] == version + 1, "a version is missing"
        if row["status"]:
            status, merged_into = row["status"], row["merged_into"]
        members = (members | set(row["came"])) - set(row["went"])
        self.rebuilt[row["event_id"]] = (row["version"], status, members, merged_into)


def served(engine: Engine) -> dict[str, Standing]:
    """How every event stands in the database."""
    with engine.connect() as connection:
        found = EventStore(connection).get_many(list(connection.scalars(select(events.c.id))))
    return {
        event.id: (
            event.version,
            event.status.value,
            frozenset(member.article.id for member in event.members),
            event.merged_into,
        )
        for event in found.values()
    }
