"""How editors regroup articles: two events become one, a selection leaves, and what belongs together is said."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from cluster.acting import Acting
from cluster.action import Action, ActionType, Dismissal, Field, Link, Pair
from cluster.constraints import Constraints
from cluster.decision import EDITORS_WORD, is_print
from cluster.doubts import DoubtKind
from cluster.editing_store import EditingStore, pairs_of, write_dismissal
from cluster.event import Event, Evidence, Placement
from cluster.reading_store import ReadingStore
from cluster.refusing import Refused, live, places_of, unlocked
from cluster.repair_scope import lead as lead_of
from cluster.setting import new_setting, set_now
from cluster.similarity import RULESET
from storage.ids import new_id

MERGED_HERE = Evidence("editor", "an editor merged its event into this one", 1.0, 0.0)


def merge(act: Acting, event_id: str, other_id: str, keep: str | None, title: str | None, lead: str | None) -> Action:
    """Two events become one, under the older id or the one to keep."""
    kept, gone = _kept_first(act, event_id, other_id, keep)
    before = [member.placement for member in gone.members]
    after = [replace(one, event_id=kept.id, because=(MERGED_HERE, *one.because)) for one in before]
    first = lead_of(kept)
    together = [member.article.id for member in (*kept.members, *gone.members)]
    both = replace(kept, members=(*kept.members, *gone.members))
    chosen = ((Field.TITLE, title), (Field.LEAD, lead))
    # A form comes filled in: what is set already stays so.
    new = [
        (field, value) for field, value in chosen if value not in (None, set_now(kept.id, field, kept.overrides).value)
    ]
    settings = [
        new_setting(both, field, value, by=act.ledger.by, at=act.ledger.at, reason=act.reason) for field, value in new
    ]
    return act.regroup(
        ActionType.MERGE,
        before,
        with_copies(act, after, kept),
        [Pair.of(first, one, Link.MUST) for one in together if one != first],
        settings,
    )


def split(
    act: Acting, article_ids: Sequence[str], type_: ActionType = ActionType.SPLIT, within: str | None = None
) -> Action:
    """A selection of one event's articles becomes an event of its own."""
    before = places_of(act.events, article_ids)
    if within is not None and (astray := [one for one in before if one.event_id != within]):
        raise Refused(
            f"The article {astray[0].article_id} stands in the event {astray[0].event_id} and not in this one."
        )
    if len({one.event_id for one in before}) > 1:
        raise Refused("These articles stand in several events: split one event at a time.")
    event = unlocked(act.events, before[0].event_id)
    chosen = [one.article_id for one in before]
    left = _others(event, chosen)
    if not left:
        raise Refused(
            "This article stands alone in its event already." if len(chosen) == 1 else "This is the whole event."
        )
    home = new_id("evt")
    after = [_by_editor(one, home) for one in before]
    added = [Pair.of(chosen[0], one, Link.MUST) for one in chosen[1:]]
    added += [Pair.of(one, other, Link.CANNOT) for one in chosen for other in left]
    return act.regroup(type_, before, after, added)


def move(act: Acting, article_ids: Sequence[str], event_id: str, type_: ActionType = ActionType.MOVE) -> Action:
    """Articles leave their events for another one."""
    before = places_of(act.events, article_ids)
    sources = {one: unlocked(act.events, one) for one in dict.fromkeys(one.event_id for one in before)}
    target = unlocked(act.events, event_id)
    if target.id in sources:
        named = "This article stands" if len(before) == 1 else "One of these articles stands"
        raise Refused(f"{named} in that event already.")
    leaving: dict[str, list[str]] = defaultdict(list)
    for one in before:
        leaving[one.event_id].append(one.article_id)
    added = [
        Pair.of(one, other, Link.CANNOT)
        for source, own in leaving.items()
        for one in own
        for other in _others(sources[source], own)
    ]
    added += [Pair.of(one.article_id, lead_of(target), Link.MUST) for one in before]
    after = with_copies(act, [_by_editor(one, target.id) for one in before], target)
    return act.regroup(type_, before, after, added)


def add(act: Acting, article_id: str, event_id: str) -> Action:
    """An article that an editor gave the address of joins an event, or what that was merged into meanwhile."""
    while (found := act.events.get(event_id)) and found.merged_into:
        event_id = found.merged_into
    if article_id in act.events.placed([article_id]):
        return move(act, [article_id], event_id, ActionType.ADD)
    target = unlocked(act.events, event_id)
    revision = ReadingStore(act.ledger.connection).get_many([article_id])[article_id].revision
    placement = Placement(article_id, target.id, 1.0, (EDITORS_WORD,), None, None, RULESET, revision=revision)
    (placed,) = with_copies(act, [placement], target)
    return act.place(ActionType.ADD, placed, Pair.of(article_id, lead_of(target), Link.MUST))


def link(act: Acting, article_id: str, other_id: str, said: Link) -> Action:
    """What an editor says of two articles; where they do not stand so, the first one moves."""
    if article_id == other_id:
        raise Refused("Choose two different articles.")
    one, other = places_of(act.events, [article_id, other_id])
    pair = Pair.of(article_id, other_id, said)
    if (one.event_id == other.event_id) is (said is Link.MUST):
        if pair in pairs_of(act.ledger.connection, [article_id]):
            raise Refused("An editor has said this of these two articles already.")
        event_ids = [live(act.events, event_id).id for event_id in dict.fromkeys((one.event_id, other.event_id))]
        return act.bind(ActionType.LINK, event_ids, [pair])
    source = unlocked(act.events, one.event_id)
    if said is Link.CANNOT:
        return act.regroup(ActionType.LINK, [one], [_by_editor(one, new_id("evt"))], [pair])
    target = unlocked(act.events, other.event_id)
    before = _bound_with(act, one, source)
    after = with_copies(act, [_by_editor(moved, target.id) for moved in before], target)
    return act.regroup(ActionType.LINK, before, after, [pair])


def keep_apart(act: Acting, event_id: str, other_id: str) -> Action:
    """Two events stay two: no article of the one is ever to be with one of the other, and nobody is asked again."""
    if event_id == other_id:
        raise Refused("These are one event already.")
    one, other = (live(act.events, found) for found in act.events.by_age([event_id, other_id]))
    # Of all, not of the leads: where one leaves, the others are still apart.
    apart = [Pair.of(a.article.id, b.article.id, Link.CANNOT) for a in one.members for b in other.members]
    wanted = Dismissal(DoubtKind.NEAR_MISS, one.id, other.id)
    dismissed = wanted if write_dismissal(act.ledger.connection, wanted) else None
    known = pairs_of(act.ledger.connection, [member.article.id for member in one.members])
    if new := [pair for pair in apart if pair not in known]:
        return act.bind(ActionType.LINK, [one.id, other.id], new, dismissed)
    if dismissed is None:
        raise Refused("An editor has kept these two events apart already.")
    return act.record(ActionType.DISMISS, [one.id, other.id], dismissed=dismissed)


def _kept_first(act: Acting, event_id: str, other_id: str, keep: str | None) -> list[Event]:
    if event_id == other_id:
        raise Refused("These are one event already.")
    found = {one: unlocked(act.events, one) for one in (event_id, other_id)}
    if keep not in (None, *found):
        raise Refused("The id to keep is that of one of the two events.")
    if len({one.overrides.hidden for one in found.values()}) > 1:
        raise Refused("One of these events is hidden and the other is not: hide or show both before they are one.")
    by_age = act.events.by_age(list(found))
    return [found[one] for one in (by_age if keep in (None, by_age[0]) else reversed(by_age))]


def _bound_with(act: Acting, one: Placement, source: Event) -> list[Placement]:
    """An article's placement and those of the articles that an editor bound to it: a word on one is on them all."""
    constraints = Constraints(EditingStore(act.ledger.connection).pairs())
    group = constraints.group(one.article_id)
    own = [member.placement for member in source.members if constraints.group(member.article.id) == group]
    return sorted(own, key=lambda placement: placement.article_id != one.article_id)


def _by_editor(placement: Placement, event_id: str) -> Placement:
    return replace(placement, event_id=event_id, probability=1.0, because=(EDITORS_WORD,), nearest_rival=None)


def with_copies(act: Acting, moved: Sequence[Placement], target: Event) -> list[Placement]:
    """Those that print a text of the event they come to as copies: rules compare none that are days apart."""
    there = {member.article.id: member.placement for member in target.members}
    readings = ReadingStore(act.ledger.connection).get_many([*there, *(one.article_id for one in moved)])

    def original(one: Placement) -> str | None:
        found = (
            there[other].copy_of or other for other in there if is_print(readings[one.article_id], readings[other])
        )
        prints = list(found)
        return prints[0] if prints and one.article_id not in prints else None

    return [replace(one, copy_of=one.copy_of or original(one)) for one in moved]


def _others(event: Event, chosen: Sequence[str]) -> list[str]:
    return sorted(member.article.id for member in event.members if member.article.id not in chosen)
