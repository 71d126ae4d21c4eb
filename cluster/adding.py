"""Places the articles that editors added by their addresses, each once, and writes it down as the editor's action."""

from datetime import datetime

import structlog
from sqlalchemy import Engine

from cluster import regrouping_by_hand
from cluster.acting import Acting
from cluster.action import Action
from cluster.changes import change_events
from cluster.following_up import follow_up
from cluster.reading_store import ReadingStore
from cluster.refusing import Refused
from ingest.addition import Addition, AdditionState
from ingest.addition_store import AdditionStore
from storage.outage import is_outage, no_attempt

UNREADABLE = "The article was stored, but it broke whatever read it."
ANOTHER_LANGUAGE = "The article is in a language that is not compared, so it confirms nothing here."

log = structlog.get_logger()


def place_added(engine: Engine, now: datetime) -> list[Action]:
    """Places what was fetched and read meanwhile; what cannot be placed is refused with a sentence."""
    done = [_end(one, engine, now) for one in AdditionStore(engine).fetched()]
    return [action for action in done if action]


def _end(addition: Addition, engine: Engine, now: datetime) -> Action | None:
    additions = AdditionStore(engine)
    if not _is_ready(addition, engine) or not additions.begin_placing(addition.id):
        return None
    try:
        with no_attempt(lambda: additions.take_placing_back(addition.id)):
            action = _place_or_refuse(addition, engine, now)
    except Exception as error:  # one that breaks must not keep the others waiting; it is tried three times
        if is_outage(error):
            raise
        log.exception("addition not placed", addition=addition.id)
        return None
    if action:
        log.info("article added", addition=addition.id, article=addition.article_id, action=action.seq)
        follow_up(action.draft, engine=engine, now=now)
    return action


def _is_ready(addition: Addition, engine: Engine) -> bool:
    """Whether the article was read, and stands where rules put it, unless it is the editors' alone."""
    readings, article_id = ReadingStore(engine), addition.article_id or ""
    found = readings.get_many([article_id]).get(article_id)
    if found is None:
        if readings.given_up([article_id]):
            AdditionStore(engine).refuse(addition.id, UNREADABLE)
        return False
    if not found.facts.language_supported:
        AdditionStore(engine).refuse(addition.id, ANOTHER_LANGUAGE)
        return False
    return not readings.waits(article_id)


def _place_or_refuse(addition: Addition, engine: Engine, now: datetime) -> Action | None:
    try:
        return _place(addition, engine, now)
    except Refused as refused:
        AdditionStore(engine).refuse(addition.id, str(refused))
        return None


def _place(addition: Addition, engine: Engine, now: datetime) -> Action | None:
    """The action, written with the end of its request in one transaction; None when another worker was quicker."""
    with change_events(engine, by=addition.by, at=now) as ledger:
        additions = AdditionStore(ledger.connection)
        current = additions.get(addition.id)
        if current is None or current.state is not AdditionState.FETCHED or current.article_id is None:
            return None
        act = Acting(ledger, current.reason, current.url)
        action = regrouping_by_hand.add(act, current.article_id, current.event_id)
        additions.end_placing(current.id, action.seq)
    return action
