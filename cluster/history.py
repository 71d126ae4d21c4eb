"""The events that were there before some others: what a sentence that looks back counts."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cluster.draft import Draft
from cluster.event import ArticleType, Earlier, Followed, PriceLevel, Theme

WEEK = timedelta(days=7)
USUAL = timedelta(days=21)  # the weeks before that one say what is usual
LOOK_BACK = timedelta(days=60)  # no sentence looks further
MAX_CITED = 6
NEAR_TIMES = 1.5  # of a level; in two months few assets of rank move further


@dataclass(frozen=True, slots=True)
class Past:
    """An event of news as others look back at it."""

    event_id: str
    asset: str | None  # the primary one's symbol
    theme: Theme | None  # the primary one
    first_published_at: datetime
    origins_at: tuple[float, ...]  # when the first report of each origin was published, in seconds since 1970, rising

    def sources_at(self, instant: datetime) -> int:
        """How many independent sources it had by then."""
        return bisect_right(self.origins_at, instant.timestamp())


@dataclass(frozen=True, slots=True)
class Priced:
    """A price of an asset that an event reported."""

    event_id: str
    symbol: str
    price: float
    way: str  # PriceLevel.way
    said_at: datetime

    def is_beyond(self, level: PriceLevel) -> bool:
        """Whether the asset was then where another event says that it has gone."""
        if level.way == "rose":
            # Who fell to a level was above it, but says nothing of that.
            return self.price >= level.price and self.way != "under" and (self.price, self.way) != (level.price, "fell")
        return self.price <= level.price and self.way != "over" and (self.price, self.way) != (level.price, "rose")


class News:
    """Past events by what they are about."""

    def __init__(self, found: Iterable[Past] = ()) -> None:
        self._by_asset: dict[str | None, list[Past]] = defaultdict(list)
        self._by_theme: dict[Theme | None, list[Past]] = defaultdict(list)
        for one in sorted(found, key=lambda one: (one.first_published_at, one.event_id)):
            self._by_asset[one.asset].append(one)
            self._by_theme[one.theme].append(one)

    def on_asset(self, symbol: str, since: datetime, before: datetime) -> list[Past]:
        """Those on an asset that began since an instant and before another, earliest first."""
        return _between(self._by_asset.get(symbol, []), since, before)

    def on_theme(self, theme: Theme, since: datetime, before: datetime) -> list[Past]:
        """Those on a theme that began since an instant and before another, earliest first."""
        return _between(self._by_theme.get(theme, []), since, before)


@dataclass(frozen=True, slots=True)
class History:
    """What was there before the events of one batch; to each of them it tells nothing that came after its last report.

    It has the news on their primary assets of LOOK_BACK and, for those of many sources, that on their themes of a week.
    """

    observed_from: datetime | None = None  # at least half of the publishers are read since then; None: not yet
    news: News = field(default_factory=News)
    followed: Mapping[str, Followed] = field(default_factory=dict)  # by the id of the event that follows
    priced: Sequence[Priced] = ()  # of LOOK_BACK, earliest first, on the primary assets of those that crossed a level
    titles: Mapping[str, str] = field(default_factory=dict)  # first reports' of the events that may be cited

    def covers(self, since: datetime) -> bool:
        """Whether enough publishers were read ever since an instant to say what was *not* there."""
        return self.observed_from is not None and self.observed_from <= since

    def on_asset(self, draft: Draft, since: datetime) -> list[Past]:
        """The news on its primary asset that began since an instant and before it, earliest first."""
        return self.news.on_asset(draft.asset.symbol, since, draft.first_published_at) if draft.asset else []

    def alike(self, draft: Draft, since: datetime) -> list[Past]:
        """Those of them that are on its primary theme too."""
        return [one for one in self.on_asset(draft, since) if one.theme is draft.theme]

    def on_theme(self, draft: Draft) -> list[Past]:
        """The other news on its primary theme that began in the week up to its last report, earliest first."""
        until = draft.last_published_at
        week = self.news.on_theme(draft.theme, until - WEEK, until + timedelta.resolution) if draft.theme else []
        return [one for one in week if one.event_id != draft.event_id]

    def as_wide(self, draft: Draft) -> list[Past]:
        """Those of them that had at least as many sources as it when its last report was published."""
        sources = len(draft.origins)
        return [one for one in self.on_theme(draft) if one.sources_at(draft.last_published_at) >= sources]

    def priced_before(self, draft: Draft, level: PriceLevel) -> list[Priced]:
        """What other events gave as an asset's price before a level was crossed, earliest first.

        What is far from the level is no price of the asset: a fee, a typing error, one venue's glitch.
        """
        since = max(level.said_at - LOOK_BACK, self.observed_from or level.said_at)
        return [
            one
            for one in self.priced
            if one.symbol == level.symbol and one.event_id != draft.event_id and since <= one.said_at < level.said_at
            if level.price / NEAR_TIMES <= one.price <= level.price * NEAR_TIMES
        ]

    def cited(self, found: Sequence[Past | Priced]) -> tuple[Earlier, ...]:
        """The newest MAX_CITED of some events, oldest first."""
        newest = list(dict.fromkeys(one.event_id for one in reversed(found)))[:MAX_CITED][::-1]
        return tuple(Earlier(event_id, self.titles[event_id]) for event_id in newest if event_id in self.titles)


def as_past(draft: Draft) -> Past | None:
    """How events after it look back at an event; None when it tells no news."""
    if draft.type is not ArticleType.NEWS:
        return None
    asset = draft.asset.symbol if draft.asset else None
    origins_at = tuple(instant.timestamp() for instant in draft.origins_at)
    return Past(draft.event_id, asset, draft.theme, draft.first_published_at, origins_at)


def _between(found: Sequence[Past], since: datetime, before: datetime) -> list[Past]:
    first, last = (bisect_left(found, at, key=lambda one: one.first_published_at) for at in (since, before))
    return list(found[first:last])
