"""The queries of api on people: who may edit, what else they may do, and the links and passwords they sign in with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from api.administration import COMMAND_LINE, MeasureType
from api.administration_store import write_measure
from api.roles import Role
from api.tables import editors, sessions, sign_in_links
from api.tokens import new_token, token_hash
from storage.engine import reading, writing
from storage.ids import new_id
from storage.upserting import insert_missing

LINK_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Editor:
    """Who may change events. The name stands in the record of every action."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Session:
    """An editor who is signed in; every form they send carries `form_token`."""

    editor: Editor
    form_token: str
    may_reset: bool  # signed in by a link just now, which stands for the password
    was_renewed: bool  # just now: the browser has to be told

    @property
    def is_admin(self) -> bool:
        """Whether people and keys are theirs to administer."""
        return self.editor.role is Role.ADMIN


@dataclass(frozen=True, slots=True)
class Person:
    """An editor as those who administer see one. `last_seen_at` is None before the first request, right to minutes."""

    name: str
    role: Role
    has_password: bool
    created_at: datetime
    last_seen_at: datetime | None


class LastAdmin(Exception):
    """Nobody would be left to administer; the message says what to do, without its dot."""


class EditorStore:
    """Editors, their links and passwords. A link's token is shown once and kept as its SHA-256."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def invite(self, name: str, now: datetime, role: Role = Role.EDITOR, by: str = COMMAND_LINE) -> str:
        """The token of a link that signs an editor in once, within LINK_LASTS.

        Who is new is added with the role, the first of all as an admin; who is there keeps theirs.
        """
        token = new_token()
        with writing(self._engine) as connection:
            connection.execute(delete(sign_in_links).where(sign_in_links.c.expires_at <= now))
            given = role if connection.scalar(select(func.count()).select_from(editors)) else Role.ADMIN
            new = {"id": new_id("edr"), "name": name, "created_at": now, "role": given}
            is_new = insert_missing(connection, editors, [new]) > 0
            editor_id = connection.scalar(select(editors.c.id).where(editors.c.name == name))
            row = {"token_hash": token_hash(token), "editor_id": editor_id, "expires_at": now + LINK_LASTS}
            connection.execute(insert(sign_in_links).values(**row))
            type = MeasureType.INVITE if is_new else MeasureType.NEW_LINK
            write_measure(connection, type, name, by, now, given if is_new else "")
        return token

    def all(self) -> list[Person]:
        """Everybody, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(editors).order_by(editors.c.name)).all()
        return [
            Person(row.name, Role(row.role), row.password_hash is not None, row.created_at, row.last_seen_at)
            for row in rows
        ]

    def is_there(self, name: str) -> bool:
        """Whether an editor has this name."""
        with reading(self._engine) as connection:
            return connection.scalar(select(editors.c.id).where(editors.c.name == name)) is not None

    def remove(self, name: str, now: datetime, by: str = COMMAND_LINE) -> bool:
        """Takes an editor's links and sessions away; what they did stays. False when nobody has this name.

        Raises:
            LastAdmin: when editors would be left, and no admin among them.
        """
        with writing(self._engine) as connection:
            editor_id = _locked(connection, name)
            if editor_id is None:
                return False
            if connection.scalar(select(func.count()).select_from(editors)) != 1:
                _keep_an_admin(connection, editor_id, name)
            _sign_out(connection, editor_id)
            connection.execute(delete(editors).where(editors.c.id == editor_id))
            write_measure(connection, MeasureType.REMOVE, name, by, now)
            return True

    def give_role(self, name: str, role: Role, now: datetime, by: str = COMMAND_LINE) -> bool:
        """Gives an editor a role, from their next request on. False when nobody has this name.

        Raises:
            LastAdmin: when no admin would be left.
        """
        with writing(self._engine) as connection:
            editor_id = _locked(connection, name)
            if editor_id is None:
                return False
            if role is not Role.ADMIN:
                _keep_an_admin(connection, editor_id, name)
            connection.execute(update(editors).where(editors.c.id == editor_id).values(role=role))
            write_measure(connection, MeasureType.ROLE, name, by, now, role)
            return True

    def sign_out(self, name: str, now: datetime, by: str) -> bool:
        """Ends every session of an editor and voids the links made for them. False when nobody has this name."""
        with writing(self._engine) as connection:
            editor_id = _locked(connection, name)
            if editor_id is None:
                return False
            _sign_out(connection, editor_id)
            write_measure(connection, MeasureType.SIGN_OUT, name, by, now)
            return True

    def password_of(self, name: str) -> tuple[str, str | None] | None:
        """The id and the password's hash of who has a name; None when nobody has."""
        query = select(editors.c.id, editors.c.password_hash).where(editors.c.name == name)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return (row.id, row.password_hash) if row else None

    def set_password(self, editor: Editor, hashed: str, now: datetime) -> None:
        """Gives an editor a password, by themselves. Ends every session of theirs and voids their links."""
        with writing(self._engine) as connection:
            connection.execute(update(editors).where(editors.c.id == editor.id).values(password_hash=hashed))
            _sign_out(connection, editor.id)
            write_measure(connection, MeasureType.PASSWORD, editor.name, editor.name, now)

    def keep_hash(self, editor_id: str, former: str, hashed: str) -> None:
        """Keeps the same password's hash by today's parameters, unless the password was changed meanwhile."""
        this = (editors.c.id == editor_id, editors.c.password_hash == former)
        with writing(self._engine) as connection:
            connection.execute(update(editors).where(*this).values(password_hash=hashed))


def _locked(connection: Connection, name: str) -> str | None:
    """The id of who has a name. All admins are locked, in one order: two who take the role from each other wait."""
    query = select(editors.c.id).where((editors.c.role == Role.ADMIN) | (editors.c.name == name))
    connection.execute(query.order_by(editors.c.id).with_for_update()).all()
    found: str | None = connection.scalar(select(editors.c.id).where(editors.c.name == name))
    return found


def _keep_an_admin(connection: Connection, without: str, name: str) -> None:
    others = select(editors.c.id).where(editors.c.role == Role.ADMIN, editors.c.id != without)
    if connection.scalar(others.limit(1)) is None:
        raise LastAdmin(f"{name} is the only admin: make somebody else one first")


def _sign_out(connection: Connection, editor_id: str) -> None:
    for table in (sign_in_links, sessions):
        connection.execute(delete(table).where(table.c.editor_id == editor_id))
