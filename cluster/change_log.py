"""The change log as followers read it: what a row does to an event, what the event is about, and who wants to know."""

from dataclasses import dataclass

from cluster.change import Change
from cluster.event import ChangeType, Level, Status, Theme

_STATUS_FROM = {
    ChangeType.CREATED: Status.ACTIVE,
    ChangeType.REOPENED: Status.ACTIVE,
    ChangeType.CLOSED: Status.CLOSED,
    ChangeType.MERGED: Status.MERGED,
    ChangeType.REMOVED: Status.REMOVED,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about by what it said last, which may be after the change that it stands beside."""

    assets: frozenset[str] = frozenset()  # symbols
    themes: frozenset[str] = frozenset()
    level: Level | None = None  # None: not described yet


@dataclass(frozen=True, slots=True)
class Logged:
    """A row of the change log, beside what its event is about by now."""

    change: Change
    subject: Subject


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows the log has, by their seq; both are 0 while it has none."""

    oldest: int
    newest: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the log that was looked through for some of its rows."""

    rows: tuple[Logged, ...]
    reached: int  # the seq up to which there are no more of them


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes a follower asks for; None leaves a condition out."""

    types: frozenset[ChangeType] | None = None
    asset: str | None = None
    theme: Theme | None = None
    signal: Level | None = None
    event_id: str | None = None

    def has(self, one: Logged) -> bool:
        """Whether all conditions hold."""
        is_of_type = self.types is None or one.change.type in self.types
        return is_of_type and self.is_about(one.change.event_id, one.subject)

    def is_about(self, event_id: str, subject: Subject) -> bool:
        """Whether all conditions but the type hold for an event."""
        return (
            self.event_id in (None, event_id)
            and (self.asset is None or self.asset in subject.assets)
            and (self.theme is None or self.theme in subject.themes)
            and self.signal in (None, subject.level)
        )


def status_from(change: Change) -> Status | None:
    """The status that the event has from this change on; None when it keeps the one it had."""
    return _STATUS_FROM.get(change.type)
