"""Everything that people did, from the editors' record and that of administration, newest first."""

import heapq
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.action_views import actions_shown
from api.administration import Measure, MeasureType, measure_words
from api.service import Service
from cluster.action import Action, ActionType

ROWS = 50
TYPES: tuple[str, ...] = (*ActionType, *MeasureType)
_BEFORE = re.compile(r"([0-9]{0,18})\.([0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that somebody did. `event_id` is where an editor's action led, None of administration."""

    at: datetime
    by: str
    text: str
    seq: int
    event_id: str | None = None
    was_undone: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """How far back a reader is in either record: the least seq shown; None before its newest row."""

    action: int | None = None
    measure: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """The place that `str` has made; None when it is none."""
        found = _BEFORE.fullmatch(text)
        return cls(*(int(seq) if seq else None for seq in found.groups())) if found else None

    def __str__(self) -> str:
        return ".".join("" if seq is None else str(seq) for seq in (self.action, self.measure))


def audit_page(service: Service, by: str, type: str, before: Place) -> tuple[list[AuditRow], Place | None]:
    """The rows behind a place, of one person or of one type; the place to go on from, None at the end."""
    actions = service.editing.latest(ROWS + 1, by=by, type=type, before=before.action)
    measures = service.administration.latest(ROWS + 1, by=by, type=type, before=before.measure)
    merged = heapq.merge(_events_rows(service, actions), _rows(measures), key=lambda row: row.at, reverse=True)
    rows = list(merged)
    shown = rows[:ROWS]
    return shown, _place_behind(shown, before) if len(rows) > ROWS else None


def audited_names(service: Service) -> list[str]:
    """Whoever did anything, by name."""
    return sorted(service.editing.who() | service.administration.who())


def _place_behind(shown: Sequence[AuditRow], before: Place) -> Place:
    actions = [row.seq for row in shown if row.event_id]
    measures = [row.seq for row in shown if not row.event_id]
    return Place(min(actions, default=before.action), min(measures, default=before.measure))


def _events_rows(service: Service, actions: Sequence[Action]) -> list[AuditRow]:
    shown = actions_shown(service, actions)
    return [AuditRow(one.at, one.by, one.text, one.seq, one.event_id, one.was_undone) for one in shown]


def _rows(measures: Sequence[Measure]) -> list[AuditRow]:
    return [AuditRow(one.at, one.by, measure_words(one), one.seq) for one in measures]
