"""What an editor is shown who acted on an event that has changed meanwhile: what happened, and what they wanted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api import session_cookie
from api.editing import OWN_TITLE, Conflict, Hindered, as_seen
from api.event_past import Entry, entries
from api.history_page import named, place_of
from api.problems import problem, wants_page
from api.rendering import desk_page
from api.service import Service
from cluster.event import Event, Status

ROWS = 40  # of the change log, of one event
_LABELS = {
    "reason": "Why",
    "title": "Title",
    "own_title": "Title",
    "keep": "The id that stays",
    "lead": "The report that leads",
    "theme": "Theme",
    "signal": "Signal",
    "text": "Note",
    "address": "Address",
    "url": "Address",
    "other": "The other event",
    "article": "Article",
}
_TYPED = frozenset({"reason", "title", "own_title", "text", "address", "url"})
_CHOSEN = {"new": "An event of its own"}
# By the end of the address that a form is sent to.
_WANTED = {
    "merge": "merge two events",
    "apart": "keep two events apart",
    "selection/apart": "keep two articles apart",
    "together": "keep two articles together",
    "move": "move articles",
    "split": "split an event",
    "lock": "lock an event as it is",
    "unlock": "unlock an event",
    "title": "set a title",
    "lead": "choose the report that leads",
    "theme": "set a theme",
    "signal": "set a signal level",
    "pinned": "pin an event or take its pin away",
    "hidden": "hide an event or show it again",
    "dismiss": "dismiss a suggestion",
    "note": "write a note",
    "add": "add an article",
}

Pairs = Sequence[tuple[str, str]]  # names and values of a form's fields


@dataclass(frozen=True, slots=True)
class Kept:
    """A field of the form that was sent, to be sent again."""

    name: str
    value: str
    label: str = ""  # empty for what only the form needs
    shown: str = ""
    is_typed: bool = False  # by hand, and so open to a change

    @property
    def has_lines(self) -> bool:
        """Whether it needs a box of several lines, so that none is lost."""
        return "\n" in self.value


@dataclass(frozen=True, slots=True)
class Changed:
    """An event that is not as the editor saw it any more."""

    event: Event
    title: str
    seen: int | None
    entries: list[Entry]
    is_live: bool
    has_more: bool


async def on_conflict(request: Request, error: Exception) -> Response:
    """409: what changed meanwhile, and the form once more."""
    assert isinstance(error, Conflict)
    if not wants_page(request):
        return problem(409, error.detail)
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    return await run_in_threadpool(_conflict_page, request, error, fields)


def on_hindered(request: Request, error: Exception) -> Response:
    """409: which later action has to be taken back first."""
    assert isinstance(error, Hindered)
    service: Service = request.app.state.service
    later = service.editing.get(error.later)
    if later is None or not wants_page(request):
        return problem(409, error.detail, later=error.later)
    event_id = later.draft.led_to
    ids = service.event_log.leading_to(event_id)
    told = entries(service, event_id, ids, service.event_log.at(later))
    return desk_page(
        "hindered.html",
        status=409,
        banner=service.banner.text(),
        session=service.sessions.find(session_cookie.held(request), service.clock()),
        detail=error.detail,
        entry=next(one for one in told if one.seq == later.seq),
        event_id=event_id,
        later_at=place_of(event_id, later.seq, later.draft.at),
    )


def _conflict_page(request: Request, error: Conflict, fields: Pairs) -> Response:
    service: Service = request.app.state.service
    found = service.events.get_many(error.event_ids)
    changed = [_changed(service, found[one], error.seen.get(one)) for one in error.event_ids if one in found]
    return desk_page(
        "conflict.html",
        status=409,
        banner=service.banner.text(),
        session=service.sessions.find(session_cookie.held(request), service.clock()),
        wanted=_wanted(request.url.path),
        path=request.url.path,
        kept=list(_kept(service, request.url.path, fields)),
        changed=changed,
        may_go_on=bool(changed) and all(one.is_live for one in changed),
    )


def _changed(service: Service, event: Event, seen: int | None) -> Changed:
    stretch = service.event_log.since(event.id, event.version if seen is None else seen, ROWS)
    told = entries(service, event.id, [event.id], stretch)
    is_live = event.status in (Status.ACTIVE, Status.CLOSED)
    return Changed(event, named(event), seen, told, is_live, stretch.further)


def _kept(service: Service, path: str, fields: Pairs) -> Iterator[Kept]:
    """Every field, with the events' versions of now where the form had those that the editor saw."""
    seen = [one[0] for _, value in fields if (one := as_seen(value))]
    events = service.events.get_many([*seen, *_ids(fields, "evt_")])
    articles = service.articles.get_many(list(_ids(fields, "art_")))
    names = {one.id: named(one) for one in events.values()} | {one.id: one.title for one in articles.values()}
    for name, value in fields:
        said = path.rpartition("/")[2] if name == "value" else name  # the one field of a form that sets something
        thing = names.get(value.partition(" ")[0])
        yield Kept(
            name,
            _present(value, events),
            "" if value in ("", OWN_TITLE) else _LABELS.get(said, ""),
            thing or _CHOSEN.get(value, value),
            said in _TYPED and not thing,
        )


def _wanted(path: str) -> str:
    *_, kind, end = path.split("/")
    return _WANTED.get(f"{kind}/{end}") or _WANTED.get(end, "change an event")


def _present(value: str, events: Mapping[str, Event]) -> str:
    seen = as_seen(value)
    return f"{seen[0]} {events[seen[0]].version}" if seen and seen[0] in events else value


def _ids(fields: Pairs, kind: str) -> Iterable[str]:
    return {value for _, value in fields if value.startswith(kind) and " " not in value}
