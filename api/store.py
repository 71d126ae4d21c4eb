"""The queries of api on people: who may edit, what else they may do, and the links and passwords they sign in with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from api.administration import COMMAND_LINE, MeasureType
from api.administration_store import must_administer, write_measure
from api.name_store import take_name
from api.names import folded
from api.roles import Role
from api.tables import editors, names, sessions, sign_in_links
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


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs an editor in by name: `password_hash` is None of whoever signs in by links alone."""

    editor_id: str
    password_hash: str | None


class LastAdmin(Exception):
    """Nobody would be left to administer; the message says what to do, without its dot."""


class EditorStore:
    """Editors, their links and passwords. A link's token is shown once and kept as its SHA-256."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, role: Role, now: datetime, by: str = COMMAND_LINE) -> str | None:
        """Adds an editor with the role, the first of all as an admin; the token of a link that signs them in once.

        None when there is an editor of this name.

        Raises:
            BadName: when somebody else bears or bore the name.
            NotAdmin: when `by` is none.
        """
        with writing(self._engine) as connection:
            if must_administer(connection, by, name) is not None or not _add(connection, name, role, now, by):
                return None
            return _link(connection, name, now)

    def link_for(self, name: str, now: datetime, by: str = COMMAND_LINE) -> str | None:
        """The token of a further link, valid for LINK_LASTS; None when nobody has this name.

        Raises:
            NotAdmin: when `by` is none.
        """
        with writing(self._engine) as connection:
            if must_administer(connection, by, name) is None:
                return None
            write_measure(connection, MeasureType.NEW_LINK, name, by, now)
            return _link(connection, name, now)

    def invite(self, name: str, now: datetime, role: Role = Role.EDITOR) -> str:
        """The token of a link for whom the command names: who is new is added, who is there keeps their role.

        Raises:
            BadName: when somebody else bears or bore the name.
        """
        with writing(self._engine) as connection:
            is_there = must_administer(connection, COMMAND_LINE, name) is not None
            if is_there or not _add(connection, name, role, now, COMMAND_LINE):
                write_measure(connection, MeasureType.NEW_LINK, name, COMMAND_LINE, now)
            return _link(connection, name, now)

    def all(self) -> list[Person]:
        """Everybody, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(editors).order_by(editors.c.name)).all()
        return [
            Person(row.name, Role(row.role), row.password_hash is not None, row.created_at, row.last_seen_at)
            for row in rows
        ]

    def remove(self, name: str, now: datetime, by: str = COMMAND_LINE) -> bool:
        """Takes an editor's links and sessions away; what they did stays. False when nobody has this name.

        Raises:
            LastAdmin: when no admin would be left. The command may remove the last editor of all.
            NotAdmin: when `by` is none.
        """
        with writing(self._engine) as connection:
            editor_id = must_administer(connection, by, name)
            if editor_id is None:
                return False
            if by != COMMAND_LINE or connection.scalar(select(func.count()).select_from(editors)) != 1:
                _keep_an_admin(connection, editor_id, name)
            _sign_out(connection, editor_id)
            connection.execute(delete(editors).where(editors.c.id == editor_id))
            write_measure(connection, MeasureType.REMOVE, name, by, now)
            return True

    def give_role(self, name: str, role: Role, now: datetime, by: str = COMMAND_LINE) -> bool:
        """Gives an editor a role, from their next request on. False when nobody has this name.

        Raises:
            LastAdmin: when no admin would be left.
            NotAdmin: when `by` is none.
        """
        with writing(self._engine) as connection:
            editor_id = must_administer(connection, by, name)
            if editor_id is None:
                return False
            if role is not Role.ADMIN:
                _keep_an_admin(connection, editor_id, name)
            connection.execute(update(editors).where(editors.c.id == editor_id).values(role=role))
            write_measure(connection, MeasureType.ROLE, name, by, now, role)
            return True

    def sign_out(self, name: str, now: datetime, by: str) -> bool:
        """Ends every session of an editor and voids the links made for them. False when nobody has this name.

        Raises:
            NotAdmin: when `by` is neither an admin nor the editor.
        """
        with writing(self._engine) as connection:
            editor_id = must_administer(connection, by, name, or_be_them=True)
            if editor_id is None:
                return False
            _sign_out(connection, editor_id)
            write_measure(connection, MeasureType.SIGN_OUT, name, by, now)
            return True

    def credentials(self, name: str) -> Credentials | None:
        """What signs in whoever has a name, however it is written; None when nobody has."""
        borne = select(editors.c.id, editors.c.password_hash).join(names, names.c.name == editors.c.name)
        with reading(self._engine) as connection:
            row = connection.execute(borne.where(names.c.folded == folded(name))).one_or_none()
        return Credentials(row.id, row.password_hash) if row else None

    def set_password(self, editor: Editor, hashed: str, now: datetime) -> None:
        """Gives an editor a password, by themselves. Ends every session of theirs and voids their links.

        Nothing happens when they were removed meanwhile.
        """
        changed = update(editors).where(editors.c.id == editor.id).values(password_hash=hashed)
        with writing(self._engine) as connection:
            if connection.execute(changed).rowcount:
                _sign_out(connection, editor.id)
                write_measure(connection, MeasureType.PASSWORD, editor.name, editor.name, now)

    def keep_hash(self, editor_id: str, former: str, hashed: str) -> None:
        """Keeps the same password's hash by today's parameters, unless the password was changed meanwhile."""
        this = (editors.c.id == editor_id, editors.c.password_hash == former)
        with writing(self._engine) as connection:
            connection.execute(update(editors).where(*this).values(password_hash=hashed))


def _add(connection: Connection, name: str, role: Role, now: datetime, by: str) -> bool:
    take_name(connection, name, is_key=False)
    given = role if connection.scalar(select(func.count()).select_from(editors)) else Role.ADMIN
    new = {"id": new_id("edr"), "name": name, "created_at": now, "role": given}
    if not insert_missing(connection, editors, [new]):
        return False
    write_measure(connection, MeasureType.INVITE, name, by, now, given)
    return True


def _link(connection: Connection, name: str, now: datetime) -> str:
    """The token of a link for an editor whose row is held, or new."""
    token = new_token()
    editor_id = connection.scalar(select(editors.c.id).where(editors.c.name == name))
    of_theirs = sign_in_links.c.editor_id == editor_id
    connection.execute(delete(sign_in_links).where(of_theirs, sign_in_links.c.expires_at <= now))
    row = {"token_hash": token_hash(token), "editor_id": editor_id, "expires_at": now + LINK_LASTS}
    connection.execute(insert(sign_in_links).values(**row))
    return token


def _keep_an_admin(connection: Connection, without: str, name: str) -> None:
    others = select(editors.c.id).where(editors.c.role == Role.ADMIN, editors.c.id != without)
    if connection.scalar(others.limit(1)) is None:
        raise LastAdmin(f"{name} is the only admin: make somebody else one first")


def _sign_out(connection: Connection, editor_id: str) -> None:
    for table in (sign_in_links, sessions):
        connection.execute(delete(table).where(table.c.editor_id == editor_id))
