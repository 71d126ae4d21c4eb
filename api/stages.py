"""What waits in every stage: those of an article, and delivering."""

from datetime import datetime

from api.webhooks.watching_store import Delivering
from cluster.backlog_store import Backlog, BacklogStore
from storage.engine import Database


def backlogs(database: Database, webhooks: Delivering, now: datetime) -> dict[str, Backlog]:
    """By the stage that it waits for, in their order; of `deliver`, webhooks that are behind."""
    delivering = Backlog(webhooks.states["behind"], webhooks.behind_since)
    return BacklogStore(database, now).stages() | {"deliver": delivering}
