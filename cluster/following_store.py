"""Reads what the events of a batch may follow: a few queries for all of them, and no descriptions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, select

from cluster.draft import Draft
from cluster.event import ArticleType, Followed, Theme
from cluster.filter_store import IS_NEWS
from cluster.following import FOLLOWS_WITHIN, Stage, Stages
from cluster.reading_store import ReadingStore
from cluster.tables import event_tags, events
from storage.engine import reading

_BEGAN = events.c.first_published_at
_COLUMNS = (events.c.id, events.c.theme, _BEGAN)

_Row = tuple[str, Theme | None, datetime]  # event id, theme, when it began


class FollowingStore:
    """The news before the events of a batch, as stages that these may follow."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, drafts: Iterable[Draft]) -> dict[str, Followed]:
        """For each of the events that follows another one, by its id, that one.

        The batch's own events count by their drafts, whatever was said of them before.
        """
        news = [draft for draft in drafts if draft.type is ArticleType.NEWS]
        if not news:
            return {}
        named = self._named(news)
        rows = {row[0]: row for row in (*self._on_themes(news), *(row for row, _ in named))}
        rows |= {draft.event_id: (draft.event_id, draft.theme, draft.first_published_at) for draft in news}
        actors = _grouped((*((row[0], name) for row, name in named), *_own_names(news)))
        told = ReadingStore(self._engine).told(rows)
        stages = Stages(
            Stage(event_id, theme, began, frozenset(actors[event_id]), tuple(told[event_id]))
            for event_id, theme, began in rows.values()
            if event_id in told
        )
        return {draft.event_id: found for draft in news if (found := stages.followed_by(draft))}

    def _on_themes(self, news: Sequence[Draft]) -> list[_Row]:
        """The other news of the days before on their themes."""
        query = select(*_COLUMNS).where(
            events.c.theme.in_({draft.theme for draft in news if draft.theme}), _before(news)
        )
        with reading(self._engine) as connection:
            return [_row(*row) for row in connection.execute(query)]

    def _named(self, news: Sequence[Draft]) -> list[tuple[_Row, str]]:
        """The other news of the days before with a name of theirs in its title, once for each name."""
        names = {name for draft in news for name in draft.title_actors}
        query = (
            select(*_COLUMNS, event_tags.c.tag)
            .join(event_tags, event_tags.c.event_id == events.c.id)
            .where(event_tags.c.kind == "actor", event_tags.c.tag.in_(names), _before(news))
        )
        with reading(self._engine) as connection:
            return [(_row(*row), name) for *row, name in connection.execute(query)]


def _before(news: Sequence[Draft]) -> ColumnElement[bool]:
    began = [draft.first_published_at for draft in news]
    span = _BEGAN.between(min(began) - FOLLOWS_WITHIN, max(began))
    return and_(IS_NEWS, span, events.c.id.not_in([draft.event_id for draft in news]))


def _row(event_id: str, theme: str | None, began: datetime) -> _Row:
    return event_id, Theme(theme) if theme else None, began


def _own_names(news: Iterable[Draft]) -> Iterable[tuple[str, str]]:
    return ((draft.event_id, name) for draft in news for name in draft.title_actors)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for event_id, name in pairs:
        found[event_id].add(name)
    return found
