"""What was read in the articles, and which of them still wait to be read or placed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, or_, select, update

from cluster import records
from cluster.content import Kind
from cluster.copies import Sketch
from cluster.event import Facts, Rival, Status
from cluster.nearness import Told
from cluster.reading import ENGINE, Reading
from cluster.tables import events, members, readings
from cluster.terms import Terms
from cluster.words_store import tell_facts
from ingest.article import Article
from ingest.article_changes import IS_RESERVED, drop_reserved
from ingest.rows import article_of
from ingest.tables import articles, publishers
from storage.engine import Database, reading, writing
from storage.instants import LOOKED_BACK, has_come
from storage.upserting import insert_missing

_NO_TERMS = "[{}, {}]"
MAX_ATTEMPTS = 3  # an article that kills its reader twice more is left alone

_IS_DUE = or_(readings.c.read_at.is_(None), readings.c.revision < articles.c.revision)
_READINGS = (
    select(readings, articles.c.published_at, articles.c.publisher_id)
    .join(articles, articles.c.id == readings.c.article_id)
    .where(readings.c.read_at.is_not(None))
)
_TOLD = (
    select(
        members.c.event_id,
        articles.c.published_at,
        articles.c.title,
        readings.c.title_vector,
        readings.c.lead_vector,
        members.c.rival_event_id,
        members.c.rival_score,
    )
    .join(articles, articles.c.id == members.c.article_id)
    .join(readings, readings.c.article_id == members.c.article_id)
)
# Of articles joined to what was read in them, if anything: those that wait.
TO_READ = and_(
    or_(readings.c.article_id.is_(None), and_(_IS_DUE, readings.c.attempts < MAX_ATTEMPTS)),
    articles.c.removed_at.is_(None),
)
TO_PLACE = and_(
    readings.c.read_at.is_not(None),
    articles.c.removed_at.is_(None),
    ~articles.c.by_hand,
    ~exists().where(members.c.article_id == readings.c.article_id),
)


class ReadingStore:
    """What the embed stage found, and which articles still wait for it or for their place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self, limit: int, before: datetime | None = None) -> list[str]:
        """Ids of articles whose present text was not read yet and has not failed too often, oldest first.

        With `before`, those alone that were seen by that instant, or later than a clock can be off.
        """
        query = (
            select(articles.c.id)
            .outerjoin(readings, readings.c.article_id == articles.c.id)
            .where(TO_READ)
            .order_by(articles.c.published_at, articles.c.id)
            .limit(limit)
        )
        if before is not None:
            query = query.where(has_come(articles.c.seen_at, before, LOOKED_BACK))
        with reading(self._database) as connection:
            return list(connection.scalars(query))

    def untried(self, article_ids: Sequence[str]) -> tuple[list[str], list[str]]:
        """Those of the articles that are still to be read, in the given order: never tried, and tried before."""
        known = select(readings.c.article_id, readings.c.attempts, _IS_DUE.label("is_due")).join(
            articles, articles.c.id == readings.c.article_id
        )
        with reading(self._database) as connection:
            rows = {r.article_id: r for r in connection.execute(known.where(readings.c.article_id.in_(article_ids)))}
        wanted = list(dict.fromkeys(article_ids))
        again = [i for i in wanted if i in rows and rows[i].is_due and rows[i].attempts < MAX_ATTEMPTS]
        return [i for i in wanted if i not in rows], again

    def begin(self, article_ids: Sequence[str]) -> list[str]:
        """Counts an attempt at each article; those that are still to be read and have not failed too often."""
        if not article_ids:
            return []
        these = readings.c.article_id.in_(article_ids)
        text_is_new = exists().where(articles.c.id == readings.c.article_id, readings.c.revision < articles.c.revision)
        due = and_(these, or_(readings.c.read_at.is_(None), text_is_new), readings.c.attempts < MAX_ATTEMPTS)
        with writing(self._database) as connection:
            insert_missing(connection, readings, [{"article_id": i, "attempts": 0} for i in article_ids])
            counted = update(readings).where(due).values(attempts=readings.c.attempts + 1)
            found = set(connection.scalars(counted.returning(readings.c.article_id)))
        return [i for i in dict.fromkeys(article_ids) if i in found]

    def take_back(self, article_ids: Sequence[str]) -> None:
        """Uncounts an attempt that `begin` counted."""
        these = (readings.c.article_id.in_(article_ids), readings.c.attempts > 0)
        with writing(self._database) as connection:
            connection.execute(update(readings).where(*these).values(attempts=readings.c.attempts - 1))

    def drop_spent(self, article_ids: Sequence[str]) -> list[str]:
        """Drops the texts that are reserved among articles at their last attempt or beyond it, also revised ones.

        Whoever tries has them in hand, and once that attempt has failed nobody comes back to do it. Returned are the
        ids of those that had a text to drop.
        """
        spent = (readings.c.article_id.in_(article_ids), readings.c.attempts >= MAX_ATTEMPTS)
        query = select(articles.c.id, articles.c.revision).join(readings, readings.c.article_id == articles.c.id)
        with reading(self._database) as connection:
            found = {row.id: row.revision for row in connection.execute(query.where(*spent))}
        if not found:
            return []
        with writing(self._database) as connection:
            return drop_reserved(connection, found)

    def save(self, found: Iterable[Reading], read_at: datetime) -> None:
        """Keeps what was found in articles that `begin` returned, and drops the texts among them that are reserved."""
        kept = list(found)
        with writing(self._database) as connection:
            for one in kept:
                connection.execute(
                    update(readings)
                    .where(readings.c.article_id == one.article_id)
                    .values(
                        read_at=read_at,
                        revision=one.revision,
                        attempts=0,  # a text that changes later is tried as often as this one
                        engine=one.engine,
                        title_vector=one.title_vector,
                        lead_vector=one.lead_vector,
                        sketch=one.sketch.tobytes(),
                        terms=orjson.dumps([one.terms.weights, one.terms.words]).decode(),
                        content=orjson.dumps(one.content, option=orjson.OPT_NON_STR_KEYS).decode(),
                        opening=orjson.dumps(one.opening).decode(),
                        words=one.words,
                        facts=records.dump_facts(one.facts),
                    )
                )
            tell_facts(connection, [one.facts for one in kept])
            drop_reserved(connection, {one.article_id: one.revision for one in kept})
            closed = select(members.c.article_id).join(events, events.c.id == members.c.event_id)
            of_kept = members.c.article_id.in_([one.article_id for one in kept])
            drop_openings(connection, closed.where(of_kept, events.c.status == Status.CLOSED))

    def get_many(self, article_ids: Sequence[str]) -> dict[str, Reading]:
        """What was found in each article that was read."""
        return self._read(readings.c.article_id.in_(article_ids))

    def waits(self, article_id: str) -> bool:
        """Whether an article is still to be placed by the rules."""
        query = select(readings.c.article_id).join(articles, articles.c.id == readings.c.article_id)
        with reading(self._database) as connection:
            return connection.scalar(query.where(TO_PLACE, articles.c.id == article_id)) is not None

    def given_up(self, article_ids: Sequence[str]) -> list[str]:
        """Those of the articles that no attempt at reading them was left for."""
        spent = (readings.c.read_at.is_(None), readings.c.attempts >= MAX_ATTEMPTS)
        query = select(readings.c.article_id).where(readings.c.article_id.in_(article_ids), *spent)
        with reading(self._database) as connection:
            return list(connection.scalars(query))

    def sketches(self, since: datetime, until: datetime) -> list[tuple[str, str, Sketch]]:
        """Article id, publisher id and sketch of the articles published between two instants, both included."""
        query = (
            select(readings.c.article_id, articles.c.publisher_id, readings.c.sketch)
            .join(articles, articles.c.id == readings.c.article_id)
            .where(articles.c.published_at.between(since, until), readings.c.engine == ENGINE)
            .order_by(articles.c.published_at, articles.c.url)
        )
        with reading(self._database) as connection:
            return [(article_id, publisher, _sketch(kept)) for article_id, publisher, kept in connection.execute(query)]

    def since(self, instant: datetime) -> dict[str, Reading]:
        """What was found in the articles published at or after an instant, as far as it can be compared."""
        return self._read(and_(articles.c.published_at >= instant, readings.c.content.is_not(None)))

    def between(self, since: datetime, until: datetime) -> list[Reading]:
        """What this version finds in the articles published between two instants, both included, oldest first."""
        comparable = and_(readings.c.engine == ENGINE, readings.c.content.is_not(None))
        query = _READINGS.where(articles.c.published_at.between(since, until), comparable)
        with reading(self._database) as connection:
            ordered = query.order_by(articles.c.published_at, articles.c.url)
            return [_reading(row) for row in connection.execute(ordered)]

    def unplaced(self, limit: int) -> list[Reading]:
        """Articles that were read and stand in no event yet, oldest first."""
        # Ids are random: by URL, one input in one order makes the same events every time.
        query = _READINGS.where(TO_PLACE).order_by(articles.c.published_at, articles.c.url).limit(limit)
        with reading(self._database) as connection:
            return [_reading(row) for row in connection.execute(query)]

    def revised(self, limit: int) -> list[str]:
        """Ids of placed articles that were read anew since their place was decided on."""
        query = select(members.c.article_id).join(readings, readings.c.article_id == members.c.article_id)
        query = query.where(members.c.revision < readings.c.revision).order_by(members.c.article_id)
        with reading(self._database) as connection:
            return list(connection.scalars(query.limit(limit)))

    def to_forget(
        self, before: datetime, granted: Mapping[str, datetime], limit: int
    ) -> list[tuple[Article, Facts | None, bool]]:
        """Articles seen before an instant whose texts are still there and do not wait to be read, oldest first.

        Of some publishers, by id, those seen before another instant. Each with its facts, None where it was never read,
        and whether it is shown at all.
        """
        outlived = [or_(articles.c.publisher_id != one, articles.c.seen_at < since) for one, since in granted.items()]
        query = (
            select(articles, publishers, readings.c.facts)
            .join(publishers, publishers.c.id == articles.c.publisher_id)
            .outerjoin(readings, readings.c.article_id == articles.c.id)
            .where(~articles.c.forgotten, articles.c.seen_at < before, *outlived, ~TO_READ)
            .order_by(articles.c.seen_at, articles.c.id)
        )
        with reading(self._database) as connection:
            rows = connection.execute(query.limit(limit)).all()
        return [
            (article_of(row), records.load_facts(row.facts) if row.facts else None, row.removed_at is None)
            for row in rows
        ]

    def keep_of_forgotten(self, facts: Facts, opening: tuple[str, str]) -> None:
        """Keeps facts, vectors, sketch and some first words of an article whose text is forgotten.

        Its words go: no other article is compared with it any more.
        """
        this = update(readings).where(readings.c.article_id == facts.article_id)
        kept = {"facts": records.dump_facts(facts), "opening": orjson.dumps(opening).decode()}
        with writing(self._database) as connection:
            connection.execute(this.values(**kept, content=None, terms=_NO_TERMS))

    def removed(self, limit: int) -> list[str]:
        """Ids of placed articles that were taken back."""
        query = select(members.c.article_id).join(articles, articles.c.id == members.c.article_id)
        query = query.where(articles.c.removed_at.is_not(None)).order_by(members.c.article_id)
        with reading(self._database) as connection:
            return list(connection.scalars(query.limit(limit)))

    def told(self, event_ids: Collection[str]) -> dict[str, list[Told]]:
        """What the reports of each event tell, earliest first; none for an event without a report that was read."""
        return self._told(members.c.event_id.in_(event_ids))

    def told_between(self, since: datetime, until: datetime) -> dict[str, list[Told]]:
        """What the reports published between two instants tell, by event id, earliest first."""
        return self._told(articles.c.published_at.between(since, until))

    def _told(self, condition: ColumnElement[bool]) -> dict[str, list[Told]]:
        query = _TOLD.where(condition, readings.c.engine == ENGINE).order_by(articles.c.published_at, articles.c.url)
        told: dict[str, list[Told]] = defaultdict(list)
        with reading(self._database) as connection:
            for event_id, published_at, title, title_vector, lead_vector, rival, score in connection.execute(query):
                nearest = Rival(rival, score) if rival else None
                told[event_id].append(Told(published_at, title, title_vector, lead_vector, nearest))
        return dict(told)

    def _read(self, condition: ColumnElement[bool]) -> dict[str, Reading]:
        with reading(self._database) as connection:
            return {row.article_id: _reading(row) for row in connection.execute(_READINGS.where(condition))}


def drop_openings(connection: Connection, article_ids: Collection[str] | Select[Any]) -> None:
    """Drops the first words of articles whose text is reserved, once these are compared with no other's."""
    reserved = select(articles.c.id).where(articles.c.id.in_(article_ids), IS_RESERVED)
    connection.execute(update(readings).where(readings.c.article_id.in_(reserved)).values(opening=None))


def drop_readings(connection: Connection, article_ids: Collection[str]) -> None:
    """Drops all that was found in some articles."""
    connection.execute(delete(readings).where(readings.c.article_id.in_(article_ids)))


def _reading(row: Row[Any]) -> Reading:
    return Reading(
        article_id=row.article_id,
        publisher_id=row.publisher_id,
        published_at=row.published_at,
        engine=row.engine,
        title_vector=row.title_vector,
        lead_vector=row.lead_vector,
        sketch=_sketch(row.sketch),
        terms=Terms(*orjson.loads(row.terms)),
        content={Kind(kind): keys for kind, keys in orjson.loads(row.content or "{}").items()},
        opening=tuple(orjson.loads(row.opening or '["", ""]')),
        words=row.words or 0,
        facts=records.load_facts(row.facts),
        revision=row.revision,
    )


def _sketch(kept: bytes) -> Sketch:
    return np.frombuffer(kept, dtype="<u4")
