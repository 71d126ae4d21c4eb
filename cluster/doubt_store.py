"""The queries of doubts: written when an event is described or repaired, read as what needs a person first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
)

from cluster import records
from cluster.doubts import GROUPING, Doubt, DoubtKind
from cluster.event import Headline, Status, Theme
from cluster.tables import dismissals, doubts, event_tags, events, members
from storage.engine import Database, reading

Position = tuple[int, datetime, str, str, str]

_ONE, _OTHER = events.alias("one"), events.alias("other")
_NONE = ""  # the other event of a doubt about one
_OF_TWO = doubts.c.other_id != _NONE
# The greater of the two: merging a quiet event with a loud one is a matter of the loud one.
_RANK = case((_OTHER.c.signal_rank > _ONE.c.signal_rank, _OTHER.c.signal_rank), else_=_ONE.c.signal_rank)
_WEIGHT = _RANK * doubts.c.doubt
_ORDER = (_WEIGHT, _ONE.c.last_published_at, doubts.c.event_id, doubts.c.other_id, doubts.c.kind)
_IS_DISMISSED = exists().where(
    dismissals.c.kind == doubts.c.kind,
    dismissals.c.event_id == doubts.c.event_id,
    dismissals.c.other_id == doubts.c.other_id,
    dismissals.c.about.in_((doubts.c.about, "")),
)
_IS_LOCKED = or_(_ONE.c.locked, and_(_OF_TWO, _OTHER.c.locked))
# What is asked: nothing of closed, ended or hidden events, of a locked one not where its articles belong.
_OPEN = (
    _ONE.c.status == Status.ACTIVE,
    _ONE.c.signal_rank > 0,
    not_(_ONE.c.hidden),
    or_(not_(_OF_TWO), and_(_OTHER.c.status == Status.ACTIVE, _OTHER.c.signal_rank > 0, not_(_OTHER.c.hidden))),
    or_(doubts.c.kind.not_in(GROUPING), not_(_IS_LOCKED)),
    not_(_IS_DISMISSED),
)
_BOTH = doubts.join(_ONE, _ONE.c.id == doubts.c.event_id).outerjoin(_OTHER, _OTHER.c.id == doubts.c.other_id)
_ASKED = select(doubts, *(column.label(f"order_{place}") for place, column in enumerate(_ORDER))).select_from(_BOTH)


@dataclass(frozen=True, slots=True)
class Queued:
    """A doubt in its place."""

    doubt: Doubt
    position: Position  # to go on behind it


@dataclass(frozen=True, slots=True)
class Outline:
    """An event in short, beside the doubts about it."""

    id: str
    version: int
    title: str
    signal_rank: int  # 3 high, 2 medium, 1 low
    independent_sources: int
    articles: int
    first_published_at: datetime
    last_published_at: datetime


class DoubtStore:
    """What is open to doubt, of live events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        kinds: Collection[DoubtKind],
        theme: Theme | None,
        rank: int | None,
        limit: int,
        after: Position | None = None,
    ) -> list[Queued]:
        """Doubts by signal times doubt, the greatest first, behind a position.

        Of all kinds without `kinds`; of events of a theme, primary or not; of those whose signal has this rank, of two
        events the higher one.
        """
        query = _ASKED.where(*_conditions(theme, rank))
        if kinds:
            query = query.where(doubts.c.kind.in_(kinds))
        if after is not None:
            bounds = [literal(value, column.type) for value, column in zip(after, _ORDER, strict=True)]
            query = query.where(tuple_(*_ORDER) < tuple_(*bounds))
        query = query.order_by(*(column.desc() for column in _ORDER)).limit(limit)
        with reading(self._database) as connection:
            return [_queued(row) for row in connection.execute(query)]

    def about(self, event_id: str) -> list[Doubt]:
        """Everything that is open to doubt about one event, the most doubtful first."""
        is_its = or_(doubts.c.event_id == event_id, doubts.c.other_id == event_id)
        query = _ASKED.where(*_conditions(None, None), is_its).order_by(*(column.desc() for column in _ORDER))
        with reading(self._database) as connection:
            return [_queued(row).doubt for row in connection.execute(query)]

    def asked(self, kind: DoubtKind, event_id: str, other_id: str | None) -> str | None:
        """What of an event, or of two, is doubtful in this way, dismissed or not; None when nothing is."""
        this = (doubts.c.kind == kind, doubts.c.event_id == event_id, doubts.c.other_id == (other_id or _NONE))
        with reading(self._database) as connection:
            return connection.execute(select(doubts.c.about).where(*this)).scalar_one_or_none()

    def counts(self, theme: Theme | None = None, rank: int | None = None) -> dict[DoubtKind, int]:
        """How many doubts of each kind there are; kinds without any are left out."""
        query = select(doubts.c.kind, func.count()).select_from(_BOTH).where(*_conditions(theme, rank))
        with reading(self._database) as connection:
            return {DoubtKind(kind): count for kind, count in connection.execute(query.group_by(doubts.c.kind))}

    def outlines(self, event_ids: Collection[str]) -> dict[str, Outline]:
        """Events in short, those of them that say something."""
        count = select(func.count()).where(members.c.event_id == events.c.id).scalar_subquery()
        query = select(events, count.label("articles")).where(events.c.id.in_(event_ids))
        with reading(self._database) as connection:
            rows = connection.execute(query).all()
        said = {row.id: headline for row in rows if (headline := records.headline_of(row))}
        return {row.id: _outline(row, said[row.id]) for row in rows if row.id in said}


def replace_doubts(
    connection: Connection, event_ids: Collection[str], kinds: Collection[DoubtKind], found: Iterable[Doubt]
) -> None:
    """From now on, of some kinds, these are all the doubts about some events."""
    forget_doubts(connection, event_ids, kinds)
    rows = [_row(one) for one in found]
    if rows:
        connection.execute(insert(doubts), rows)


def forget_doubts(
    connection: Connection, event_ids: Collection[str], kinds: Collection[DoubtKind] = tuple(DoubtKind)
) -> None:
    """Nothing of some kinds is asked of events that are others now, until they are looked at again."""
    for end in (doubts.c.event_id, doubts.c.other_id):
        connection.execute(delete(doubts).where(end.in_(event_ids), doubts.c.kind.in_(kinds)))


def _conditions(theme: Theme | None, rank: int | None) -> Sequence[ColumnElement[bool]]:
    found = list(_OPEN)
    if theme is not None:
        is_theirs = event_tags.c.event_id.in_((doubts.c.event_id, doubts.c.other_id))
        found.append(exists().where(is_theirs, event_tags.c.kind == "theme", event_tags.c.tag == theme))
    if rank is not None:
        found.append(literal(rank) == _RANK)
    return found


def _row(one: Doubt) -> dict[str, object]:
    return {
        "event_id": one.event_id,
        "kind": one.kind,
        "other_id": one.other_id or _NONE,
        "doubt": round(1000 * one.doubt),
        "text": one.text,
        "evidence": records.dump_clues(one.evidence),
        "about": one.about,
    }


def _outline(row: Row[Any], said: Headline) -> Outline:
    return Outline(
        id=row.id,
        version=row.version,
        title=said.title,
        signal_rank=row.signal_rank,
        independent_sources=row.independent_sources,
        articles=row.articles,
        first_published_at=row.first_published_at,
        last_published_at=row.last_published_at,
    )


def _queued(row: Row[Any]) -> Queued:
    doubt = Doubt(
        event_id=row.event_id,
        kind=DoubtKind(row.kind),
        doubt=row.doubt / 1000,
        text=row.text,
        evidence=records.load_clues(row.evidence),
        other_id=row.other_id or None,
        about=row.about,
    )
    return Queued(doubt, (row.order_0, row.order_1, row.order_2, row.order_3, row.order_4))
