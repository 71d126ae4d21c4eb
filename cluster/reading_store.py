"""What was read in the articles, and which of them still wait to be read or placed."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Engine, Row, and_, exists, or_, select, update

from cluster import records
from cluster.content import Kind
from cluster.reading import Reading
from cluster.tables import members, readings
from cluster.terms import Terms
from ingest.tables import articles
from storage.engine import reading, writing
from storage.upserting import insert_missing

MAX_ATTEMPTS = 3  # an article that kills its reader twice more is left alone

_READINGS = (
    select(readings, articles.c.published_at, articles.c.publisher_id)
    .join(articles, articles.c.id == readings.c.article_id)
    .where(readings.c.read_at.is_not(None))
)


class ReadingStore:
    """What the embed stage found, and which articles still wait for it or for their place."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def unread(self, limit: int, before: datetime | None = None) -> list[str]:
        """Ids of articles that were not read yet and have not failed too often, oldest first.

        With `before`, those alone that were seen by that instant.
        """
        waiting = or_(
            readings.c.article_id.is_(None),
            and_(readings.c.read_at.is_(None), readings.c.attempts < MAX_ATTEMPTS),
        )
        query = (
            select(articles.c.id)
            .outerjoin(readings, readings.c.article_id == articles.c.id)
            .where(waiting)
            .order_by(articles.c.published_at, articles.c.id)
            .limit(limit)
        )
        if before is not None:
            query = query.where(articles.c.seen_at <= before)
        with reading(self._engine) as connection:
            return list(connection.scalars(query))

    def untried(self, article_ids: Sequence[str]) -> tuple[list[str], list[str]]:
        """Those of the articles that are still to be read, in the given order: never tried, and tried before."""
        known = select(readings.c.article_id, readings.c.attempts, readings.c.read_at)
        with reading(self._engine) as connection:
            rows = {r.article_id: r for r in connection.execute(known.where(readings.c.article_id.in_(article_ids)))}
        wanted = list(dict.fromkeys(article_ids))
        again = [i for i in wanted if i in rows and rows[i].read_at is None and rows[i].attempts < MAX_ATTEMPTS]
        return [i for i in wanted if i not in rows], again

    def begin(self, article_ids: Sequence[str]) -> list[str]:
        """Counts an attempt at each article; those that nobody has read and that have not failed too often."""
        if not article_ids:
            return []
        these = readings.c.article_id.in_(article_ids)
        due = and_(these, readings.c.read_at.is_(None), readings.c.attempts < MAX_ATTEMPTS)
        with writing(self._engine) as connection:
            insert_missing(connection, readings, [{"article_id": i, "attempts": 0} for i in article_ids])
            counted = update(readings).where(due).values(attempts=readings.c.attempts + 1)
            found = set(connection.scalars(counted.returning(readings.c.article_id)))
        return [i for i in dict.fromkeys(article_ids) if i in found]

    def save(self, found: Iterable[Reading], read_at: datetime) -> None:
        """Keeps what was found in articles that `begin` returned."""
        with writing(self._engine) as connection:
            for one in found:
                connection.execute(
                    update(readings)
                    .where(readings.c.article_id == one.article_id)
                    .values(
                        read_at=read_at,
                        engine=one.engine,
                        title_vector=one.title_vector,
                        lead_vector=one.lead_vector,
                        sketch=one.sketch.tobytes(),
                        terms=json.dumps([one.terms.weights, one.terms.words]),
                        content=json.dumps(one.content),
                        opening=json.dumps(one.opening),
                        words=one.words,
                        facts=records.dump_facts(one.facts),
                    )
                )

    def get_many(self, article_ids: Sequence[str]) -> dict[str, Reading]:
        """What was found in each article that was read."""
        return self._read(readings.c.article_id.in_(article_ids))

    def between(self, since: datetime, until: datetime) -> dict[str, Reading]:
        """What was found in the articles published between two instants, both included."""
        return self._read(articles.c.published_at.between(since, until))

    def since(self, instant: datetime) -> dict[str, Reading]:
        """What was found in the articles published at or after an instant."""
        return self._read(articles.c.published_at >= instant)

    def unplaced(self, limit: int) -> list[Reading]:
        """Articles that were read and stand in no event yet, oldest first."""
        placed = exists().where(members.c.article_id == readings.c.article_id)
        # Ids are random: by URL, one input in one order makes the same events every time.
        query = _READINGS.where(~placed).order_by(articles.c.published_at, articles.c.url).limit(limit)
        with reading(self._engine) as connection:
            return [_reading(row) for row in connection.execute(query)]

    def _read(self, condition: ColumnElement[bool]) -> dict[str, Reading]:
        with reading(self._engine) as connection:
            return {row.article_id: _reading(row) for row in connection.execute(_READINGS.where(condition))}


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        article_id=row.article_id,
        publisher_id=row.publisher_id,
        published_at=row.published_at,
        engine=row.engine,
        title_vector=row.title_vector,
        lead_vector=row.lead_vector,
        sketch=np.frombuffer(row.sketch, dtype="<u8"),
        terms=Terms(*json.loads(row.terms)),
        content={Kind(kind): keys for kind, keys in json.loads(row.content or "{}").items()},
        opening=tuple(json.loads(row.opening or '["", ""]')),
        words=row.words or 0,
        facts=records.load_facts(row.facts),
    )
