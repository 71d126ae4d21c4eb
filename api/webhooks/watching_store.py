"""The queries on webhooks for whoever watches: how they stand, and how far behind the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select

from api.tables import api_keys, webhooks
from cluster.tables import changes
from storage.engine import Database, reading


@dataclass(frozen=True, slots=True)
class Delivering:
    """How the webhooks of valid keys stand."""

    states: Mapping[str, int]  # well: up to date; behind: a message is due; failing: it is tried again; disabled
    behind_since: datetime | None  # of the first change that is due for one that is not failing; None: none is


class WebhookWatch:
    """How webhooks stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delivering(self) -> Delivering:
        """How they stand. One that filters has its place moved on by the next delivery, and until then is behind."""
        newest = select(func.coalesce(func.max(changes.c.seq), 0)).scalar_subquery()
        state = case(
            (webhooks.c.disabled.is_not(None), "disabled"),
            (webhooks.c.failing_since.is_not(None), "failing"),
            (webhooks.c.seq < newest, "behind"),
            else_="well",
        )
        of_valid = and_(api_keys.c.id == webhooks.c.key_id, api_keys.c.revoked_at.is_(None))
        query = select(state, func.count(), func.min(webhooks.c.seq)).join(api_keys, of_valid).group_by(state)
        with reading(self._database) as connection:
            rows = {name: (count, seq) for name, count, seq in connection.execute(query)}
            since = None
            if "behind" in rows:
                first = select(changes.c.at).where(changes.c.seq > rows["behind"][1])
                since = connection.scalar(first.order_by(changes.c.seq).limit(1))
        states = dict.fromkeys(("well", "behind", "failing", "disabled"), 0)
        return Delivering(states | {name: count for name, (count, _) in rows.items()}, since)
