"""The queries of api on sessions: how they begin, are renewed and end."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from api.roles import Role
from api.store import Editor, Session
from api.tables import editors, sessions, sign_in_links
from api.tokens import new_token, token_hash
from storage.engine import reading, writing

SESSION_LASTS = timedelta(days=14)  # without a request
SESSION_ENDS_AFTER = timedelta(days=90)  # however often it is used
RENEWED_EVERY = timedelta(minutes=15)  # a page that is looked at writes no more often
LINK_IS_FRESH_FOR = timedelta(hours=1)

log = structlog.get_logger()


class SessionStore:
    """Who is signed in. A session's token is known to one browser and kept as its SHA-256."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_link(self, token: str, now: datetime) -> str | None:
        """The token of a new session for whoever holds a link's token, which is used up; None when it is not valid."""
        this = (sign_in_links.c.token_hash == token_hash(token), sign_in_links.c.expires_at > now)
        with writing(self._engine) as connection:
            editor_id = connection.scalar(select(sign_in_links.c.editor_id).where(*this))
            if editor_id is None or not _is_held(connection, editors.c.id == editor_id):
                return None
            if not connection.execute(delete(sign_in_links).where(*this)).rowcount:
                return None  # somebody was quicker
            return _begun(connection, editor_id, now, is_by_link=True)

    def by_password(self, editor_id: str, checked: str, now: datetime) -> str | None:
        """The token of a new session for whose password was checked against a hash; None if that is theirs no more."""
        this = (editors.c.id == editor_id, editors.c.password_hash == checked)
        with writing(self._engine) as connection:
            if not _is_held(connection, *this):
                return None
            return _begun(connection, editor_id, now, is_by_link=False)

    def find(self, token: str, now: datetime) -> Session | None:
        """The session of a token, which is renewed now and then; None when it is not valid, or not any more."""
        this = (sessions.c.token_hash == token_hash(token), sessions.c.expires_at > now)
        query = select(sessions, editors.c.id, editors.c.name, editors.c.role).join_from(sessions, editors)
        with reading(self._engine) as connection:
            row = connection.execute(query.where(*this)).one_or_none()
        if row is None:
            return None
        is_due = now - row.seen_at >= RENEWED_EVERY
        try:
            if is_due and not self._renew(row.token_hash, row.editor_id, row.began_at, now):
                return None
        except DBAPIError:  # its writer is busy for long, or its disk full: a request that comes later renews it
            log.warning("session_not_renewed", editor_id=row.editor_id)
            is_due = False
        may_reset = row.is_by_link and now - row.began_at < LINK_IS_FRESH_FOR
        return Session(Editor(row.id, row.name, Role(row.role)), row.form_token, may_reset, was_renewed=is_due)

    def end(self, token: str) -> None:
        """Ends a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))

    def _renew(self, kept_as: str, editor_id: str, began_at: datetime, now: datetime) -> bool:
        """Whether it is there still."""
        ends_at = min(now + SESSION_LASTS, began_at + SESSION_ENDS_AFTER)
        renewed = update(sessions).where(sessions.c.token_hash == kept_as).values(seen_at=now, expires_at=ends_at)
        this = editors.c.id == editor_id
        with writing(self._engine) as connection:
            if not _is_held(connection, this) or not connection.execute(renewed).rowcount:
                return False
            connection.execute(update(editors).where(this).values(last_seen_at=now))
            return True


def _is_held(connection: Connection, *this: ColumnElement[bool]) -> bool:
    """Whether there is such an editor, whose row is held from now on: before any link or session is touched."""
    return connection.scalar(select(editors.c.id).where(*this).with_for_update()) is not None


def _begun(connection: Connection, editor_id: str, now: datetime, is_by_link: bool) -> str:
    token = new_token()
    row = {
        "token_hash": token_hash(token),
        "editor_id": editor_id,
        "form_token": new_token(),
        "is_by_link": is_by_link,
        "began_at": now,
        "seen_at": now,
        "expires_at": now + SESSION_LASTS,
    }
    connection.execute(delete(sessions).where(sessions.c.editor_id == editor_id, sessions.c.expires_at <= now))
    connection.execute(insert(sessions).values(**row))
    connection.execute(update(editors).where(editors.c.id == editor_id).values(last_seen_at=now))
    return token
