"""The queries on articles that editors add by their addresses: who waits, who is at work, how each ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, insert, or_, select, update

from ingest.addition import Addition, AdditionState
from ingest.article import Article
from ingest.store import ArticleStore
from ingest.tables import additions, articles
from storage.engine import Database, reading, wait_for_turn, writing
from storage.instants import has_come

MAX_ATTEMPTS = 3  # at fetching, and at placing again
MOST_OPEN = 50  # a worker fetches some of a site a minute, and a person looks at what comes of them
CLAIMED_FOR = timedelta(seconds=90)  # longer than a task may take; a killed worker's claim then runs out
BROKE = "Three attempts broke off without a result. Look at the page, and ask again if it is an article."
TAKEN_BACK = "This article was taken back by its publisher, or removed here."
_ASKING = 0x5EC0A  # beside the turn of claiming feeds
_OPEN = (AdditionState.WAITING, AdditionState.FETCHED)


class AdditionStore:
    """Requests. Each ends in one state that is an end, and no step of it is taken twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, wanted: Addition) -> Addition | None:
        """Keeps a request; one for the same address and event that is open already is returned in its place.

        None: too many are open.
        """
        same = (additions.c.url == wanted.url, additions.c.event_id == wanted.event_id)
        with writing(self._database) as connection:
            wait_for_turn(connection, _ASKING)  # a form that is sent twice asks once
            is_open = additions.c.state.in_(_OPEN)
            if found := connection.execute(select(additions).where(is_open, *same)).first():
                return _addition(found)
            if (connection.scalar(select(func.count()).where(is_open)) or 0) >= MOST_OPEN:
                return None
            row = {name: getattr(wanted, name) for name in ("id", "url", "event_id", "by", "at", "reason", "state")}
            connection.execute(insert(additions).values(**row, sentence="", attempts=0))
        return wanted

    def get(self, addition_id: str) -> Addition | None:
        """One request; None when there is none."""
        with reading(self._database) as connection:
            row = connection.execute(select(additions).where(additions.c.id == addition_id)).one_or_none()
            return _addition(row) if row else None

    def of_event(self, event_id: str, limit: int) -> list[Addition]:
        """What was asked for an event, newest first."""
        query = select(additions).where(additions.c.event_id == event_id)
        return self._read(query.order_by(additions.c.at.desc(), additions.c.id).limit(limit))

    def claim(self, now: datetime, limit: int) -> list[Addition]:
        """Claims what waits to be fetched, longest waiting first, and counts an attempt at each.

        What broke off too often is refused here, so that nothing is tried for ever.
        """
        free = or_(additions.c.claimed_until.is_(None), has_come(additions.c.claimed_until, now, CLAIMED_FOR))
        waiting = select(additions).where(additions.c.state == AdditionState.WAITING, free).order_by(additions.c.at)
        with writing(self._database) as connection:
            found = connection.execute(waiting.limit(limit).with_for_update(skip_locked=True)).all()
            worn = [row.id for row in found if row.attempts >= MAX_ATTEMPTS]
            refused = update(additions).where(additions.c.id.in_(worn))
            connection.execute(refused.values(state=AdditionState.REFUSED, sentence=BROKE))
            taken = [row for row in found if row.attempts < MAX_ATTEMPTS]
            claim = update(additions).where(additions.c.id.in_([row.id for row in taken]))
            connection.execute(claim.values(claimed_until=now + CLAIMED_FOR, attempts=additions.c.attempts + 1))
        return [_addition(row) for row in taken]

    def let_go(self, claimed: Sequence[Addition], claimed_at: datetime) -> None:
        """Gives back what was claimed at that instant and is not done: no attempt was made."""
        still = (additions.c.state == AdditionState.WAITING, additions.c.claimed_until == claimed_at + CLAIMED_FOR)
        these = update(additions).where(additions.c.id.in_([one.id for one in claimed]), *still)
        with writing(self._database) as connection:
            connection.execute(these.values(claimed_until=None, attempts=additions.c.attempts - 1))

    def end_fetching(self, addition: Addition, found: Article) -> str | None:
        """Stores a request's article, or finds it under its address; its id, None when the request has ended.

        Until a feed lists it, an article that is new is the editors' alone: see `articles.by_hand`.
        """
        this = (additions.c.id == addition.id, additions.c.state == AdditionState.WAITING)
        with writing(self._database) as connection:
            if connection.execute(select(additions.c.id).where(*this).with_for_update()).first() is None:
                return None  # another worker was quicker, after this one's claim had run out
            if ArticleStore(connection).add(found):
                connection.execute(update(articles).where(articles.c.id == found.id).values(by_hand=True))
            at_its_address = (articles.c.url == found.url, articles.c.removed_at.is_(None))
            known: str | None = connection.scalar(select(articles.c.id).where(*at_its_address))
            if known is None:
                ended: dict[str, Any] = {"state": AdditionState.REFUSED, "sentence": TAKEN_BACK}
            else:
                ended = {"state": AdditionState.FETCHED, "article_id": known, "attempts": 0, "claimed_until": None}
            connection.execute(update(additions).where(*this).values(**ended))
        return known

    def refuse(self, addition_id: str, sentence: str) -> None:
        """Ends a request that is open."""
        this = (additions.c.id == addition_id, additions.c.state.in_(_OPEN))
        with writing(self._database) as connection:
            connection.execute(update(additions).where(*this).values(state=AdditionState.REFUSED, sentence=sentence))

    def fetched(self) -> list[Addition]:
        """The requests whose articles are to be placed, oldest first."""
        query = select(additions).where(additions.c.state == AdditionState.FETCHED)
        return self._read(query.order_by(additions.c.at, additions.c.id))

    def begin_placing(self, addition_id: str) -> bool:
        """Counts an attempt at placing a request's article; False when it is not to be made."""
        this = (additions.c.id == addition_id, additions.c.state == AdditionState.FETCHED)
        gone = select(articles.c.id).where(articles.c.removed_at.is_not(None))
        is_gone = additions.c.article_id.in_(gone)
        again = update(additions).where(*this, additions.c.attempts < MAX_ATTEMPTS, ~is_gone)
        ended = case((is_gone, TAKEN_BACK), else_=BROKE)
        with writing(self._database) as connection:
            if connection.execute(again.values(attempts=additions.c.attempts + 1)).rowcount == 1:
                return True
            refused = update(additions).where(*this).values(state=AdditionState.REFUSED, sentence=ended)
            connection.execute(refused)
        return False

    def take_placing_back(self, addition_id: str) -> None:
        """Uncounts the attempt of `begin_placing` at a request that has not ended."""
        this = (additions.c.id == addition_id, additions.c.state == AdditionState.FETCHED, additions.c.attempts > 0)
        with writing(self._database) as connection:
            connection.execute(update(additions).where(*this).values(attempts=additions.c.attempts - 1))

    def end_placing(self, addition_id: str, action: int) -> None:
        """Ends a request with the action that placed its article."""
        this = update(additions).where(additions.c.id == addition_id)
        with writing(self._database) as connection:
            connection.execute(this.values(state=AdditionState.PLACED, action=action))

    def _read(self, query: Any) -> list[Addition]:
        with reading(self._database) as connection:
            return [_addition(row) for row in connection.execute(query)]


def _addition(row: Row[Any]) -> Addition:
    return Addition(
        id=row.id,
        url=row.url,
        event_id=row.event_id,
        by=row.by,
        at=row.at,
        reason=row.reason,
        state=AdditionState(row.state),
        sentence=row.sentence,
        article_id=row.article_id,
        action=row.action,
    )
