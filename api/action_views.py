"""Says what an editor did in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.service import Service
from cluster.action import Action, ActionType, Draft, Field, Link, Setting
from cluster.event import Event
from cluster.lending import headline
from ingest.article import Article

AN_EVENT, AN_ARTICLE = "an event", "an article"
_LINKS = {Link.MUST: "belong together", Link.CANNOT: "stay apart"}
_SHOWN = {Field.PINNED: ("pinned", "unpinned"), Field.HIDDEN: ("hid", "showed")}


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


def actions_shown(service: Service, actions: Sequence[Action]) -> list[ActionShown]:
    """Each action in a sentence, with what its events were called then, and its articles now."""
    events = service.events.get_many([one for action in actions for one in action.draft.event_ids])
    named = [one.article_id for action in actions for one in (*action.draft.before, *action.draft.after)]
    named += [end for action in actions for pair in action.draft.added for end in (pair.one, pair.other)]
    named += [
        one.value for action in actions for one in action.draft.settings_after if one.value and one.field is Field.LEAD
    ]
    articles = service.articles.get_many(named)
    return [action_shown(action, events, articles) for action in actions]


def action_shown(action: Action, events: Mapping[str, Event], articles: Mapping[str, Article]) -> ActionShown:
    """An editor's action in a sentence: what its events were called when it was done, as far as that was kept."""
    draft = action.draft
    was_undone = action.undone_by is not None
    may_be_undone = draft.type is not ActionType.UNDO and not was_undone
    said = _said(draft, _Names(dict(draft.titles), events, articles))
    return ActionShown(action.seq, draft.by, draft.at, said, draft.led_to, may_be_undone, was_undone)


@dataclass(frozen=True, slots=True)
class _Names:
    then: Mapping[str, str]  # an event that the action made had no title
    events: Mapping[str, Event]
    articles: Mapping[str, Article]

    def event(self, event_id: str) -> str:
        event = self.events.get(event_id)
        now = event.description.title if event and event.description else None
        title = self.then.get(event_id, now)
        return f"“{headline(title)}”" if title else AN_EVENT

    def article(self, article_id: str) -> str:
        article = self.articles.get(article_id)
        return f"“{headline(article.title)}”" if article else AN_ARTICLE


def _said(draft: Draft, names: _Names) -> str:
    left, led_to = names.event(draft.event_ids[0]), names.event(draft.led_to)
    match draft.type:
        case ActionType.MERGE:
            return f"merged {left} into {led_to}"
        case ActionType.ADD:
            return f"added {names.article(draft.after[0].article_id)} to {led_to}"
        case ActionType.MOVE | ActionType.SPLIT:
            return _moved(draft, left, led_to, names)
        case ActionType.LINK:
            return _linked(draft, names)
        case ActionType.LOCK | ActionType.UNLOCK:
            return f"{draft.type}ed {led_to}"
        case ActionType.SET:
            return _set(draft.settings_after[0], led_to, names)
        case ActionType.DISMISS:
            return f"dismissed a suggestion on {led_to}"
        case ActionType.NOTE:
            return f"noted on {led_to}: {draft.reason}"
        case ActionType.UNDO:
            return f"undid action {draft.undoes}"


def _moved(draft: Draft, left: str, led_to: str, names: _Names) -> str:
    one = names.article(draft.before[0].article_id)
    what = one if len(draft.before) == 1 else f"{len(draft.before)} articles"
    return f"moved {what} from {left} to {'a new event of its own' if led_to == one else led_to}"


def _linked(draft: Draft, names: _Names) -> str:
    said = draft.added[0]  # what else is added follows from it
    return f"said that {names.article(said.one)} and {names.article(said.other)} {_LINKS[said.link]}"


def _set(setting: Setting, event: str, names: _Names) -> str:
    if setting.field in _SHOWN:
        return f"{_SHOWN[setting.field][setting.value is None]} {event}"
    if setting.value is None:
        return f"took back the editor's {setting.field} of {event}"
    value = names.article(setting.value) if setting.field is Field.LEAD else f"“{setting.value}”"
    return f"set the {setting.field} of {event} to {value}"
