"""Finds articles and events by what they say, the most relevant first."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Select, Table, literal, select, tuple_

from cluster.filter_store import EventFilter, conditions
from cluster.tables import event_words, events
from ingest.tables import article_words, articles
from storage.engine import Database, reading
from storage.full_text import ANYWHERE, TITLE, TITLES, matches
from storage.search_words import Sought


class Where(IntEnum):
    """Where the words stand, the most telling place highest. With age it is all that orders what was found.

    A score that weighs how rare words are would change with every article that comes, and lose hits between pages.
    """

    FACTS = 1  # all of it together: excerpts, publishers, assets and themes too
    HEADLINES = 2  # its title and the further ones
    TITLE = 3


PLACES = {Where.FACTS: ANYWHERE, Where.HEADLINES: TITLES, Where.TITLE: TITLE}
After = tuple[int, datetime, str] | None  # Hit.values of the last one shown


@dataclass(frozen=True, slots=True)
class Hit:
    """An article or event that has everything somebody looks for. Hits are in order, the best last."""

    where: Where
    published_at: datetime  # of an event: its newest article
    id: str

    @property
    def values(self) -> tuple[int, datetime, str]:
        """What orders it, to go on behind it."""
        return self.where.value, self.published_at, self.id


class SearchStore:
    """Full-text search over titles, excerpts and facts. No text stands in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def events(self, wanted: Sought, only: EventFilter, limit: int, after: After = None) -> list[Hit]:
        """Described events, best first, behind the `Hit.values` given."""
        query = select(events.c.last_published_at, events.c.id).join(event_words, event_words.c.event_id == events.c.id)
        return self._hits(query.where(*conditions(only, self._dialect)), event_words, wanted, limit, after)

    def articles(self, wanted: Sought, limit: int, after: After = None) -> list[Hit]:
        """Articles, best first, behind the `Hit.values` given; none that was taken back."""
        query = select(articles.c.published_at, articles.c.id).join(
            article_words, article_words.c.article_id == articles.c.id
        )
        return self._hits(query.where(articles.c.removed_at.is_(None)), article_words, wanted, limit, after)

    def all(self, wanted: Sought, limit: int, after: After = None) -> list[Hit]:
        """Both, best first."""
        found = self.events(wanted, EventFilter(), limit, after) + self.articles(wanted, limit, after)
        return sorted(found, key=lambda hit: hit.values, reverse=True)[:limit]

    @property
    def _dialect(self) -> str:
        return self._database.dialect.name

    def _hits(self, query: Select[Any], words: Table, wanted: Sought, limit: int, after: After) -> list[Hit]:
        """Place by place, since the best one alone most often fills a page."""
        found: list[Hit] = []
        for where in sorted(Where, reverse=True):
            if len(found) < limit and (after is None or where <= after[0]):
                here = self._in_place(query, words, wanted, where)
                behind = after[1:] if after is not None and where == after[0] else None
                found += self._newest(here, where, limit - len(found), behind)
        return found

    def _in_place(self, query: Select[Any], words: Table, wanted: Sought, where: Where) -> Select[Any]:
        """Narrowed to what has everything in one place and not in a better one."""
        here = matches(words, wanted, PLACES[where], self._dialect)
        if where is Where.TITLE:
            return query.where(here)
        return query.where(here, ~matches(words, wanted, PLACES[Where(where + 1)], self._dialect))

    def _newest(self, query: Select[Any], where: Where, limit: int, behind: tuple[datetime, str] | None) -> list[Hit]:
        columns = list(query.selected_columns)
        if behind is not None:
            bounds = [literal(value, column.type) for value, column in zip(behind, columns, strict=True)]
            query = query.where(tuple_(*columns) < tuple_(*bounds))
        with reading(self._database) as connection:
            rows = connection.execute(query.order_by(*(column.desc() for column in columns)).limit(limit))
            return [Hit(where, published_at, id_) for published_at, id_ in rows]
