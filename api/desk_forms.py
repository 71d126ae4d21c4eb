"""What the desk's forms do: each carries out one action and shows where it led."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.desk import named, towards
from api.desk_list import Wanted
from api.editing import OWN_TITLE, carry_out, seen_versions
from api.forms import given
from api.reads import find_event
from api.service import Service, Using
from api.signing_in import Fields, SignedIn
from api.store import Session
from cluster.action import Action, Field, Link
from cluster.editing import Desk

MAX_SEQ = 2**31 - 1
OWN_EVENT = "new"
NOTHING_CHOSEN = "Select at least one article first."
TWO = "Select exactly two articles: what is said is about a pair."


class Act(StrEnum):
    """What may be done with a selection."""

    SPLIT = "split"
    MOVE = "move"
    TOGETHER = "together"
    APART = "apart"


LINKS = {Act.TOGETHER: Link.MUST, Act.APART: Link.CANNOT}

router = APIRouter(prefix="/desk", include_in_schema=False)


@router.post("/events/{event_id}/merge")
def merge(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Makes this event and another one, with the id, title and lead that the form names."""
    other, versions = _named(fields)
    versions |= seen_versions(fields, event_id)
    keep, lead = (given(fields, name) or None for name in ("keep", "lead"))
    title, why = _title(service, fields, (event_id, other)), fields.get("reason", "")
    return _done(
        service,
        session,
        fields,
        lambda at_work: at_work.merge(event_id, other, versions, keep=keep, title=title, lead=lead, reason=why),
    )


@router.post("/selection/{act}")
def selection(session: SignedIn, service: Using, fields: Fields, act: Act) -> Response:
    """Splits off, moves, or says something of the articles that are selected."""
    chosen, versions = fields.get("article", "").split(), seen_versions(fields, fields.get("one", "").partition(" ")[0])
    if not chosen:
        raise HTTPException(409, NOTHING_CHOSEN)
    if act in LINKS:
        return _done(service, session, fields, _linking(chosen, LINKS[act], versions))
    is_to_own = fields.get("other") == OWN_EVENT and not fields.get("address")
    if act is Act.SPLIT or is_to_own:
        return _done(service, session, fields, lambda at_work: at_work.move(chosen, None, versions))
    other, seen = _named(fields)
    return _done(service, session, fields, lambda at_work: at_work.move(chosen, other, versions | seen))


def _linking(chosen: Sequence[str], said: Link, versions: dict[str, int]) -> Callable[[Desk], Action]:
    """What is said of two articles. Where one has to move it is the later report, which stands below the other."""
    if len(chosen) != 2:
        raise HTTPException(409, TWO)
    return lambda at_work: at_work.link(chosen[1], chosen[0], said, versions)


@router.post("/events/{event_id}/lock")
def lock(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Lets an event keep the articles it has."""
    versions = seen_versions(fields, event_id)
    return _done(service, session, fields, lambda at_work: at_work.lock(event_id, versions))


@router.post("/events/{event_id}/unlock")
def unlock(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Lets the rules have an event back."""
    versions = seen_versions(fields, event_id)
    return _done(service, session, fields, lambda at_work: at_work.unlock(event_id, versions))


@router.post("/events/{event_id}/set/{field}")
def set_field(session: SignedIn, service: Using, fields: Fields, event_id: str, field: Field) -> Response:
    """Sets what an event says or where it shows; the button that takes it back sends `clear`."""
    versions = seen_versions(fields, event_id)
    value = None if "clear" in fields else fields.get("value", "")
    why = fields.get("reason", "")
    return _done(service, session, fields, lambda at_work: at_work.set(event_id, field, value, versions, reason=why))


@router.post("/events/{event_id}/note")
def note(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Writes something down for editors alone."""
    versions = seen_versions(fields, event_id)
    return _done(service, session, fields, lambda at_work: at_work.note(event_id, fields.get("text", ""), versions))


@router.post("/events/{event_id}/dismiss")
def dismiss(session: SignedIn, service: Using, fields: Fields, event_id: str) -> Response:
    """Takes a suggestion out of the queue for good."""
    kind, about, other = fields.get("kind", ""), fields.get("about", ""), fields.get("other", "").partition(" ")[0]
    versions = seen_versions(fields, *filter(None, (event_id, other)))
    return _done(
        service, session, fields, lambda at_work: at_work.dismiss(kind, event_id, other or None, versions, about=about)
    )


@router.post("/actions/{seq}/undo")
def undo(session: SignedIn, service: Using, fields: Fields, seq: Annotated[int, Path(ge=1, le=MAX_SEQ)]) -> Response:
    """Takes an action back."""
    return _done(service, session, fields, lambda at_work: at_work.undo(seq))


def _done(service: Service, session: Session, fields: Mapping[str, str], act: Callable[[Desk], Action]) -> Response:
    """Carries an action out and shows where it led, beside the list that the form was sent from."""
    action = carry_out(service, session.editor.name, act)
    return towards(action.draft.led_to, Wanted.kept(fields.get("list", "")), action.seq)


def _named(fields: Mapping[str, str]) -> tuple[str, dict[str, int]]:
    """The event that a form names, by its address where one was typed, else by the choice; a choice has a version."""
    typed, chosen = given(fields, "address"), fields.get("other", "")
    found = named(typed or chosen)
    return found, {} if typed else seen_versions(fields, found)


def _title(service: Service, fields: Mapping[str, str], event_ids: Sequence[str]) -> str | None:
    """The title that was chosen: an event's, the one typed, or None for what the rules make of the reports."""
    chosen, own = given(fields, "title"), given(fields, "own_title")
    if chosen in event_ids:
        said = find_event(service, chosen).description
        return said.title if said else None
    return own if own or chosen == OWN_TITLE else None  # what was typed is meant, whether or not it was ticked too
