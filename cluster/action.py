"""What an editor did: actions that stay as they were written, and the word on pairs of articles that they leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cluster.event import Placement, SignalOverride


class ActionType(StrEnum):
    MERGE = "merge"
    MOVE = "move"
    SPLIT = "split"
    LINK = "link"
    LOCK = "lock"
    UNLOCK = "unlock"
    SET = "set"
    ADD = "add"
    DISMISS = "dismiss"
    NOTE = "note"
    UNDO = "undo"


class Field(StrEnum):
    """What an editor may set on an event."""

    TITLE = "title"
    LEAD = "lead"
    THEME = "theme"
    SIGNAL = "signal"
    PINNED = "pinned"
    HIDDEN = "hidden"


class Link(StrEnum):
    """What an editor says of two articles."""

    MUST = "must_link"
    CANNOT = "cannot_link"


@dataclass(frozen=True, slots=True)
class Pair:
    """An editor's word on two articles; `of` puts the lesser id first, so that a pair has one form."""

    one: str
    other: str
    link: Link

    @classmethod
    def of(cls, article_id: str, other_id: str, link: Link) -> "Pair":
        """The pair of two articles, whichever is named first."""
        return cls(min(article_id, other_id), max(article_id, other_id), link)


def ends(pairs: Iterable[Pair]) -> set[str]:
    """The articles that pairs speak of."""
    return {end for pair in pairs for end in (pair.one, pair.other)}


@dataclass(frozen=True, slots=True)
class Setting:
    """What is set on an event, at some time: enough to set it again."""

    event_id: str
    field: Field
    value: str | None  # None: nothing is; pinned and hidden are `true`, a signal is its level
    signal: SignalOverride | None = None  # in full, where it is one


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A suggestion that editors no longer want to see."""

    kind: str
    event_id: str
    other_id: str | None  # None: of one event alone
    about: str = ""  # as the doubt has it; empty: whatever of this kind is asked of them


@dataclass(frozen=True, slots=True)
class Draft:
    """An action that is being carried out; `seq` and whoever undoes it come later."""

    type: ActionType
    by: str
    at: datetime
    event_ids: tuple[str, ...]  # every event it touched
    before: tuple[Placement, ...]  # of the articles it moved
    after: tuple[Placement, ...]
    emptied: tuple[str, ...] = ()  # events that lost their last article to it
    added: tuple[Pair, ...] = ()
    superseded: tuple[Pair, ...] = ()  # older words that its result contradicts
    undoes: int | None = None  # seq of the action it takes back
    reason: str = ""  # why; of a note its words
    url: str = ""  # that an editor gave, where an article was added by it
    settings_before: tuple[Setting, ...] = ()
    settings_after: tuple[Setting, ...] = ()
    leads: tuple[tuple[str, str], ...] = ()  # event id, article id: before it regrouped the events, or kept them apart
    dismissed: Dismissal | None = None
    titles: tuple[tuple[str, str], ...] = ()  # event id, title: what the events were called when it was done

    @property
    def led_to(self) -> str:
        """The event to look at afterwards."""
        return self.after[0].event_id if self.after else self.event_ids[0]


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the editors' record. It is never altered: what is taken back has an action that undoes it."""

    seq: int
    draft: Draft
    undone_by: int | None  # seq of the action that took it back
