"""The page of two events side by side, where an editor says whether they tell one happening or two."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api import event_replies, event_views
from api.compare_words import gap_words, point_words
from api.desk_door import FRESH
from api.editing import carry_out, seen_versions
from api.forms import given
from api.reads import find_event, still_waiting, way_from
from api.rendering import desk_page
from api.service import Service, Using
from api.shown.shown import in_words
from api.signing_in import Fields, SignedIn
from cluster.comparing import About, SideBySide, side_by_side
from cluster.event import Event, Status
from cluster.similarity import JOIN_AT

SUGGESTION = "near_miss"  # the kind of suggestion that two events are one
OWN_TITLE = "own"

router = APIRouter(prefix="/desk/compare/{event_id}/{other_id}", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two events on the page."""

    letter: str  # A or B
    event: event_replies.EventReply
    shown: list[str]  # where
    scores: Mapping[str, float]  # by article id, how well it would fit into the other event
    is_older: bool
    locked: bool


@router.get("")
def compare(session: SignedIn, service: Using, event_id: str, other_id: str) -> Response:
    """Two events; where one was merged meanwhile, whatever it is in by now."""
    pair = [way_from(service, one)[-1] for one in (event_id, other_id)]
    one, other = pair
    if one.id == other.id:
        return RedirectResponse(f"/desk/events/{one.id}", 303, FRESH)
    if (one.id, other.id) != (event_id, other_id):
        return RedirectResponse(f"/desk/compare/{one.id}/{other.id}", 303, FRESH)
    for event in pair:
        _refuse_what_says_nothing(event)
    found = side_by_side(one, other)
    older = service.events.by_age([one.id, other.id])[0]
    sides = [_side(service, letter, event, found, older) for letter, event in zip("AB", pair, strict=True)]
    return desk_page(
        "compare.html",
        banner=service.banner.text(),
        session=session,
        sides=sides,
        points=[point_words(point, found) for point in found.points],
        gap=gap_words(found),
        near_misses=found.near_misses,
        join_at=JOIN_AT,
        shared={about.value: found.shared(about) for about in About},
        kept_apart=service.editing.apart([member.article.id for member in one.members], _ids(other)),
    )


@router.post("/merge")
def merge(session: SignedIn, service: Using, fields: Fields, event_id: str, other_id: str) -> Response:
    """Both tell one happening."""
    versions = seen_versions(fields, event_id, other_id)
    keep, lead, reason = (given(fields, name) or None for name in ("keep", "lead", "reason"))
    title = _title(service, fields, event_id, other_id)
    action = carry_out(
        service,
        session.editor.name,
        lambda desk: desk.merge(event_id, other_id, versions, keep=keep, title=title, lead=lead, reason=reason or ""),
    )
    return RedirectResponse(f"/desk/events/{action.draft.led_to}?done={action.seq}", 303, FRESH)


@router.post("/apart")
def keep_apart(session: SignedIn, service: Using, fields: Fields, event_id: str, other_id: str) -> Response:
    """They tell two happenings."""
    versions, reason = seen_versions(fields, event_id, other_id), given(fields, "reason")
    action = carry_out(
        service,
        session.editor.name,
        lambda desk: desk.keep_apart(event_id, other_id, SUGGESTION, versions, reason=reason),
    )
    return RedirectResponse(f"/desk/events/{event_id}?done={action.seq}", 303, FRESH)


def _refuse_what_says_nothing(event: Event) -> None:
    if event.status is Status.REMOVED:
        raise HTTPException(410, "One of these events was removed.")
    if not event_views.is_described(event):
        raise still_waiting()


def _side(service: Service, letter: str, event: Event, found: SideBySide, older: str) -> Side:
    own = set(_ids(event))
    return Side(
        letter=letter,
        event=event_views.full_event(event),
        shown=in_words(service.shown.of(event.id, service.clock())),
        scores={one.article_id: one.score for one in found.near_misses if one.article_id in own},
        is_older=event.id == older,
        locked=event.locked,
    )


def _ids(event: Event) -> list[str]:
    return [member.article.id for member in event.members]


def _title(service: Service, fields: Mapping[str, str], event_id: str, other_id: str) -> str | None:
    """The title that was chosen: one of the two, the one typed, or None for what the rules make of the reports."""
    chosen, own = given(fields, "title"), given(fields, "own_title")
    if chosen in (event_id, other_id):
        said = find_event(service, chosen).description
        return said.title if said else None
    return own if own or chosen == OWN_TITLE else None  # what was typed is meant, whether or not it was ticked too
