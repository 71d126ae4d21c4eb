"""All that editors have the last word on, as sorted lines that are the same wherever and whenever they are written."""

import heapq
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Column, ColumnElement, Connection, Engine, collate, or_, select

from cluster import records
from cluster.event import Overrides, Status
from cluster.filter_store import LISTED
from cluster.tables import dismissals, events, members, pairs
from storage.engine import one_instant

AT_ONCE = 1000  # rows


class EditorialStore:
    """Membership of the live events, and everything that editors have said."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lines(self) -> Iterator[str]:
        """JSON objects, sorted as bytes: what they tell of comes first in each, as `kind`.

        Versions, times, the record and where ids lead are left out: an undo writes them anew. What is set on an event
        that was merged is not: it counts again when the event lives again.
        """
        with one_instant(self._engine) as connection:
            connection = connection.execution_options(yield_per=AT_ONCE)
            yield from heapq.merge(_memberships(connection), _pairs(connection), sorted(_said(connection)))


def _memberships(connection: Connection) -> Iterator[str]:
    order = [_bytewise(connection, one) for one in (members.c.event_id, members.c.article_id)]
    query = select(members.c.event_id, members.c.article_id, members.c.copy_of).join(events)
    rows = connection.execute(query.where(events.c.status.in_(LISTED)).order_by(*order))
    for event_id, own in groupby(rows, attrgetter("event_id")):
        articles = [{"id": row.article_id, "copy_of": row.copy_of} for row in own]
        yield _line("membership", event_id=event_id, articles=articles)


def _pairs(connection: Connection) -> Iterator[str]:
    query = select(pairs).order_by(_bytewise(connection, pairs.c.one), _bytewise(connection, pairs.c.other))
    for row in connection.execute(query):
        yield _line("pair", one=row.one, other=row.other, link=row.link)


def _said(connection: Connection) -> Iterator[str]:
    """What is kept of single events; editors speak of few."""
    for row in connection.execute(select(dismissals)):
        yield _line("dismissal", event_id=row.event_id, other_id=row.other_id or None, of=row.kind, about=row.about)
    columns = (events.c.id, events.c.locked, events.c.overrides, events.c.pinned, events.c.hidden)
    is_set = or_(events.c.overrides != "{}", events.c.locked, events.c.pinned, events.c.hidden)
    for row in connection.execute(select(*columns).where(is_set, events.c.status != Status.REMOVED)):
        if row.locked:
            yield _line("lock", event_id=row.id)
        yield from _set_on(row.id, records.overrides_of(row))


def _set_on(event_id: str, said: Overrides) -> Iterator[str]:
    values = {"title": said.title, "lead": said.lead_article_id, "theme": said.theme}
    yield from (_line(kind, event_id=event_id, value=value) for kind, value in values.items() if value is not None)
    yield from (_line(kind, event_id=event_id) for kind in ("pinned", "hidden") if getattr(said, kind))
    if said.signal:
        signal = {"level": said.signal.level, "reason": said.signal.reason, "by": said.signal.by}
        yield _line("signal", event_id=event_id, **signal)


def _line(kind: str, **said: object) -> str:
    return orjson.dumps({"kind": kind, **said}).decode()


def _bytewise(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    # PostgreSQL sorts as people of its locale would, SQLite by bytes.
    return collate(column, "C" if connection.dialect.name == "postgresql" else "BINARY")
