"""Says what was done to an event, by rules and by editors: who, when, which articles came and went, what was set."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.action_views import action_shown
from api.service import Service
from api.words import LEVEL_WORDS, theme_words
from cluster.action import Action, ActionType, Draft, Field, Setting
from cluster.change import AUTOMATIC, Change
from cluster.event import ChangeType
from cluster.event_log_store import Stretch
from cluster.lending import headline
from cluster.refusing import Refused
from ingest.article import Article
from ingest.tombstone_store import is_tombstone

BY_WORDS = {
    "placing": "Placing, by the rules",
    "describe": "The description, by the rules",
    "regrade": "The signal, by the rules",
    "repair": "Repair, by the rules",
    "withdrawal": "A publisher",
    "removal": "Whoever runs this service",
    "recluster": "A re-clustering",
    "expire": "Expiry, by the rules",
}
_DONE = {
    ChangeType.CREATED: "The event was opened",
    ChangeType.GREW: "It grew",
    ChangeType.SHRANK: "It lost articles",
    ChangeType.MERGED: "The event was merged into another one",
    ChangeType.SPLIT: "A part of it became an event of its own",
    ChangeType.DESCRIBED: "It was described anew",
    ChangeType.EDITED: "It was edited",
    ChangeType.SIGNAL_CHANGED: "Its signal was graded anew",
    ChangeType.CLOSED: "It was closed: nothing joins it any more",
    ChangeType.REOPENED: "It was opened again",
    ChangeType.REMOVED: "It was removed",
    ChangeType.LOCKED: "It was locked",
    ChangeType.UNLOCKED: "It was unlocked",
}
_REVISED = "A report's text changed"
_NAMES = {Field.TITLE: "Title", Field.LEAD: "Lead", Field.THEME: "Theme", Field.SIGNAL: "Signal"}
_SHOWN = {Field.PINNED: ("Pinned", "not pinned", "pinned"), Field.HIDDEN: ("Hidden", "shown", "hidden")}
BY_RULES = "by the rules"
LOCKED, OPEN = "locked", "open to the rules"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """An article that came or went, by its title of today, and where from or to."""

    title: str
    publisher: str = ""
    url: str | None = None
    event_id: str | None = None  # the other event


@dataclass(frozen=True, slots=True)
class Diff:
    """Something that an event says or is, before and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one hand did to an event at one instant."""

    at: datetime
    by: str
    text: str
    versions: tuple[int, ...] = ()  # that it made of the event, rising
    came: tuple[Mentioned, ...] = ()
    went: tuple[Mentioned, ...] = ()
    diffs: tuple[Diff, ...] = ()
    because: tuple[str, ...] = ()
    reason: str = ""
    merged_id: str | None = None  # the event that it was done to, before that was merged into this one
    seq: int | None = None  # of an editor's action
    undoes: int | None = None
    undone_by: int | None = None
    may_be_undone: bool = False
    refused: Refused | None = None  # why it may not be undone

    @property
    def is_slim(self) -> bool:
        """Whether its sentence says it all, and no person did it."""
        return self.seq is None and not (self.came or self.went or self.because)


def entries(service: Service, event_id: str, event_ids: Collection[str], stretch: Stretch) -> list[Entry]:
    """A stretch of an event's past in words, newest first; `event_ids` are its own and those merged into it."""
    teller = _Teller(service, event_id, frozenset(event_ids), stretch)
    found = [*(teller.action(one) for one in stretch.actions), *teller.changes()]
    return sorted(found, key=lambda entry: (entry.at, entry.seq or 0, entry.versions), reverse=True)


class _Teller:
    """A stretch with all that is needed to name what it speaks of."""

    def __init__(self, service: Service, event_id: str, family: frozenset[str], stretch: Stretch) -> None:
        self._event_id, self._family, self._stretch = event_id, family, stretch
        drafts = [one.draft for one in stretch.actions]
        self._events = service.events.get_many(list({one for draft in drafts for one in draft.event_ids}))
        self._articles = service.articles.get_many(list({one for draft in drafts for one in _spoken_of(draft)}))
        moved = {one for change in stretch.changes for one in (*change.moved.came, *change.moved.went)}
        self._articles |= service.articles.get_many(list(moved - self._articles.keys()))
        open_ = [one for one in stretch.actions if _may_be_asked_for(one)]
        self._refused = service.event_log.refusals(open_, self._events)

    def action(self, one: Action) -> Entry:
        """What an editor did, with what it did to this event."""
        draft = one.draft
        shown = action_shown(one, self._events, self._articles)
        rows = [row for row in self._stretch.changes if row.event_id == self._event_id and _is_of(row, draft)]
        came, went = self._moved(draft)
        return Entry(
            at=draft.at,
            by=draft.by,
            text=f"{shown.text[:1].upper()}{shown.text[1:]}",
            versions=tuple(sorted(row.version for row in rows)),
            came=tuple(came),
            went=tuple(went),
            diffs=tuple(self._diffs(draft)),
            reason="" if draft.type is ActionType.NOTE else draft.reason,
            seq=one.seq,
            undoes=draft.undoes,
            undone_by=one.undone_by,
            may_be_undone=_may_be_asked_for(one) and one.seq not in self._refused,
            refused=self._refused.get(one.seq),
        )

    def changes(self) -> Iterator[Entry]:
        """What no action says: an instant's rows of one event by one hand together."""
        together: dict[tuple[datetime, str, str], list[Change]] = defaultdict(list)
        for row in self._stretch.changes:
            if row.by in AUTOMATIC or not any(_is_of(row, one.draft) for one in self._stretch.actions):
                together[row.at, row.by, row.event_id].append(row)
        for (at, by, event_id), rows in together.items():
            rows.sort(key=lambda row: row.version)
            yield Entry(
                at=at,
                by=BY_WORDS.get(by, by),
                text=". ".join(dict.fromkeys(_done(row) for row in rows)) + ".",
                versions=tuple(row.version for row in rows) if event_id == self._event_id else (),
                came=tuple(self._mentioned(one) for row in rows for one in row.moved.came),
                went=tuple(self._mentioned(one, row.moved.merged_into) for row in rows for one in row.moved.went),
                because=tuple(dict.fromkeys(said.text for row in rows for said in row.moved.because)),
                merged_id=event_id if event_id != self._event_id else None,
            )

    def _moved(self, draft: Draft) -> tuple[list[Mentioned], list[Mentioned]]:
        came, went = [], []
        left = {one.article_id: one.event_id for one in draft.before}
        for one in draft.after:
            source = left.get(one.article_id, "")
            if one.event_id in self._family and source != one.event_id:
                came.append(self._mentioned(one.article_id, source or None))
            elif source in self._family:
                went.append(self._mentioned(one.article_id, one.event_id))
        for article_id in left.keys() - {one.article_id for one in draft.after}:  # one that was added, and is no more
            if left[article_id] in self._family:
                went.append(self._mentioned(article_id))
        return came, went

    def _mentioned(self, article_id: str, event_id: str | None = None) -> Mentioned:
        article = self._articles.get(article_id)
        if article is None:
            return Mentioned("an article", event_id=event_id)
        url = None if is_tombstone(article) else article.url
        return Mentioned(headline(article.title), article.publisher.name, url, event_id)

    def _diffs(self, draft: Draft) -> Iterator[Diff]:
        if draft.type in (ActionType.LOCK, ActionType.UNLOCK):
            words = (OPEN, LOCKED) if draft.type is ActionType.LOCK else (LOCKED, OPEN)
            yield Diff("Lock", *words)
        for was, is_now in zip(draft.settings_before, draft.settings_after, strict=True):
            if was.event_id in self._family:
                yield _diff(was, is_now, self._articles)


def _may_be_asked_for(one: Action) -> bool:
    return one.draft.type is not ActionType.UNDO and one.undone_by is None


def _is_of(row: Change, draft: Draft) -> bool:
    """Whether a row of the log is what an action left there."""
    return (row.at, row.by) == (draft.at, draft.by) and row.event_id in draft.event_ids


def _done(row: Change) -> str:
    is_revised = row.type is ChangeType.EDITED and row.fields == ("articles",)
    return _REVISED if is_revised else _DONE[row.type]


def _spoken_of(draft: Draft) -> Iterable[str]:
    """The articles that an action moved, spoke of or made leads."""
    yield from (one.article_id for one in (*draft.before, *draft.after))
    yield from (end for pair in draft.added for end in (pair.one, pair.other))
    for one in (*draft.settings_before, *draft.settings_after):
        if one.field is Field.LEAD and one.value:
            yield one.value


def _diff(before: Setting, after: Setting, articles: Mapping[str, Article]) -> Diff:
    if before.field in _SHOWN:
        name, *words = _SHOWN[before.field]
        return Diff(name, *(words[one.value is not None] for one in (before, after)))
    return Diff(_NAMES[before.field], *(_value(one, articles) for one in (before, after)))


def _value(setting: Setting, articles: Mapping[str, Article]) -> str:
    if setting.value is None:
        return BY_RULES
    if setting.field is Field.LEAD:
        found = articles.get(setting.value)
        return f"“{headline(found.title)}”" if found else setting.value
    if setting.field is Field.SIGNAL:
        why = f": {setting.signal.reason}" if setting.signal else ""
        return f"{LEVEL_WORDS[setting.value]}{why}"
    return theme_words(setting.value) if setting.field is Field.THEME else f"“{setting.value}”"
