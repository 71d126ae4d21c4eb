"""Which events speak of some articles and events: the queries of removing, over all that is kept."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, select

from cluster.filter_store import LISTED
from cluster.tables import changes, events
from storage.engine import Database, reading

ROWS_AT_ONCE = 1000
_ID = re.compile(r"\b(?:art|evt)_\w+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """An event that says something."""

    id: str
    is_live: bool
    names: frozenset[str]  # ids of the articles and events that it speaks of, its own among them


def ever_around(engine: Engine, article_ids: Collection[str]) -> set[str]:
    """The events that any of the articles came to or left."""
    moves = select(changes.c.event_id, changes.c.moved).where(changes.c.moved.is_not(None))
    with reading(engine) as connection:
        rows = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(moves)
        return {row.event_id for row in rows if not set(_ID.findall(row.moved)).isdisjoint(article_ids)}


def spoken(database: Database) -> list[Spoken]:
    """Every event that says something."""
    query = select(events.c.id, events.c.status, events.c.description, events.c.related)
    said = query.where(events.c.description.is_not(None))
    with reading(database) as connection:
        return [
            Spoken(row.id, row.status in LISTED, frozenset((row.id, *_ID.findall(row.description + row.related))))
            for row in connection.execute(said)
        ]
