"""Which earlier event another one follows: the stage before it of one affair. Nothing else decides on this.

Two pieces of news are stages of one affair when they are near in what they tell, hours apart at least, and were not
nearly put together: either nearer than news on one theme ever is by chance, or near and with one name in both titles.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cluster.draft import Draft
from cluster.event import ArticleType, Earlier, Followed, Theme
from cluster.nearness import Told, gists, nearly_one, to_all, until
from cluster.report import CITED_CHARACTERS
from cluster.sentences import shorten
from cluster.window import Measure

FOLLOWS_WITHIN = timedelta(days=7)
FOLLOWS_AFTER = timedelta(hours=6)  # what comes sooner is mostly a report of the same happening that was not joined
# Cosines of whitened gists. Of 34 links of two weeks that were read by hand 30 lead to a stage of the same affair; of
# what a name adds from .50 to .60 nearly half is another affair of the same actor.
NAMED_FROM = 0.60
UNNAMED_FROM = 0.66
TOLD_ALIKE = frozenset({Theme.PRICE, Theme.DERIVATIVES})  # a fall and the next one have the same words
RARE_TO = 20  # events a week; a name in the titles of more of them is a subject by itself
A_DAY = 0.03  # what a day between the two counts against the older one: of several stages the last is followed


@dataclass(frozen=True, slots=True)
class Stage:
    """An event of news that later ones may follow."""

    event_id: str
    theme: Theme | None
    first_published_at: datetime
    actors: frozenset[str]  # of its title, as far as others of the batch name them too
    told: tuple[Told, ...]  # earliest first, at least one


class Stages:
    """The news of some days, each event once."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        self._all = sorted(stages, key=lambda one: (one.first_published_at, one.event_id))
        self._began = [one.first_published_at for one in self._all]
        self._rows = {one.event_id: row for row, one in enumerate(self._all)}
        self._white = gists([one.told for one in self._all]).white

    def followed_by(self, draft: Draft) -> Followed | None:
        """The event that an event follows; None for what is no news, cannot be compared or is not among these.

        Reports that were published after the event's own last one are not looked at.
        """
        told = self._told(draft.event_id, draft.last_published_at)
        if draft.type is not ArticleType.NEWS or not draft.lead.facts.language_supported or not told:
            return None
        best = max(self._weighed(draft, told), default=None)
        if best is None:
            return None
        _, event_id, actor = best
        first = self._all[self._rows[event_id]].told[0]
        return Followed(Earlier(event_id, shorten(first.title, CITED_CHARACTERS)), actor or None)

    def _weighed(self, draft: Draft, told: Sequence[Told]) -> Iterator[tuple[float, str, str]]:
        """The stages before an event: what speaks for each, its event id and the name in both titles, if any."""
        began = draft.first_published_at
        first = bisect_left(self._began, began - FOLLOWS_WITHIN)
        earlier = self._all[first : bisect_right(self._began, began - FOLLOWS_AFTER)]
        rare = _rare(draft, self._all[first : bisect_left(self._began, began)])
        near = self._nearness(told, first, earlier, draft.last_published_at)
        barred = nearly_one(told)
        for stage, nearness in zip(earlier, near.tolist(), strict=True):
            name = max(rare & stage.actors, key=lambda name: (len(name), name), default="")
            enough = nearness >= NAMED_FROM if name else nearness >= UNNAMED_FROM and _tells_of_one_theme(draft, stage)
            if enough and stage.event_id not in barred:
                yield nearness - A_DAY * ((began - stage.first_published_at) / timedelta(days=1)), stage.event_id, name

    def _nearness(self, told: Sequence[Told], first: int, earlier: Sequence[Stage], instant: datetime) -> Measure:
        own = gists([told]).white[0]
        near = to_all(self._white[first : first + len(earlier)], own)
        for place, stage in enumerate(earlier):
            if stage.told[-1].published_at > instant:
                known = self._told(stage.event_id, instant)
                near[place] = float(gists([known]).white[0] @ own) if known else 0.0
        return near

    def _told(self, event_id: str, instant: datetime) -> list[Told]:
        """What an event told by an instant; nothing for one that is not among these."""
        row = self._rows.get(event_id)
        return [] if row is None else until(self._all[row].told, instant)


def _rare(draft: Draft, week: Sequence[Stage]) -> frozenset[str]:
    """The names in an event's title that do not stand in everyone's."""
    often = Counter(name for one in week for name in one.actors)
    return frozenset(name for name in draft.title_actors if often[name] <= RARE_TO)


def _tells_of_one_theme(draft: Draft, stage: Stage) -> bool:
    return draft.theme == stage.theme and draft.theme not in (None, *TOLD_ALIKE)
