"""Finds articles and events by what they say, the most relevant first."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Select, Table, exists, literal, select, tuple_

from cluster.event import ArticleType
from cluster.filter_store import EventFilter, conditions
from cluster.tables import event_words, events, members
from ingest.tables import article_words, articles
from storage.engine import Database, reading
from storage.full_text import ANYWHERE, TITLE, TITLES, matches
from storage.search_words import Sought


class Where(IntEnum):
    """Where the words stand, the most telling place highest.

    A score that weighs how rare words are would change with every article that comes, and lose hits between pages.
    """

    FACTS = 1  # all of it together: excerpts, publishers, assets and themes too
    HEADLINES = 2  # its title and the further ones
    TITLE = 3


PLACES = {Where.FACTS: ANYWHERE, Where.HEADLINES: TITLES, Where.TITLE: TITLE}
# All news before all roundups, which tell a little of everything; the best place first in each.
SHELVES = tuple((is_roundup, where) for is_roundup in (False, True) for where in sorted(Where, reverse=True))
ROUNDUP = ArticleType.ROUNDUP.value
After = tuple[int, int, datetime, str] | None  # Hit.values of the last one shown


@dataclass(frozen=True, slots=True)
class Hit:
    """An article or event that has everything somebody looks for. Hits are in order, the best last."""

    is_roundup: bool
    where: Where
    sources: int  # independent ones; an article is one
    published_at: datetime  # of an event: its newest article
    id: str

    @property
    def values(self) -> tuple[int, int, datetime, str]:
        """What orders it, to go on behind it."""
        return _rank(self.is_roundup, self.where), self.sources, self.published_at, self.id


class SearchStore:
    """Full-text search over titles, excerpts and facts. No text stands in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def events(self, wanted: Sought, only: EventFilter, limit: int, after: After = None) -> list[Hit]:
        """Described events, best first, behind the `Hit.values` given."""
        found = select(events.c.independent_sources, events.c.last_published_at, events.c.id)
        query = found.join(event_words, event_words.c.event_id == events.c.id).where(*conditions(only, self._dialect))
        roundups = query.where(events.c.type == ROUNDUP)
        news = query.where(events.c.type.is_distinct_from(ROUNDUP))
        return self._hits(news, roundups, event_words, wanted, limit, after)

    def articles(self, wanted: Sought, limit: int, after: After = None) -> list[Hit]:
        """Articles, best first, behind the `Hit.values` given; none that was taken back."""
        found = select(literal(1).label("sources"), articles.c.published_at, articles.c.id)
        query = found.join(article_words, article_words.c.article_id == articles.c.id)
        query = query.where(articles.c.removed_at.is_(None))
        in_roundup = exists().where(
            members.c.article_id == articles.c.id, events.c.id == members.c.event_id, events.c.type == ROUNDUP
        )
        return self._hits(query.where(~in_roundup), query.where(in_roundup), article_words, wanted, limit, after)

    def all(self, wanted: Sought, limit: int, after: After = None) -> list[Hit]:
        """Both, best first."""
        found = self.events(wanted, EventFilter(), limit, after) + self.articles(wanted, limit, after)
        return sorted(found, key=lambda hit: hit.values, reverse=True)[:limit]

    @property
    def _dialect(self) -> str:
        return self._database.dialect.name

    def _hits(
        self, news: Select[Any], roundups: Select[Any], words: Table, wanted: Sought, limit: int, after: After
    ) -> list[Hit]:
        """Shelf by shelf, since the best one alone most often fills a page."""
        found: list[Hit] = []
        for is_roundup, where in SHELVES:
            rank = _rank(is_roundup, where)
            if len(found) < limit and (after is None or rank <= after[0]):
                here = self._in_place(roundups if is_roundup else news, words, wanted, where)
                behind = after[1:] if after is not None and rank == after[0] else None
                rows = self._best(here, limit - len(found), behind)
                found += [Hit(is_roundup, where, *row) for row in rows]
        return found

    def _in_place(self, query: Select[Any], words: Table, wanted: Sought, where: Where) -> Select[Any]:
        """Narrowed to what has everything in one place and not in a better one."""
        here = matches(words, wanted, PLACES[where], self._dialect)
        if where is Where.TITLE:
            return query.where(here)
        return query.where(here, ~matches(words, wanted, PLACES[Where(where + 1)], self._dialect))

    def _best(
        self, query: Select[Any], limit: int, behind: tuple[int, datetime, str] | None
    ) -> list[tuple[int, datetime, str]]:
        """Sources, age and id of one shelf's, the most sources first, then the newest."""
        columns = list(query.selected_columns)
        if behind is not None:
            bounds = [literal(value, column.type) for value, column in zip(behind, columns, strict=True)]
            query = query.where(tuple_(*columns) < tuple_(*bounds))
        with reading(self._database) as connection:
            rows = connection.execute(query.order_by(*(column.desc() for column in columns)).limit(limit))
            return [(sources, published_at, id_) for sources, published_at, id_ in rows]


def _rank(is_roundup: bool, where: Where) -> int:
    """The shelf that a hit is on, the best one highest."""
    return len(SHELVES) - SHELVES.index((is_roundup, where))
