"""`secondsource keys`: who may ask the API for more than everybody may."""

from collections.abc import Collection
from datetime import UTC, datetime

from api import names
from api.key_store import KeyRecord, KeyStore
from api.known_keys import KNOWN_FOR_SECONDS
from api.scopes import Scope
from commands.errors import CannotStart
from commands.preparing import prepare
from storage.settings import Settings


def create_key(name: str, scopes: Collection[Scope], settings: Settings) -> str:
    """A new key, which nobody can be shown again.

    Raises:
        CannotStart: when the name cannot be one or is taken, or the database is not ready.
    """
    engine = prepare(settings, ())
    try:
        return KeyStore(engine).create(names.checked(name, "a key"), scopes, datetime.now(UTC))
    except names.BadName as error:
        raise CannotStart(str(error)) from error


def list_keys(settings: Settings) -> list[str]:
    """A line a key: name, scopes, since when, the last day it was used, whether it was revoked.

    Raises:
        CannotStart: when the database is not ready.
    """
    return [_line(key) for key in KeyStore(prepare(settings, ())).all()] or ["there are no keys yet"]


def revoke_key(name: str, settings: Settings) -> str:
    """Ends a key; a line that says so.

    Raises:
        CannotStart: when there is no such key, or the database is not ready.
    """
    if not KeyStore(prepare(settings, ())).revoke(name.strip(), datetime.now(UTC)):
        raise CannotStart(f"there is no key {name.strip()} to revoke: `secondsource keys list` names them")
    return f"{name.strip()} opens nothing any more, within {KNOWN_FOR_SECONDS:.0f} seconds everywhere"


def _line(key: KeyRecord) -> str:
    used = f"last used {key.last_used_on}" if key.last_used_on else "never used"
    revoked = [f"revoked {key.revoked_at:%Y-%m-%d}"] if key.revoked_at else []
    return "  ".join([key.name, ",".join(key.scopes), f"since {key.created_at:%Y-%m-%d}", used, *revoked])
