"""The queries of api: editors, the links they sign in with, and their sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from api.tables import editors, sessions, sign_in_links
from api.tokens import new_token, token_hash
from storage.engine import reading, writing
from storage.ids import new_id
from storage.upserting import insert_missing

LINK_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Editor:
    """Who may change events. The name stands in the record of every action."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Session:
    """An editor who is signed in; every form they send carries `form_token`."""

    editor: Editor
    form_token: str


class EditorStore:
    """Editors and how they are signed in. A token is shown once and kept as its SHA-256."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def invite(self, name: str, now: datetime) -> str:
        """The token of a link that signs an editor in once, within LINK_LASTS; the editor is added when new."""
        token = new_token()
        with writing(self._engine) as connection:
            connection.execute(delete(sign_in_links).where(sign_in_links.c.expires_at <= now))
            insert_missing(connection, editors, [{"id": new_id("edr"), "name": name, "created_at": now}])
            editor_id = connection.scalar(select(editors.c.id).where(editors.c.name == name))
            row = {"token_hash": token_hash(token), "editor_id": editor_id, "expires_at": now + LINK_LASTS}
            connection.execute(insert(sign_in_links).values(**row))
        return token

    def all(self) -> list[tuple[str, datetime]]:
        """The name of each editor and since when they are one, by name."""
        query = select(editors.c.name, editors.c.created_at).order_by(editors.c.name)
        with reading(self._engine) as connection:
            return [(row.name, row.created_at) for row in connection.execute(query)]

    def remove(self, name: str) -> bool:
        """Takes an editor's links and sessions away; what they did stays. False when nobody has this name."""
        with writing(self._engine) as connection:
            editor_id = connection.scalar(select(editors.c.id).where(editors.c.name == name).with_for_update())
            if editor_id is None:
                return False
            for table, column in ((sign_in_links, "editor_id"), (sessions, "editor_id"), (editors, "id")):
                connection.execute(delete(table).where(table.c[column] == editor_id))
            return True

    def sign_in(self, token: str, now: datetime) -> str | None:
        """The token of a new session for whoever holds a link's token, which is used up; None when it is not valid."""
        this = (sign_in_links.c.token_hash == token_hash(token), sign_in_links.c.expires_at > now)
        session = new_token()
        with writing(self._engine) as connection:
            editor_id = connection.scalar(select(sign_in_links.c.editor_id).where(*this).with_for_update())
            if editor_id is None:
                return None
            connection.execute(delete(sign_in_links).where(*this))
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            row = {"token_hash": token_hash(session), "editor_id": editor_id, "expires_at": now + SESSION_LASTS}
            connection.execute(insert(sessions).values(form_token=new_token(), **row))
        return session

    def session(self, token: str, now: datetime) -> Session | None:
        """The session of a token; None when it is not valid, or not any more."""
        query = select(editors.c.id, editors.c.name, sessions.c.form_token).join_from(sessions, editors)
        this = (sessions.c.token_hash == token_hash(token), sessions.c.expires_at > now)
        with reading(self._engine) as connection:
            row = connection.execute(query.where(*this)).one_or_none()
        return Session(Editor(row.id, row.name), row.form_token) if row else None

    def sign_out(self, token: str) -> None:
        """Ends a session."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash(token)))
