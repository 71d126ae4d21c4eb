"""`secondsource editors`: who may change events at the desk."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from api.store import EditorStore
from commands.errors import CannotStart
from commands.preparing import address, prepare
from storage.settings import Settings

MAX_NAME = 40  # characters; it stands in the record of every action


def sign_in_link(name: str, settings: Settings) -> str:
    """A link that signs an editor in once; the editor is added when new.

    Raises:
        CannotStart: when the name cannot be one, or the database is not ready.
    """
    if not 0 < len(name.strip()) <= MAX_NAME or not name.isprintable():
        raise CannotStart(f"an editor's name has 1 to {MAX_NAME} printable characters")
    return link_for(name.strip(), prepare(settings, ()), settings)


def link_for(name: str, engine: Engine, settings: Settings) -> str:
    """The link for an editor of a database that is open already."""
    return f"{address(settings)}/desk/sign-in?token={EditorStore(engine).invite(name, datetime.now(UTC))}"
