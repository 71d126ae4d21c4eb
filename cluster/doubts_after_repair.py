"""What repair has looked at, as its doubts see it: events with the articles that they have once it is done."""

from collections.abc import Collection, Sequence

from cluster.doubts import Doubt
from cluster.grouping_doubts import doubts_on_grouping
from cluster.regrouping import Apart, Rows, Standing
from cluster.repair_scope import Scope
from cluster.sides import Compared


def doubts_once_repaired(
    scope: Scope,
    apart: Apart,
    before: Sequence[Standing],
    groups: Sequence[tuple[Rows, str]],
    event_ids: Collection[str],
) -> list[Doubt]:
    """The doubts about some events. `groups` are what repair makes of those that stood `before`, with their ids."""
    age = {event.event_id: place for place, event in enumerate(before)}
    oldest_first = sorted(groups, key=lambda group: age.get(group[1], len(age)))
    by_id = {member.article.id: member.article for event in scope.events for member in event.members}
    compared = Compared(
        events=tuple(_standing(event_id, rows, before) for rows, event_id in oldest_first),
        probabilities=scope.probabilities,
        apart=apart,
        articles=[by_id[one] for one in scope.article_ids],
        readings=scope.readings,
    )
    return list(doubts_on_grouping(compared, event_ids))


def _standing(event_id: str, rows: Rows, before: Sequence[Standing]) -> Standing:
    """An event as it stands after repair; what was bound before it is bound now."""
    anchors = [one.anchor for one in before if one.anchor <= rows]
    own = next((one.anchor for one in before if one.event_id == event_id), frozenset({min(rows)}))
    bound = [one for event in before for one in event.bound if one <= rows]
    return Standing(event_id, rows, own, (*bound, *anchors))
