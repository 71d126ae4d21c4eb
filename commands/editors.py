"""`secondsource editors`: who may change events at the desk."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from api.store import EditorStore
from commands.errors import CannotStart
from commands.names import checked
from commands.preparing import address, prepare
from storage.settings import Settings


def sign_in_link(name: str, settings: Settings) -> str:
    """A link that signs an editor in once; the editor is added when new.

    Raises:
        CannotStart: when the name cannot be one, or the database is not ready.
    """
    return link_for(checked(name, "an editor"), prepare(settings, ()), settings)


def list_editors(settings: Settings) -> list[str]:
    """A line an editor: the name, and since when.

    Raises:
        CannotStart: when the database is not ready.
    """
    found = EditorStore(prepare(settings, ())).all()
    return [f"{name}  since {created_at:%Y-%m-%d}" for name, created_at in found] or ["nobody was invited yet"]


def remove_editor(name: str, settings: Settings) -> str:
    """Takes an editor's links and sessions away; a line that says so.

    Raises:
        CannotStart: when there is no such editor, or the database is not ready.
    """
    if not EditorStore(prepare(settings, ())).remove(name.strip()):
        raise CannotStart(f"there is no editor {name.strip()}: `secondsource editors list` names them")
    return f"{name.strip()} is signed out everywhere and has no link any more; what they did stays"


def link_for(name: str, engine: Engine, settings: Settings) -> str:
    """The link for an editor of a database that is open already."""
    return f"{address(settings)}/desk/sign-in?token={EditorStore(engine).invite(name, datetime.now(UTC))}"
