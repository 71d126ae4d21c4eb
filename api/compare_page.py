"""The page of two events side by side, where an editor says whether they tell one happening or two."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api import event_views
from api.compare_words import gap_words, point_words
from api.desk_door import FRESH
from api.editing import carry_out, seen_versions
from api.forms import given
from api.reads import still_waiting, way_from
from api.rendering import desk_page
from api.service import Using
from api.sides import two_sides
from api.signing_in import Fields, SignedIn
from cluster.comparing import About, side_by_side
from cluster.event import Event, Status
from cluster.similarity import JOIN_AT

router = APIRouter(prefix="/desk/compare/{event_id}/{other_id}", include_in_schema=False)


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
    return desk_page(
        "compare.html",
        banner=service.banner.text(),
        session=session,
        sides=two_sides(service, pair, "AB"),
        points=[point_words(point, found) for point in found.points],
        gap=gap_words(found),
        near_misses=found.near_misses,
        scores={one.article_id: one.score for one in found.near_misses},
        join_at=JOIN_AT,
        shared={about.value: found.shared(about) for about in About},
        kept_apart=service.editing.apart([member.article.id for member in one.members], _ids(other)),
    )


@router.post("/apart")
def keep_apart(session: SignedIn, service: Using, fields: Fields, event_id: str, other_id: str) -> Response:
    """They tell two happenings."""
    versions, reason = seen_versions(fields, event_id, other_id), given(fields, "reason")
    action = carry_out(
        service,
        session.editor.name,
        lambda desk: desk.keep_apart(event_id, other_id, versions, reason=reason),
    )
    return RedirectResponse(f"/desk/events/{event_id}?done={action.seq}", 303, FRESH)


def _refuse_what_says_nothing(event: Event) -> None:
    if event.status is Status.REMOVED:
        raise HTTPException(410, "One of these events was removed.")
    if not event_views.is_described(event):
        raise still_waiting()


def _ids(event: Event) -> list[str]:
    return [member.article.id for member in event.members]
