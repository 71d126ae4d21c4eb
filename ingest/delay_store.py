"""The queries on delays: they are counted in the transaction in which an article gets further."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from ingest.article import Article, Basis
from ingest.delays import BEYOND, BOUNDS, Delays, Step, bound_of
from ingest.tables import articles, delays, entries, feeds
from storage.engine import Database, reading
from storage.upserting import add_up

_DATED = (Basis.FEED, Basis.PAGE)  # the date of a server's file, or of our coming, is none of an article's own


def was_awaited() -> ColumnElement[bool]:
    """The condition that we knew when an article was published, and read one of its feeds by then.

    What a feed lists at its first poll is days old, and no delay of ours.
    """
    reads = (entries.c.article_id == articles.c.id, feeds.c.observed_from <= articles.c.published_at)
    observed = exists().where(*reads, feeds.c.id == entries.c.feed_id)
    return and_(articles.c.published_at_basis.in_(_DATED), observed)


def count_seen(connection: Connection, feed_id: int, article: Article) -> None:
    """Counts how long a new article took to be seen, if its feed was read when it was published."""
    observed_from = connection.scalar(select(feeds.c.observed_from).where(feeds.c.id == feed_id))
    is_awaited = observed_from is not None and observed_from <= article.published_at
    if is_awaited and article.published_at_basis in _DATED:
        count_delays(connection, [(article.publisher.id, Step.SEEN, article.seen_at - article.published_at)])


def count_delays(connection: Connection, found: Iterable[tuple[str, Step, timedelta]]) -> None:
    """Counts delays, each of a publisher's article; one below zero, by clocks that differ, as none."""
    rows: dict[tuple[str, Step, int], list[float]] = defaultdict(list)
    for publisher_id, step, delay in found:
        shown = max(delay, timedelta(0))
        rows[publisher_id, step, bound_of(shown)].append(shown.total_seconds())
    if rows:
        names = ("publisher_id", "step", "within")
        # Sorted: of two transactions that count the same rows, the second one waits, and neither for ever.
        counted = [
            dict(zip(names, key, strict=True)) | {"count": len(took), "seconds": sum(took)}
            for key, took in sorted(rows.items())
        ]
        add_up(connection, delays, counted, "count", "seconds")


class DelayStore:
    """What was counted so far."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Delays]:
        """By publisher and step, those that any article was counted in."""
        query = select(delays).order_by(delays.c.publisher_id, delays.c.step)
        counts: dict[tuple[str, Step], dict[int, int]] = defaultdict(dict)
        seconds: dict[tuple[str, Step], float] = defaultdict(float)
        with reading(self._database) as connection:
            for publisher_id, step, within, count, took in connection.execute(query):
                key = publisher_id, Step(step)
                counts[key][within] = count
                seconds[key] += took
        return [
            Delays(*key, tuple(of_bound.get(bound, 0) for bound in (*BOUNDS, BEYOND)), seconds[key])
            for key, of_bound in counts.items()
        ]
