"""Re-clusterings as other rules would make them: at another threshold and in another order of the articles."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from sqlalchemy import Engine

from cluster.describe_stage import describe_events
from cluster.event import Placement
from cluster.reclustering import recluster
from cluster.store import EventStore

THRESHOLDS = (1.1, 1e-9)  # no two reports are one happening; all are that are alike in anything
ORDERS = 3


@contextmanager
def _other_rules(join_at: float, chance: random.Random) -> Iterator[None]:
    in_order = EventStore.placed_since

    def shuffled(store: EventStore, since: datetime) -> list[Placement]:
        found = in_order(store, since)
        chance.shuffle(found)
        return found

    with patch("cluster.decision.JOIN_AT", join_at), patch.object(EventStore, "placed_since", shuffled):
        yield


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
