"""Writes what editors do to events beside moving articles: what they lock, set and bind, and who leads again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import or_, select, update

from cluster import records
from cluster.action import ActionType, Field
from cluster.change_rows import OpenChanges
from cluster.doubt_store import forget_doubts
from cluster.doubts import GROUPING
from cluster.event import ChangeType, LastAction, Overrides
from cluster.saying_changes import rank_of
from cluster.tables import event_tags, events

# As replies name what changed.
_NAMES = {Field.LEAD: "lead_article", Field.THEME: "themes"}
LOOKED_BACK_FROM = timedelta(days=7)  # what follows an event, or counts it among others, came no later
LINKED = "links"  # articles of the event that an editor wants together, or apart from others
_SAID_IN_WORDS = frozenset({Field.TITLE, Field.LEAD, Field.THEME})


@dataclass(slots=True)
class EditingChanges(OpenChanges):
    """Changes that only editors make."""

    def lock(self, event_id: str, locked: bool) -> None:
        """An event that keeps the articles it has, or does so no longer."""
        self.set(event_id, locked=locked)
        self.log(event_id, ChangeType.LOCKED if locked else ChangeType.UNLOCKED, ("locked",))
        self.says_nothing_new(event_id)

    def override(self, event_id: str, overrides: Overrides, fields: Iterable[Field]) -> None:
        """What an editor has set on an event by now, and which of it is new.

        Another title, lead or theme is due to be described. A level shows at once, and nothing else changes with it.
        """
        row = self.connection.execute(select(events).where(events.c.id == event_id)).one()
        said = records.description_of(row)
        rank = rank_of(said.signal, overrides) if said else 0
        self.set(event_id, signal_rank=rank, **records.overrides_row(overrides))
        for field in fields:
            type_ = ChangeType.SIGNAL_CHANGED if field is Field.SIGNAL else ChangeType.EDITED
            self.log(event_id, type_, (_NAMES.get(field, field.value),))
            if field in _SAID_IN_WORDS:
                self.set(event_id, attempts=0)
            else:
                self.says_nothing_new(event_id)
            if field is Field.HIDDEN:
                self._look_around(event_id)

    def bind(self, event_ids: Iterable[str]) -> None:
        """Events of whose articles an editor has said something, and none has moved: repair is to look at them again.

        Until then nothing is asked of where their articles belong.
        """
        touched = list(event_ids)
        forget_doubts(self.connection, touched, GROUPING)
        for event_id in touched:
            self.log(event_id, ChangeType.EDITED, (LINKED,))
            self.says_nothing_new(event_id)

    def remember(self, event_id: str, type_: ActionType) -> None:
        """What an editor did last to an event, which shows with the change that it made."""
        self.set(event_id, last_action=records.dump_last_action(LastAction(type_, self.at)))

    def lead_again(self, leads: Mapping[str, str]) -> None:
        """Lets each event be described as one that readers saw under this lead: article ids by event id."""
        for row in self.connection.execute(select(events).where(events.c.id.in_(leads))).all():
            if said := records.description_of(row):
                own = "" if leads[row.id] == said.lead_article_id else leads[row.id]
                self.set(row.id, description=records.dump_description(replace(said, own_lead_id=own)))

    def _look_around(self, event_id: str) -> None:
        """Lets whatever may look back at an event that is hidden or shown again be described again, in its turn.

        That is the news of a week on its primary asset or theme, or on somebody whom both titles name: what counts it
        among others names it nowhere.
        """
        own = self.connection.execute(select(events).where(events.c.id == event_id)).mappings().one()
        names = select(event_tags.c.tag).where(event_tags.c.event_id == event_id, event_tags.c.kind == "actor")
        named = select(event_tags.c.event_id).where(event_tags.c.kind == "actor", event_tags.c.tag.in_(names))
        # An asset or a theme that it has not got is an empty list: nothing shares it.
        on_asset, on_theme = (events.c[one].in_([own[one]] if own[one] else []) for one in ("asset", "theme"))
        is_near = or_(on_asset, on_theme, events.c.id.in_(named))
        began, until = own["first_published_at"], own["last_published_at"] + LOOKED_BACK_FROM
        around = (events.c.last_published_at >= began, events.c.first_published_at <= until, events.c.id != event_id)
        due = update(events).where(*around, is_near, events.c.signal_rank > 0)
        self.connection.execute(due.values(related_version=events.c.described_version - 1))
