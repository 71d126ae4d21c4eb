"""What the front page is narrowed to: read from its address, and said again in words and links that keep the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api import words
from api.parameters import EventQuery
from cluster.assets import listed_assets
from ingest.article import Publisher
from storage.complaints import OURS, complaint

# The order in which addresses have them, so that one view has one address.
CONDITIONS = (
    "q", "asset", "theme", "type", "signal", "min_sources", "publisher", "exclude_publisher", "status", "from", "to",
    "updated_since",
)  # fmt: skip
KEPT = (*CONDITIONS, "sort", "limit")
END_OF_DAY = "T23:59:59Z"
FOLLOWED = {"asset", "theme", "signal"}  # what the stream can be narrowed to


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that the list is narrowed to, in words, and the address of the page without it."""

    name: str
    words: str
    without: str


def given_in(params: Mapping[str, str]) -> dict[str, str]:
    """What an address asks for, in one order; empty fields, which a form sends too, and what we do not know left out.

    An asset may be given by its name.
    """
    given = {name: value for name in (*KEPT, "cursor") if (value := params.get(name, "").strip())}
    if symbol := _symbol(given.get("asset", "")):
        given["asset"] = symbol
    return {name: value for name, value in given.items() if (name, value) != ("sort", "signal")}


def read_query(given: Mapping[str, str]) -> EventQuery:
    """The query; a day without an hour, as date fields send it, is meant to its end.

    Raises:
        RequestValidationError: for a value that does not parse.
    """
    until = {"to": given["to"] + END_OF_DAY} if len(given.get("to", "")) == len("2026-11-24") else {}
    try:
        return EventQuery.model_validate({**given, **until})
    except ValidationError as error:
        failed = [
            {**one, "type": OURS, "loc": ("query", *one["loc"]), "msg": _complaint(one)} for one in error.errors()
        ]
        raise RequestValidationError(failed) from error


def address(given: Mapping[str, str], **changed: str | None) -> str:
    """The front page's address with these parameters, some changed or, by None, left out; the cursor always is."""
    kept = {name: value for name, value in ({"cursor": None, **given, **changed}).items() if name in KEPT and value}
    return f"/?{urlencode(kept)}" if kept else "/"


def conditions(given: Mapping[str, str], publishers: Sequence[Publisher]) -> list[Condition]:
    """What the list is narrowed to; publishers by their names where they are known."""
    names = {one.id: one.name for one in publishers}
    return [
        Condition(name, condition_words(name, given[name], names), address(given, **{name: None}))
        for name in CONDITIONS
        if name in given
    ]


def stream_address(given: Mapping[str, str]) -> str | None:
    """Where changes of these events are told; None for a view that the stream knows no changes of."""
    if not given.keys() <= FOLLOWED | {"sort"}:
        return None
    wanted = [(name, value) for name, value in given.items() if name in FOLLOWED]
    return f"/v1/stream?{urlencode([*wanted, ('type', 'described'), ('type', 'merged'), ('type', 'removed')])}"


def plain_words(name: str) -> str:
    """One of our own names for readers: `Press release`."""
    return name.replace("_", " ").capitalize()


def condition_words(name: str, value: str, publishers: Mapping[str, str]) -> str:
    """One of CONDITIONS for readers; `publishers` are names by id, whose id stands where that is unknown."""
    match name:
        case "q":
            return f"“{value}”"
        case "theme":
            return words.theme_words(value)
        case "type":
            return plain_words(value)
        case "signal":
            return words.LEVEL_WORDS.get(value, value)
        case "min_sources":
            return f"{value} or more sources" if value != "1" else "1 source or more"
        case "publisher":
            return f"reported by {publishers.get(value, value)}"
        case "exclude_publisher":
            return f"not reported by {publishers.get(value, value)}"
        case "from" | "to" | "updated_since":
            return f"{name.replace('_', ' ')} {value}"
    return value


def _complaint(failed: ErrorDetails) -> str:
    if failed["loc"] == ("asset",):
        return "a ticker such as BTC, or a coin's name"
    return complaint(failed)


def _symbol(named: str) -> str | None:
    return next((asset.symbol for asset in listed_assets() if asset.name.lower() == named.lower()), None)
