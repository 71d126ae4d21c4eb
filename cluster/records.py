"""Event records as JSON text for their columns, and back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Row

from cluster.action import Dismissal, Pair, Setting
from cluster.change import Moved
from cluster.doubts import Clue
from cluster.event import Description, Evidence, Facts, Headline, LastAction, Overrides, Placement, Related

_description = TypeAdapter(Description)
_headline = TypeAdapter(Headline)
_facts = TypeAdapter(Facts)
_because = TypeAdapter(tuple[Evidence, ...])
_related = TypeAdapter(tuple[Related, ...])
_placements = TypeAdapter(tuple[Placement, ...])
_moved = TypeAdapter(Moved)
_pairs = TypeAdapter(tuple[Pair, ...])
_clues = TypeAdapter(tuple[Clue, ...])
_overrides = TypeAdapter(Overrides)
_last_action = TypeAdapter(LastAction)
_settings = TypeAdapter(tuple[Setting, ...])
_by_event = TypeAdapter(tuple[tuple[str, str], ...])
_dismissal = TypeAdapter(Dismissal)
_OWN_COLUMNS = ("pinned", "hidden")  # lists ask for them

Said = TypeVar("Said")

log = structlog.get_logger()


def dump_description(description: Description) -> str:
    """A description as JSON; its `related` is kept apart and left out."""
    return _description.dump_json(description, exclude={"related"}).decode()


def load_description(text: str, related: str) -> Description:
    """A description from its two columns.

    Raises:
        pydantic.ValidationError: when the text was not written by `dump_description`.
    """
    return _description.validate_json(text[:-1] + f',"related":{related}}}')


def description_of(row: Row[Any]) -> Description | None:
    """What an event's row says. What another version wrote and this one cannot read is as if it was never said."""
    return _unless_unreadable(row, lambda: load_description(row.description, row.related))


def headline_of(row: Row[Any]) -> Headline | None:
    """The same of the headline alone, which takes a fraction of the time."""
    return _unless_unreadable(row, lambda: _headline.validate_json(row.description))


def dump_facts(facts: Facts) -> str:
    """An article's facts as JSON."""
    return _facts.dump_json(facts).decode()


def load_facts(text: str) -> Facts:
    """An article's facts from JSON.

    Raises:
        pydantic.ValidationError: when the text was not written by `dump_facts`.
    """
    return _facts.validate_json(text)


def dump_because(because: tuple[Evidence, ...]) -> str:
    """A placement's evidence as JSON."""
    return _because.dump_json(because).decode()


def load_because(text: str) -> tuple[Evidence, ...]:
    """A placement's evidence from JSON."""
    return _because.validate_json(text)


def dump_related(related: tuple[Related, ...]) -> str:
    """Related events as JSON."""
    return _related.dump_json(related).decode()


def load_related(text: str) -> tuple[Related, ...]:
    """Related events from JSON."""
    return _related.validate_json(text)


def dump_placements(placements: tuple[Placement, ...]) -> str:
    """Placements as JSON, for the editors' record."""
    return _placements.dump_json(placements).decode()


def load_placements(text: str) -> tuple[Placement, ...]:
    """Placements from JSON."""
    return _placements.validate_json(text)


def dump_pairs(pairs: tuple[Pair, ...]) -> str:
    """Editors' words on pairs as JSON."""
    return _pairs.dump_json(pairs).decode()


def load_pairs(text: str) -> tuple[Pair, ...]:
    """Editors' words on pairs from JSON."""
    return _pairs.validate_json(text)


def dump_clues(clues: tuple[Clue, ...]) -> str:
    """What speaks for and against a doubt as JSON."""
    return _clues.dump_json(clues).decode()


def load_clues(text: str) -> tuple[Clue, ...]:
    """What speaks for and against a doubt from JSON."""
    return _clues.validate_json(text)


def overrides_row(overrides: Overrides) -> dict[str, object]:
    """What an editor has set, as the columns of an event."""
    said = _overrides.dump_json(overrides, exclude=set(_OWN_COLUMNS), exclude_defaults=True).decode()
    return {"overrides": said, "pinned": overrides.pinned, "hidden": overrides.hidden}


def overrides_of(row: Row[Any]) -> Overrides:
    """What an editor has set on an event, from its row."""
    said = _overrides.validate_json(row.overrides)
    return replace(said, pinned=row.pinned, hidden=row.hidden)


def dump_last_action(done: LastAction) -> str:
    """What an editor did last as JSON."""
    return _last_action.dump_json(done).decode()


def load_last_action(text: str) -> LastAction:
    """What an editor did last from JSON."""
    return _last_action.validate_json(text)


def dump_settings(settings: tuple[Setting, ...]) -> str:
    """What is set on events as JSON, for the editors' record."""
    return _settings.dump_json(settings).decode()


def load_settings(text: str) -> tuple[Setting, ...]:
    """What is set on events from JSON."""
    return _settings.validate_json(text)


def dump_by_event(said: tuple[tuple[str, str], ...]) -> str:
    """What leads which event, or what it is called, as JSON for the editors' record."""
    return _by_event.dump_json(said).decode()


def load_by_event(text: str) -> tuple[tuple[str, str], ...]:
    """The same from JSON."""
    return _by_event.validate_json(text)


def dump_dismissal(dismissed: Dismissal) -> str:
    """A dismissed suggestion as JSON, for the editors' record."""
    return _dismissal.dump_json(dismissed).decode()


def load_dismissal(text: str) -> Dismissal:
    """A dismissed suggestion from JSON."""
    return _dismissal.validate_json(text)


def dump_moved(moved: Moved) -> str:
    """What a change did to members as JSON, without what it did not do."""
    return _moved.dump_json(moved, exclude_defaults=True).decode()


def load_moved(text: str) -> Moved:
    """What a change did to members from JSON."""
    return _moved.validate_json(text)


def _unless_unreadable(row: Row[Any], load: Callable[[], Said]) -> Said | None:
    try:
        return load() if row.description else None
    except ValidationError as error:
        log.error("description not readable", event_id=row.id, errors=error.error_count())
        return None
