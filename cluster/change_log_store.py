"""The queries of those who follow the change log from a cursor."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select

from cluster.change import Change
from cluster.change_log import Logged, Span, Stretch, Subject, Wanted
from cluster.saying_changes import LEVEL_OF
from cluster.store import EventStore
from cluster.tables import changes, event_tags, events
from storage.engine import Database, reading


class ChangeLogStore:
    """The log, oldest first. Its rows are numbered in the order in which they are committed.

    The one door takes a row's number while it holds `placing`, and lets go when it commits. So who has seen a number
    has seen, or can see, every lesser one; numbers that were rolled back are missing for ever.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._events = EventStore(database)

    def span(self) -> Span:
        """From which row to which it goes."""
        # Two subqueries: each is one step in the index, where both aggregates at once would read it all.
        ends = [select(end(changes.c.seq)).scalar_subquery() for end in (func.min, func.max)]
        with reading(self._database) as connection:
            oldest, newest = connection.execute(select(*ends)).one()
        return Span(oldest or 0, newest or 0)

    def after(self, seq: int, limit: int) -> list[Logged]:
        """The rows behind a number, each beside what its event is about by now."""
        return self._beside_subjects(self._events.changes_after(seq, limit))

    def stretch(self, seq: int, limit: int, only: Wanted) -> Stretch:
        """Those of the rows behind a number that somebody wants; `limit` is how many are looked at one by one.

        Types and event are left to the database, which passes the other rows without reading what they say.
        """
        end = max(seq, self.span().newest)  # before the rows: one that comes meanwhile is not to be passed
        found = self._beside_subjects(self._events.changes_after(seq, limit, only.types, only.event_id))
        last = found[-1].change.seq if found else seq
        reached = last if len(found) == limit else max(end, last)
        return Stretch(tuple(one for one in found if only.has(one)), reached)

    def subjects(self, event_ids: Collection[str]) -> Mapping[str, Subject]:
        """What each of these events is about by now, those that exist."""
        tags: dict[tuple[str, str], set[str]] = defaultdict(set)
        tagged = select(event_tags).where(
            event_tags.c.event_id.in_(event_ids), event_tags.c.kind.in_(("asset", "theme"))
        )
        ranked = select(events.c.id, events.c.signal_rank).where(events.c.id.in_(event_ids))
        with reading(self._database) as connection:
            for row in connection.execute(tagged):
                tags[row.event_id, row.kind].add(row.tag)
            return {
                row.id: Subject(
                    frozenset(tags[row.id, "asset"]), frozenset(tags[row.id, "theme"]), LEVEL_OF.get(row.signal_rank)
                )
                for row in connection.execute(ranked)
            }

    def _beside_subjects(self, found: Sequence[Change]) -> list[Logged]:
        subjects = self.subjects({change.event_id for change in found})
        return [Logged(change, subjects[change.event_id]) for change in found]
