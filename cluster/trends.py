"""Which themes, assets and actors have clearly more events than usual, and when nobody can tell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cluster.event import Theme

SPAN = timedelta(hours=24)
WEEKS = 4
LOOK_BACK = WEEKS * timedelta(days=7) + SPAN
RISEN_FROM = 4  # events; three on one matter may be one matter told three times
RISEN_TIMES = 2.0  # the mean of the weeks before


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event of news, under one of the things that it is about."""

    kind: str  # theme | asset | actor
    tag: str
    event_id: str
    began_at: datetime  # when its first report was published


@dataclass(frozen=True, slots=True)
class Trend:
    """Something that has more events within SPAN than at the same time of the week in any of WEEKS weeks before."""

    kind: str  # theme | asset | actor
    tag: str
    event_ids: tuple[str, ...]  # newest first: all that were counted
    before: tuple[int, ...]  # events in the same span of each week before, the last week first

    @property
    def baseline(self) -> float:
        """The mean of the weeks before."""
        return sum(self.before) / len(self.before)


def spans(now: datetime) -> list[tuple[datetime, datetime]]:
    """The span that ends now and the same one of each week before, each without its beginning."""
    ends = [now - week * timedelta(days=7) for week in range(WEEKS + 1)]
    return [(end - SPAN, end) for end in ends]


def find_trends(found: Iterable[Occurrence], now: datetime) -> list[Trend]:
    """What has risen, by how much; found are events that began in `spans`."""
    counted: dict[tuple[str, str], list[list[Occurrence]]] = defaultdict(lambda: [[] for _ in range(WEEKS + 1)])
    for one in found:
        for place, (since, until) in enumerate(spans(now)):
            if since < one.began_at <= until and one.tag != Theme.OTHER:
                counted[one.kind, one.tag][place].append(one)
    risen = [trend for key, weeks in counted.items() if _has_risen(trend := _trend(*key, weeks))]
    risen.sort(key=lambda one: (one.baseline - len(one.event_ids), one.kind, one.tag))
    return _once(risen)


def _trend(kind: str, tag: str, weeks: Sequence[Sequence[Occurrence]]) -> Trend:
    newest_first = sorted(weeks[0], key=lambda one: (one.began_at, one.event_id), reverse=True)
    return Trend(kind, tag, tuple(one.event_id for one in newest_first), tuple(map(len, weeks[1:])))


def _has_risen(trend: Trend) -> bool:
    # Twice a mean alone is soon had where weeks differ much, so none of them may have had as many.
    count = len(trend.event_ids)
    return count >= RISEN_FROM and count >= RISEN_TIMES * trend.baseline and count > max(trend.before)


def _once(trends: Sequence[Trend]) -> list[Trend]:
    """One trend of several that call one actor by different names: the longest."""
    names: dict[tuple[str, ...], str] = {}
    for one in trends:
        if one.kind == "actor":
            names[one.event_ids] = max(names.get(one.event_ids, ""), one.tag, key=len)
    return [one for one in trends if one.kind != "actor" or names[one.event_ids] == one.tag]
