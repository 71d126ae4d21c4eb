"""Turns what editors did into words for the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cluster.action import Action, ActionType, Draft
from cluster.event import Event
from cluster.lending import headline
from ingest.article import Article


@dataclass(frozen=True, slots=True)
class ActionShown:
    """What an editor did, in words, and whether it may still be taken back."""

    seq: int
    by: str
    at: datetime
    text: str
    event_id: str  # where it led
    may_be_undone: bool
    was_undone: bool


def action_shown(action: Action, events: Mapping[str, Event], articles: Mapping[str, Article]) -> ActionShown:
    """An editor's action in a sentence; titles as the events and articles have them now."""
    draft = action.draft
    names = {event.id: f"“{headline(event.description.title)}”" for event in events.values() if event.description}
    left, led_to = (names.get(one, "an event") for one in (draft.event_ids[0], draft.led_to))
    match draft.type:
        case ActionType.MERGE:
            text = f"merged {left} into {led_to}"
        case ActionType.MOVE:
            text = _move_shown(draft, left, led_to, articles)
        case ActionType.UNDO:
            text = f"undid action {draft.undoes}"
        case ActionType.LOCK | ActionType.UNLOCK:
            text = f"{draft.type}ed {led_to}"
    was_undone = action.undone_by is not None
    may_be_undone = draft.type is not ActionType.UNDO and not was_undone
    return ActionShown(action.seq, draft.by, draft.at, text, draft.led_to, may_be_undone, was_undone)


def _move_shown(draft: Draft, left: str, led_to: str, articles: Mapping[str, Article]) -> str:
    moved = f"“{headline(articles[draft.before[0].article_id].title)}”"
    return f"moved {moved} from {left} to {'a new event of its own' if led_to == moved else led_to}"
