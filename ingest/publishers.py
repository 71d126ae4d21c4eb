"""The publishers we know by name: read from publishers.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from ingest.article import Publisher, Standing


@dataclass(frozen=True, slots=True)
class Listed:
    """A publisher and the URLs of its feeds."""

    publisher: Publisher
    feeds: tuple[str, ...]


def listed_publishers() -> list[Listed]:
    """Every publisher of publishers.toml; all of them are established.

    Raises:
        KeyError: when an entry lacks its id, name, home or feeds.
    """
    text = (Path(__file__).parent / "publishers.toml").read_text(encoding="utf-8")
    return [_listed(entry) for entry in tomllib.loads(text)["publisher"]]


def _listed(entry: dict[str, str | list[str]]) -> Listed:
    publisher = Publisher(
        id=str(entry["id"]),
        name=str(entry["name"]),
        home=str(entry["home"]),
        owner=str(entry["owner"]) if "owner" in entry else None,
        standing=Standing.ESTABLISHED,
        kind=str(entry.get("kind", "newsroom")),
        language=str(entry.get("language", "en")),
    )
    return Listed(publisher, tuple(entry["feeds"]))
