"""The publishers we know by name: read from publishers.toml."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ingest.article import Kind, Publisher, Standing


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed's address and how it is to be read."""

    url: str
    enabled: bool = True  # an off one is listed and never polled
    language: str | None = None  # BCP 47; None: its publisher's
    folder: str | None = None  # where an imported list had it, "News/Asia"


@dataclass(frozen=True, slots=True)
class Listed:
    """A publisher and its feeds."""

    publisher: Publisher
    feeds: tuple[ListedFeed, ...]
    keeps_text: timedelta | None = None  # for how long it grants that its full texts are kept; None: it said nothing


def listed_publishers() -> list[Listed]:
    """Every publisher of publishers.toml, in its order."""
    return listed_in((Path(__file__).parent / "publishers.toml").read_text(encoding="utf-8"))


def listed_in(text: str) -> list[Listed]:
    """The publishers of a text in TOML, in its order.

    Raises:
        KeyError: when an entry lacks its id, name, home or feeds, or a feed its url.
        ValueError: when a kind is none.
    """
    return [_listed(entry) for entry in tomllib.loads(text)["publisher"]]


def grants(listed: Iterable[Listed]) -> dict[str, timedelta]:
    """For how long some publishers grant that their full texts are kept, by publisher id."""
    return {one.publisher.id: one.keeps_text for one in listed if one.keeps_text}


def standing_of(kind: Kind) -> Standing:
    """The standing of a listed publisher: who hands out, files, sells or repeats does not confirm."""
    return Standing.ESTABLISHED if kind is Kind.NEWSROOM else Standing.UNRATED


def _listed(entry: dict[str, Any]) -> Listed:
    kind = Kind(entry.get("kind", Kind.NEWSROOM))
    publisher = Publisher(
        id=entry["id"],
        name=entry["name"],
        home=entry["home"],
        owner=entry.get("owner"),
        standing=standing_of(kind),
        kind=kind,
        language=entry.get("language", "en"),
        owner_basis=entry.get("owner_basis"),
    )
    days = entry.get("keep_text_days")
    return Listed(publisher, tuple(_feed(feed) for feed in entry["feeds"]), timedelta(days=days) if days else None)


def _feed(entry: dict[str, Any]) -> ListedFeed:
    return ListedFeed(entry["url"], enabled=entry.get("on", True), language=entry.get("language"))
