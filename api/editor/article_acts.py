"""`POST /v1/editor/articles/{id}/move`, `/pairs` and `/undo`: what editors' programs do to articles and to actions."""

from typing import Annotated

from starlette.responses import Response

from api.editor.acting import ANSWERS, AtWork, example
from api.editor.bodies import Moving, Pairing, Undoing
from api.editor.router import router_for_editors
from api.parameters import ArticleId
from api.promises import promised
from api.reads import NO_ARTICLE, find_article
from api.replies import ARTICLE_ID, OTHER_ARTICLE_ID, OTHER_EVENT_ID

router = router_for_editors()


@router.post("/pairs", summary="Say what belongs together", response_model=None, responses=ANSWERS)
def pair(
    hand: AtWork,
    asked: Annotated[Pairing, example(link="must_link", article=ARTICLE_ID, other=OTHER_ARTICLE_ID)],
) -> Response:
    """Two articles must, or cannot, stand in one event, whatever the rules say from then on."""
    return hand.done(
        asked.versions, lambda desk: desk.link(asked.article, asked.other, asked.link, **asked.seen_because())
    )


@router.post(
    "/articles/{article_id}/move",
    summary="Put an article into another event",
    response_model=None,
    responses={**ANSWERS, 404: promised(404, "The id was never given out.", NO_ARTICLE)},
)
def move(article_id: ArticleId, hand: AtWork, asked: Annotated[Moving, example(event=OTHER_EVENT_ID)]) -> Response:
    """Into the event named or, with null, into one of its own."""
    article = find_article(hand.service, article_id)
    return hand.done(asked.versions, lambda desk: desk.move([article.id], asked.event, **asked.seen_because()))


@router.post("/undo", summary="Take an action back", response_model=None, responses=ANSWERS)
def undo(hand: AtWork, asked: Annotated[Undoing, example(seq=1)]) -> Response:
    """Everything is as before it, whoever did it. Where a later action depends on it, the 409 names that one."""
    return hand.done({}, lambda desk: desk.undo(asked.seq, asked.reason))
