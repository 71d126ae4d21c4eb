"""Re-clusterings as other rules would make them: at another threshold and in another order of the articles."""

import math
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from sqlalchemy import Engine

from cluster.describe_stage import describe_events
from cluster.event import Placement
from cluster.reclustering import recluster
from cluster.store import EventStore
from storage.engine import open_engine, sqlite_url

THRESHOLDS = (1.1, 1e-9)  # no two reports are one happening; all are
ORDERS = 3


@contextmanager
def _other_rules(join_at: float, chance: random.Random) -> Iterator[None]:
    in_order = EventStore.placed_since

    def shuffled(store: EventStore, since: datetime) -> list[Placement]:
        found = in_order(store, since)
        chance.shuffle(found)
        return found

    with (
        patch("cluster.decision.JOIN_AT", join_at),
        patch("cluster.window.COMPARED_FROM", -math.inf),
        patch("cluster.reclustering.SPLIT_AT", 0.0),  # or what is joined below today's threshold would be taken back
        patch.object(EventStore, "placed_since", shuffled),
    ):
        yield


@contextmanager
def copied(engine: Engine) -> Iterator[Engine]:
    """A copy of a SQLite database in use, where other rules may do what the database itself must not keep."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "copy.db"
        with closing(sqlite3.connect(str(engine.url.database))) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
        copy = open_engine(sqlite_url(path))
        yield copy
        copy.dispose()


def recluster_by_other_rules(engine: Engine, since: datetime, now: datetime) -> None:
    """Each threshold in several orders."""
    for seed in range(ORDERS):
        for join_at in THRESHOLDS:
            with _other_rules(join_at, random.Random(seed)):
                recluster_as_a_worker(engine, since, now)


def recluster_as_a_worker(engine: Engine, since: datetime, now: datetime) -> None:
    """By today's rules; what it changed is described, as a worker does."""
    done = recluster(engine, since, now)
    describe_events(list(done.events), engine=engine, now=now)
