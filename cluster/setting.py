"""What an editor may set on an event: its title, lead, theme and level, and whether it is pinned or hidden."""

from dataclasses import replace
from datetime import datetime

from cluster.action import Field, Setting
from cluster.event import Event, Level, Overrides, SignalOverride, Theme
from cluster.refusing import Refused, plain

MAX_TITLE = 200  # characters
YES = "true"
_NAMES = {
    Field.TITLE: "title",
    Field.LEAD: "lead_article_id",
    Field.THEME: "theme",
    Field.PINNED: "pinned",
    Field.HIDDEN: "hidden",
}


def new_setting(event: Event, field: Field, value: str | None, *, by: str, at: datetime, reason: str) -> Setting:
    """What is to be set on an event; a value of None takes back what is set.

    Raises:
        Refused: when the value makes no sense, a level has no reason, or nothing would change.
    """
    kept = None if value is None else _checked(event, field, value)
    signal = _signal(kept, by, at, reason) if kept and field is Field.SIGNAL else None
    wanted = Setting(event.id, field, kept, signal)
    if _says_the_same(wanted, set_now(event.id, field, event.overrides)):
        raise Refused("Nothing is set here." if value is None else "This is set already.")
    return wanted


def set_now(event_id: str, field: Field, overrides: Overrides) -> Setting:
    """What is set by now."""
    if field is Field.SIGNAL:
        signal = overrides.signal
        return Setting(event_id, field, signal.level if signal else None, signal)
    value = getattr(overrides, _NAMES[field])
    if isinstance(value, bool):
        return Setting(event_id, field, YES if value else None)
    return Setting(event_id, field, value)


def with_setting(overrides: Overrides, setting: Setting) -> Overrides:
    """What is set on an event once this is too."""
    match setting.field:
        case Field.SIGNAL:
            return replace(overrides, signal=setting.signal)
        case Field.THEME:
            return replace(overrides, theme=Theme(setting.value) if setting.value else None)
        case Field.TITLE:
            return replace(overrides, title=setting.value)
        case Field.LEAD:
            return replace(overrides, lead_article_id=setting.value)
        case Field.PINNED:
            return replace(overrides, pinned=setting.value is not None)
        case Field.HIDDEN:
            return replace(overrides, hidden=setting.value is not None)


def _checked(event: Event, field: Field, value: str) -> str:
    match field:
        case Field.TITLE:
            title = " ".join(plain(value, "The title", MAX_TITLE).split())
            if not title:
                raise Refused("Write a title, or take the editor's title back.")
            return title
        case Field.LEAD:
            if value not in {member.article.id for member in event.members}:
                raise Refused(f"The article {value} does not stand in this event, so it cannot lead it.")
            return value
        case Field.THEME:
            return _one_of(Theme, value, "theme")
        case Field.SIGNAL:
            return _one_of(Level, value, "level")
        case Field.PINNED | Field.HIDDEN:
            if value != YES:
                raise Refused(f"An event is {field.value} or it is not: the value is `{YES}` or none.")
            return value


def _one_of(known: type[Theme] | type[Level], value: str, what: str) -> str:
    if value not in list(known):
        raise Refused(f"There is no such {what}. Choose one of {', '.join(known)}.")
    return value


def _signal(level: str, by: str, at: datetime, reason: str) -> SignalOverride:
    if not reason:
        raise Refused("Say why: a level that an editor sets needs a reason.")
    return SignalOverride(Level(level), reason, by, at)


def _says_the_same(one: Setting, other: Setting) -> bool:
    reasons = [said.signal.reason if said.signal else None for said in (one, other)]
    return one.value == other.value and reasons[0] == reasons[1]
