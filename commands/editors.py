"""`secondsource editors`: who may change events at the desk."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from api import names
from api.roles import Role
from api.store import EditorStore, LastAdmin, Person
from commands.errors import CannotStart
from commands.preparing import address, prepare
from storage.settings import Settings

NOBODY = "there is no editor {}: `secondsource editors list` names them"


def sign_in_link(name: str, role: Role, settings: Settings) -> str:
    """A link that signs an editor in once; who is new is added with the role, who is there keeps theirs.

    Raises:
        CannotStart: when the name cannot be one, or the database is not ready.
    """
    engine = prepare(settings, ())
    try:
        return link_for(name, role, engine, settings)
    except names.BadName as error:
        raise CannotStart(str(error)) from error


def list_editors(settings: Settings) -> list[str]:
    """A line an editor: name, role, since when, when last seen, how they sign in.

    Raises:
        CannotStart: when the database is not ready.
    """
    return [_line(one) for one in EditorStore(prepare(settings, ())).all()] or ["nobody was invited yet"]


def remove_editor(name: str, settings: Settings) -> str:
    """Takes an editor's links and sessions away; a line that says so.

    Raises:
        CannotStart: when there is no such editor, no admin would be left, or the database is not ready.
    """
    wanted = name.strip()
    try:
        if not EditorStore(prepare(settings, ())).remove(wanted, datetime.now(UTC)):
            raise CannotStart(NOBODY.format(wanted))
    except LastAdmin as error:
        raise CannotStart(str(error)) from error
    return f"{wanted} is signed out everywhere and has no link any more; what they did stays"


def give_role(name: str, role: Role, settings: Settings) -> str:
    """Makes an editor an admin, or one no more; a line that says so.

    Raises:
        CannotStart: when there is no such editor, no admin would be left, or the database is not ready.
    """
    wanted = name.strip()
    try:
        if not EditorStore(prepare(settings, ())).give_role(wanted, role, datetime.now(UTC)):
            raise CannotStart(NOBODY.format(wanted))
    except LastAdmin as error:
        raise CannotStart(str(error)) from error
    return f"{wanted} is {'an admin' if role is Role.ADMIN else 'an editor'} now"


def link_for(name: str, role: Role, engine: Engine, settings: Settings) -> str:
    """The link for an editor of a database that is open already.

    Raises:
        BadName: when nobody can be called that.
    """
    token = EditorStore(engine).invite(names.checked(name, "an editor"), datetime.now(UTC), role)
    return f"{address(settings)}/desk/sign-in?token={token}"


def _line(one: Person) -> str:
    seen = f"last seen {one.last_seen_at:%Y-%m-%d}" if one.last_seen_at else "never seen"
    ways = "by password or link" if one.has_password else "by link"
    return "  ".join([one.name, one.role, f"since {one.created_at:%Y-%m-%d}", seen, ways])
