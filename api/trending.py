"""What rises, in the words of the API, kept for a minute, since it is counted over five days of news."""

from datetime import datetime, timedelta
from functools import cache

from api import directory_replies as shapes
from api import words
from cluster.assets import listed_assets
from cluster.trend_store import TrendStore
from cluster.trends import LOOK_BACK, SPAN, WEEKS, Trend, find_trends

KEPT_FOR = timedelta(minutes=1)


class Trending:
    """The trends as they were found last. That nobody can tell yet is cheap to say, so it is looked up each time."""

    def __init__(self, store: TrendStore) -> None:
        self._store = store
        self._found: tuple[datetime, shapes.TrendsReply] | None = None

    def about(self, now: datetime) -> shapes.TrendsReply:
        """What rises now or did within the last minute."""
        if self._found and timedelta() <= now - self._found[0] < KEPT_FOR:
            return self._found[1]
        found = _trends_at(self._store, now)
        self._found = (now, found) if found.trends is not None else None
        return found


def _trends_at(store: TrendStore, now: datetime) -> shapes.TrendsReply:
    compared_since, observed_from = now - LOOK_BACK, store.observed_from()
    is_measured = observed_from is not None and observed_from <= compared_since
    risen = find_trends(store.occurrences(now), now) if is_measured else []
    return shapes.TrendsReply(
        status="measured" if is_measured else "not_enough_history",
        span_hours=SPAN // timedelta(hours=1),
        weeks=WEEKS,
        compared_since=compared_since,
        observed_from=observed_from,
        trends=[_trend(one) for one in risen] if is_measured else None,
    )


def _trend(one: Trend) -> shapes.TrendReply:
    names = {"theme": words.theme_words(one.tag), "asset": _asset_names().get(one.tag, one.tag)}
    return shapes.TrendReply(
        kind=one.kind,
        tag=one.tag,
        name=names.get(one.kind, one.tag),
        events=len(one.event_ids),
        baseline=one.baseline,
        before=list(one.before),
        event_ids=list(one.event_ids),
    )


@cache
def _asset_names() -> dict[str, str]:
    return {asset.symbol: asset.name for asset in listed_assets()}
