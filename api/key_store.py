"""The queries of api on keys: who may do more than read now and then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

import structlog
from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import DBAPIError

from api.administration import COMMAND_LINE, MeasureType
from api.administration_store import must_administer, write_measure
from api.name_store import take_name
from api.scopes import Scope
from api.tables import api_keys
from api.tokens import new_token, token_hash
from storage.engine import reading, writing
from storage.ids import new_id

PREFIX = "ssk_"  # by which a person, or a scanner of repositories, sees what a token is

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is valid: for whom, and for what."""

    id: str
    name: str
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What is kept of a key. `last_used_on` is a day in UTC, None before the first use."""

    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


class KeyStore:
    """Keys. A token is shown once and kept as its SHA-256."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, name: str, scopes: Collection[Scope], now: datetime, by: str = COMMAND_LINE) -> str:
        """The token of a new key.

        Raises:
            BadName: when a key or an editor has this name, or had.
            NotAdmin: when `by` is none.
        """
        token = PREFIX + new_token()
        row = {
            "id": new_id("key"),
            "name": name,
            "token_hash": token_hash(token),
            "scopes": " ".join(sorted(scopes)),
            "created_at": now,
        }
        with writing(self._engine) as connection:
            must_administer(connection, by)
            take_name(connection, name, is_key=True)
            connection.execute(insert(api_keys).values(**row))
            write_measure(connection, MeasureType.CREATE_KEY, name, by, now, ", ".join(sorted(scopes)))
        return token

    def all(self) -> list[KeyRecord]:
        """Every key there is or was, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.name)).all()
        return [
            KeyRecord(row.name, _scopes(row.scopes), row.created_at, row.last_used_on, row.revoked_at) for row in rows
        ]

    def revoke(self, name: str, now: datetime, by: str = COMMAND_LINE) -> bool:
        """Ends a key for ever. False when no valid key has this name.

        Raises:
            NotAdmin: when `by` is none.
        """
        valid = (api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
        with writing(self._engine) as connection:
            must_administer(connection, by)
            if not connection.execute(update(api_keys).where(*valid).values(revoked_at=now)).rowcount:
                return False
            write_measure(connection, MeasureType.REVOKE_KEY, name, by, now)
        return True

    def find(self, token: str, now: datetime) -> Key | None:
        """The valid key of a token, which counts as used today; None when there is none."""
        this = (api_keys.c.token_hash == token_hash(token), api_keys.c.revoked_at.is_(None))
        with reading(self._engine) as connection:
            row = connection.execute(select(api_keys).where(*this)).one_or_none()
        if row is None:
            return None
        today = now.astimezone(UTC).date()
        if row.last_used_on != today:
            self._note_use(row.id, today)
        return Key(row.id, row.name, frozenset(_scopes(row.scopes)))

    def _note_use(self, key_id: str, day: date) -> None:
        try:
            with writing(self._engine) as connection:
                connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_on=day))
        except DBAPIError:  # its writer is busy for long, or its disk full: no reason to refuse a reader
            log.warning("key_use_not_noted", key_id=key_id)


def _scopes(stored: str) -> tuple[Scope, ...]:
    return tuple(Scope(word) for word in stored.split())
