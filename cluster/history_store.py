"""Reads what was there before the events of a batch: a few queries for all of them, and no descriptions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, Engine, and_, or_, select

from cluster.draft import Draft
from cluster.event import ArticleType, Theme
from cluster.filter_store import IS_NEWS, IS_SHOWN
from cluster.following_store import FollowingStore
from cluster.history import LOOK_BACK, WEEK, History, News, Past, Priced, as_past
from cluster.precedents import WIDE_FROM, citable, crossed_levels
from cluster.price_levels import merged, of_tag, tags_between
from cluster.report import CITED_CHARACTERS
from cluster.sentences import shorten
from cluster.tables import event_tags, events, members
from ingest.store import PublisherStore
from ingest.tables import articles
from storage.engine import reading

_BEGAN = events.c.first_published_at


class HistoryStore:
    """The events before some others, as they stand in the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, drafts: Sequence[Draft]) -> History:
        """The history of a batch. Its own events count by their drafts, whatever was said of them before."""
        if not drafts:
            return History()
        history = History(
            observed_from=PublisherStore(self._engine).observed_from(),
            news=self._news(drafts),
            followed=FollowingStore(self._engine).of(drafts),
            priced=self._priced(drafts),
        )
        cited = {event_id for draft in drafts for event_id in citable(draft, history)}
        return replace(history, titles=self._titles(cited))

    def _news(self, drafts: Sequence[Draft]) -> News:
        columns = (events.c.id, events.c.asset, events.c.theme, _BEGAN, events.c.origins_at)
        query = select(*columns).where(IS_NEWS, or_(*_scopes(drafts)))
        with reading(self._engine) as connection:
            stored = [_past(*row) for row in connection.execute(query)]
        anew = {draft.event_id for draft in drafts}
        return News((*(one for one in stored if one.event_id not in anew), *filter(None, map(as_past, drafts))))

    def _priced(self, drafts: Sequence[Draft]) -> list[Priced]:
        """What was paid for assets, as other events say than those that somebody paid for."""
        crossed = [level for draft in drafts for level in crossed_levels(draft)]
        if not crossed:
            return []
        since, until = min(one.said_at for one in crossed) - LOOK_BACK, max(one.said_at for one in crossed)
        bounds = [tags_between(symbol, since, until) for symbol in {one.symbol for one in crossed}]
        query = (
            select(events.c.id, event_tags.c.tag)
            .join(events, events.c.id == event_tags.c.event_id)
            .where(event_tags.c.kind == "level", or_(*(event_tags.c.tag.between(*one) for one in bounds)))
            .where(IS_SHOWN, events.c.type != ArticleType.SPONSORED)
            .where(events.c.id.not_in([draft.event_id for draft in drafts]))
        )
        with reading(self._engine) as connection:
            stored = [_priced_of(*row) for row in connection.execute(query)]
        return sorted((*stored, *_own_priced(drafts)), key=lambda one: (one.said_at, one.event_id))

    def _titles(self, event_ids: Collection[str]) -> dict[str, str]:
        """The title of each event's first report."""
        query = (
            select(members.c.event_id, articles.c.title)
            .join(articles, articles.c.id == members.c.article_id)
            .where(members.c.event_id.in_(event_ids))
            .order_by(articles.c.published_at.desc(), articles.c.url.desc())
        )
        with reading(self._engine) as connection:
            return {event_id: shorten(title, CITED_CHARACTERS) for event_id, title in connection.execute(query)}


def _scopes(drafts: Sequence[Draft]) -> Iterable[ColumnElement[bool]]:
    """What events look back at: news on their assets of LOOK_BACK and, for those of many sources, on their themes."""
    since, until = _span(drafts)
    assets = {draft.asset.symbol for draft in drafts if draft.asset}
    yield and_(events.c.asset.in_(assets), _BEGAN.between(since - LOOK_BACK, until))
    wide = [draft for draft in drafts if len(draft.origins) >= WIDE_FROM and draft.theme]
    if wide:
        first, last = min(one.last_published_at for one in wide) - WEEK, max(one.last_published_at for one in wide)
        yield and_(events.c.theme.in_({draft.theme for draft in wide}), _BEGAN.between(first, last))


def _span(drafts: Sequence[Draft]) -> tuple[datetime, datetime]:
    began = [draft.first_published_at for draft in drafts]
    return min(began), max(began)


def _past(event_id: str, asset: str | None, theme: str | None, began: datetime, origins_at: str) -> Past:
    return Past(event_id, asset, Theme(theme) if theme else None, began, tuple(orjson.loads(origins_at)))


def _priced_of(event_id: str, tag: str) -> Priced:
    symbol, said_at, price, way = of_tag(tag)
    return Priced(event_id, symbol, price, way, said_at)


def _own_priced(drafts: Sequence[Draft]) -> Iterable[Priced]:
    for draft in (one for one in drafts if one.type is not ArticleType.SPONSORED):
        for one in merged(draft.levels):
            # To the second, as others will read it.
            yield Priced(draft.event_id, one.symbol, one.price, one.way, one.said_at.replace(microsecond=0))
