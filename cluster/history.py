"""The events that were there before some others: what a sentence that looks back counts."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cluster.draft import Draft
from cluster.event import ArticleType, Earlier, Followed, Theme

WEEK = timedelta(days=7)
USUAL = timedelta(days=21)  # the weeks before that one say what is usual
LOOK_BACK = timedelta(days=60)  # no sentence looks further
MAX_CITED = 6


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

    def cited(self, found: Sequence[Past]) -> tuple[Earlier, ...]:
        """The newest MAX_CITED of some events, oldest first."""
        newest = (one.event_id for one in found[-MAX_CITED:])
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
