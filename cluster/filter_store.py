"""What lists of events leave out and may be narrowed to, as conditions of queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists

from cluster.event import ArticleType, Level, Status, Theme
from cluster.saying_changes import SIGNAL_RANK
from cluster.tables import event_tags, event_words, events, members
from ingest.tables import articles
from storage.full_text import are_found
from storage.search_words import Sought

LISTED, ENDED = (Status.ACTIVE, Status.CLOSED), (Status.MERGED, Status.REMOVED)
IS_SHOWN = and_(events.c.status.in_(LISTED), ~events.c.hidden)
IS_NEWS = and_(IS_SHOWN, events.c.type == ArticleType.NEWS)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list of events may be narrowed to; None leaves a condition out."""

    asset: str | None = None
    theme: Theme | None = None
    type: ArticleType | None = None
    publisher: str | None = None
    exclude_publisher: str | None = None
    min_sources: int | None = None
    signal: Level | None = None
    status: Status | None = None  # None: active and closed
    published_from: datetime | None = None
    published_to: datetime | None = None
    updated_since: datetime | None = None
    sought: Sought | None = None  # words that it says
    pinned: bool | None = None
    hidden: bool | None = False  # None: with those that an editor has hidden


def conditions(only: EventFilter, dialect: str) -> list[ColumnElement[bool]]:
    """What holds for the events that a list shows; `dialect` is the database's."""
    published = events.c.last_published_at
    found: list[ColumnElement[bool] | None] = [
        events.c.status == only.status if only.status else events.c.status.not_in(ENDED),
        _tagged("asset", only.asset) if only.asset else None,
        _tagged("theme", only.theme) if only.theme else None,
        events.c.type == only.type if only.type else None,
        _published_by(only.publisher) if only.publisher else None,
        ~_published_by(only.exclude_publisher) if only.exclude_publisher else None,
        events.c.independent_sources >= only.min_sources if only.min_sources else None,
        events.c.signal_rank == SIGNAL_RANK[only.signal] if only.signal else None,
        published >= only.published_from if only.published_from else None,
        published <= only.published_to if only.published_to else None,
        events.c.updated_at >= only.updated_since if only.updated_since else None,
        _is(events.c.pinned, only.pinned),
        _is(events.c.hidden, only.hidden),
        are_found(events.c.id, event_words.c.event_id, only.sought, dialect) if only.sought else None,
    ]
    return [condition for condition in found if condition is not None]


def _is(column: ColumnElement[bool], wanted: bool | None) -> ColumnElement[bool] | None:
    return None if wanted is None else column if wanted else ~column


def _tagged(kind: str, tag: str) -> ColumnElement[bool]:
    return exists().where(event_tags.c.event_id == events.c.id, event_tags.c.kind == kind, event_tags.c.tag == tag)


def _published_by(publisher_id: str) -> ColumnElement[bool]:
    return exists().where(
        members.c.event_id == events.c.id,
        articles.c.id == members.c.article_id,
        articles.c.publisher_id == publisher_id,
    )
