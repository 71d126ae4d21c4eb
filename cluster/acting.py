"""An editor's action while it is carried out: it changes events, leaves words on pairs, and is written down."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cluster import records
from cluster.action import Action, ActionType, Dismissal, Draft, Field, Link, Pair, Setting, ends
from cluster.bonds import left_bound
from cluster.changes import Ledger
from cluster.editing_store import drop_pairs, pairs_of, write_action, write_pairs
from cluster.event import Description, Placement
from cluster.filter_store import LISTED
from cluster.setting import set_now, with_setting
from cluster.store import EventStore
from cluster.withdrawing import withdraw


@dataclass(frozen=True, slots=True)
class Acting:
    """One action in its open transaction. After it every pair that is kept holds: a newer word replaces an older."""

    ledger: Ledger
    reason: str
    url: str = ""  # of the article that is added

    @property
    def events(self) -> EventStore:
        """The events as this transaction sees them."""
        return EventStore(self.ledger.connection)

    def regroup(
        self,
        type_: ActionType,
        before: Sequence[Placement],
        after: Sequence[Placement],
        added: Sequence[Pair],
        settings: Sequence[Setting] = (),
        undoes: int | None = None,
    ) -> Action:
        """Moves articles, keeps what that says of them and, with it, sets what is to be set."""
        event_ids = tuple(dict.fromkeys(one.event_id for one in (*before, *after)))
        leads = self.leads(event_ids)
        emptied = self.ledger.regroup(after)
        kept, superseded = self._settle(after, added)
        return self.record(
            type_,
            event_ids,
            is_seen=True,
            before=before,
            after=after,
            emptied=emptied,
            added=kept,
            superseded=superseded,
            settings=settings,
            leads=leads,
            undoes=undoes,
        )

    def leads(self, event_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """The lead by the rules of each of these events that has one, as (event id, article id)."""
        found = self.events.get_many(event_ids).values()
        return tuple((event.id, lead) for event in found if (lead := _lead(event.description)))

    def place(self, type_: ActionType, placement: Placement, pair: Pair) -> Action:
        """Gives an article that stands nowhere its place, and keeps what that says of it."""
        leads = self.leads([placement.event_id])
        self.ledger.grow(placement)
        kept, superseded = self._settle([placement], [pair])
        return self.record(
            type_,
            [placement.event_id],
            is_seen=True,
            after=[placement],
            added=kept,
            superseded=superseded,
            leads=leads,
        )

    def take_out(self, action: Action, placed: Sequence[Placement]) -> Action:
        """Takes articles out of their events that an action gave their first place; no word rests on them any more."""
        withdraw(self.ledger, [one.article_id for one in placed])
        event_ids = [*(one.event_id for one in placed), *action.draft.event_ids]
        return self.record(ActionType.UNDO, event_ids, is_seen=True, before=placed, undoes=action.seq)

    def bind(
        self, type_: ActionType, event_ids: Sequence[str], said: Sequence[Pair], dismissed: Dismissal | None = None
    ) -> Action:
        """Keeps words on articles that stand as they say, and with them that a suggestion was dismissed."""
        write_pairs(self.ledger.connection, said)
        self.ledger.bind(dict.fromkeys(event_ids))
        leads = self.leads(event_ids)
        return self.record(type_, event_ids, is_seen=True, added=said, leads=leads, dismissed=dismissed)

    def record(
        self,
        type_: ActionType,
        event_ids: Sequence[str],
        *,
        is_seen: bool = False,
        before: Sequence[Placement] = (),
        after: Sequence[Placement] = (),
        emptied: Sequence[str] = (),
        added: Sequence[Pair] = (),
        superseded: Sequence[Pair] = (),
        settings: Sequence[Setting] = (),
        leads: Sequence[tuple[str, str]] = (),
        dismissed: Dismissal | None = None,
        undoes: int | None = None,
    ) -> Action:
        """Sets what is to be set and writes the action down; `is_seen` where readers are told that an editor acted."""
        titles = self._titles(event_ids)
        was = self._set(settings)
        draft = Draft(
            type=type_,
            by=self.ledger.by,
            at=self.ledger.at,
            event_ids=tuple(dict.fromkeys(event_ids)),
            before=tuple(before),
            after=tuple(after),
            emptied=tuple(emptied),
            added=tuple(added),
            superseded=tuple(superseded),
            undoes=undoes,
            reason=self.reason,
            url=self.url,
            settings_before=was,
            settings_after=tuple(settings),
            leads=tuple(leads),
            dismissed=dismissed,
            titles=titles,
        )
        if is_seen:
            for event_id in draft.event_ids:
                self.ledger.remember(event_id, type_)
        return Action(write_action(self.ledger.connection, draft), draft, None)

    def _titles(self, event_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
        found = self.events.get_many(list(event_ids)).values()
        return tuple((event.id, event.description.title) for event in found if event.description)

    def _set(self, settings: Sequence[Setting]) -> tuple[Setting, ...]:
        """Sets what is to be set; what was set before."""
        fields: dict[str, list[Field]] = defaultdict(list)
        for one in settings:
            fields[one.event_id].append(one.field)
        events = self.events.get_many(list(fields))
        overrides = {one.id: one.overrides for one in events.values()}
        was = tuple(set_now(one.event_id, one.field, overrides[one.event_id]) for one in settings)
        for one in settings:
            overrides[one.event_id] = with_setting(overrides[one.event_id], one)
        for event_id, changed in fields.items():
            if events[event_id].status in LISTED:
                self.ledger.override(event_id, overrides[event_id], changed)
            else:  # the same action emptied it: its last word is where it leads
                self.ledger.set(event_id, **records.overrides_row(overrides[event_id]))
        return was

    def _settle(self, after: Sequence[Placement], added: Sequence[Pair]) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """Keeps the new pairs and drops those that no longer hold: what is new of them, and what was dropped."""
        moved = [one.article_id for one in after]
        said = pairs_of(self.ledger.connection, sorted({*moved, *ends(added)}))
        now_in = self.events.event_of(sorted(ends((*said, *added))))
        dropped = tuple(pair for pair in said if not _holds(pair, now_in))
        bound = left_bound(dropped, now_in, moved, self.events)
        now_in |= self.events.event_of(sorted(ends(bound)))
        candidates = dict.fromkeys((*added, *bound))
        known = pairs_of(self.ledger.connection, sorted(ends(candidates)))
        new = tuple(pair for pair in candidates if pair not in known and _holds(pair, now_in))
        drop_pairs(self.ledger.connection, dropped)
        write_pairs(self.ledger.connection, new)
        return new, dropped


def _lead(said: Description | None) -> str | None:
    return (said.own_lead_id or said.lead_article_id) if said else None


def _holds(pair: Pair, now_in: Mapping[str, str]) -> bool:
    if not {pair.one, pair.other} <= now_in.keys():
        return False  # an article that was taken back stands nowhere
    return (now_in[pair.one] == now_in[pair.other]) == (pair.link is Link.MUST)
