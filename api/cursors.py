"""Opaque cursors: the sort and the sort values of the last row shown, so that no later row is lost."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

MAX_INTEGER = 2**31 - 1  # what an Integer column of PostgreSQL can be compared with
MAX_STRING = 100

Value = str | int | datetime
_SHAPES: dict[str, tuple[type, ...]] = {
    "signal": (int, int, datetime, str),
    "recency": (datetime, str),
    "sources": (int, datetime, str),
    "articles": (datetime, str),
    "history": (int,),
    "search": (int, int, datetime, str),
    "assets": (int,),
    "publishers": (str,),
    "deliveries": (int,),
    "audit": (int,),
    "queue": (int, datetime, str, str, str),
}


class CursorError(ValueError):
    """A cursor that this API never gave out, or gave out for another sort."""


def encode(sort: str, values: Sequence[Value]) -> str:
    """A cursor that goes on behind these values of this sort."""
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([sort, *plain]).encode()).decode().rstrip("=")


def decode(cursor: str, sort: str) -> tuple[Any, ...]:
    """The values inside a cursor, of the types that this sort has.

    Raises:
        CursorError: when it does not hold values of this sort.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeError, binascii.Error, json.JSONDecodeError, RecursionError) as error:
        raise CursorError("This is not a cursor of this API.") from error
    if not isinstance(found, list) or found[:1] != [sort] or len(found) != len(_SHAPES[sort]) + 1:
        raise CursorError("This cursor belongs to another list or another sort.")
    return tuple(_value(one, kind) for one, kind in zip(found[1:], _SHAPES[sort], strict=True))


def _value(found: object, kind: type) -> Value:
    if kind is int and type(found) is int and abs(found) <= MAX_INTEGER:
        return found
    if kind is str and isinstance(found, str) and len(found) <= MAX_STRING and found.isprintable():
        return found
    if kind is datetime and isinstance(found, str):
        return _instant(found)
    raise CursorError("This is not a cursor of this API.")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CursorError("This is not a cursor of this API.") from error
    if instant.utcoffset() is None or instant.tzinfo != UTC:
        raise CursorError("This is not a cursor of this API.")
    return instant
