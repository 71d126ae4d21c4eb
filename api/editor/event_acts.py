"""`POST /v1/editor/events/{id}/…`: what editors' programs do to one event."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import Response

from api.editor.acting import ANSWERS, AtWork, Hand, example
from api.editor.bodies import Act, Dismissing, Grading, Leading, Merging, Noting, Splitting, Theming, Titling
from api.editor.router import router_for_editors
from api.parameters import EventId
from api.promises import promised
from api.reads import NO_EVENT, find_event
from api.replies import ARTICLE_ID, EVENT_ID, OTHER_ARTICLE_ID, OTHER_EVENT_ID
from cluster.action import Field
from cluster.setting import YES

router = router_for_editors()


def _known(event_id: EventId, hand: AtWork) -> str:
    """The id of an event, which may have ended; 404 for one never given out."""
    return find_event(hand.service, event_id).id


Known = Annotated[str, Depends(_known)]
MayGiveReason = Annotated[Act | None, example(reason="Settled.")]


def _at(name: str, summary: str) -> dict[str, Any]:
    """The address of a route and what it says of itself in the document."""
    responses = {**ANSWERS, 404: promised(404, "The id was never given out.", NO_EVENT)}
    return {"path": f"/events/{{event_id}}/{name}", "summary": summary, "response_model": None, "responses": responses}


@router.post(**_at("merge", "Make two events one"))
def merge(
    event_id: Known,
    hand: AtWork,
    asked: Annotated[Merging, example(other=OTHER_EVENT_ID, keep=EVENT_ID, reason="Both tell of one filing.")],
) -> Response:
    """The older id stays unless `keep` says otherwise, and the other one leads to it for ever."""
    return hand.done(
        asked.versions,
        lambda desk: desk.merge(
            event_id, asked.other, keep=asked.keep, title=asked.title, lead=asked.lead, **asked.seen_because()
        ),
    )


@router.post(**_at("split", "Make some of its articles an event of their own"))
def split(
    event_id: Known,
    hand: AtWork,
    asked: Annotated[Splitting, example(articles=[OTHER_ARTICLE_ID], reason="Another theft, a day earlier.")],
) -> Response:
    """The articles stay together from then on, and apart from the others of the event."""
    return hand.done(asked.versions, lambda desk: desk.split(asked.articles, within=event_id, **asked.seen_because()))


@router.post(**_at("lock", "Let no rule change which articles it has"))
def lock(event_id: Known, hand: AtWork, asked: MayGiveReason = None) -> Response:
    """What editors bind to one of its articles still joins it."""
    act = asked or Act()
    return hand.done(act.versions, lambda desk: desk.lock(event_id, **act.seen_because()))


@router.post(**_at("unlock", "Let the rules have it back"))
def unlock(event_id: Known, hand: AtWork, asked: MayGiveReason = None) -> Response:
    """Words on pairs of its articles still hold."""
    act = asked or Act()
    return hand.done(act.versions, lambda desk: desk.unlock(event_id, **act.seen_because()))


@router.post(**_at("pin", "Show it first"))
def pin(event_id: Known, hand: AtWork, asked: MayGiveReason = None) -> Response:
    """On the front page, before all others."""
    return _set(hand, event_id, Field.PINNED, YES, asked or Act())


@router.post(**_at("unpin", "Show it where it belongs"))
def unpin(event_id: Known, hand: AtWork, asked: MayGiveReason = None) -> Response:
    """Takes `pin` back, whoever pinned it."""
    return _set(hand, event_id, Field.PINNED, None, asked or Act())


@router.post(**_at("hide", "Leave it out of every list"))
def hide(event_id: Known, hand: AtWork, asked: MayGiveReason = None) -> Response:
    """Lists, search, feeds, trends and the widget leave it out; its id still answers."""
    return _set(hand, event_id, Field.HIDDEN, YES, asked or Act())


@router.post(**_at("show", "Show it again"))
def show(event_id: Known, hand: AtWork, asked: MayGiveReason = None) -> Response:
    """Takes `hide` back, whoever hid it."""
    return _set(hand, event_id, Field.HIDDEN, None, asked or Act())


@router.post(**_at("title", "Give it a title"))
def title(event_id: Known, hand: AtWork, asked: Annotated[Titling, example(title="Two desks, one filing")]) -> Response:
    """Stands until an editor takes it back."""
    return _set(hand, event_id, Field.TITLE, asked.title, asked)


@router.post(**_at("lead", "Choose the article that leads it"))
def lead(event_id: Known, hand: AtWork, asked: Annotated[Leading, example(article=ARTICLE_ID)]) -> Response:
    """Holds while the article stands in the event."""
    return _set(hand, event_id, Field.LEAD, asked.article, asked)


@router.post(**_at("theme", "Say what it is about"))
def theme(event_id: Known, hand: AtWork, asked: Annotated[Theming, example(theme="exchanges")]) -> Response:
    """Becomes the primary theme, by which lists are narrowed."""
    return _set(hand, event_id, Field.THEME, asked.theme, asked)


@router.post(**_at("signal", "Set its level"))
def signal(
    event_id: Known, hand: AtWork, asked: Annotated[Grading, example(level="low", reason="The vote was last week.")]
) -> Response:
    """Lists sort and show this level; the automatic one and its reasons stay to be seen beside it."""
    return _set(hand, event_id, Field.SIGNAL, asked.level, asked)


@router.post(**_at("note", "Write something down about it"))
def note(event_id: Known, hand: AtWork, asked: Annotated[Noting, example(text="Ask the exchange again.")]) -> Response:
    """For editors alone: readers see nothing of it."""
    return hand.done(asked.versions, lambda desk: desk.note(event_id, asked.text, asked.versions))


@router.post(**_at("dismiss", "Want a suggestion no more"))
def dismiss(
    event_id: Known, hand: AtWork, asked: Annotated[Dismissing, example(kind="near_miss", reason="Two rulings.")]
) -> Response:
    """It leaves the queue. Two events that were near misses then count as told apart."""
    return hand.done(
        asked.versions,
        lambda desk: desk.dismiss(asked.kind, event_id, asked.other, about=asked.about, **asked.seen_because()),
    )


def _set(hand: Hand, event_id: str, field: Field, value: str | None, asked: Act) -> Response:
    return hand.done(asked.versions, lambda desk: desk.set(event_id, field, value, **asked.seen_because()))
