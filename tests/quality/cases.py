"""Case files: a few invented articles each, and which of them an editor would list as one event."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from ingest.article import Article, Basis, Publisher, Standing

FOLDER = Path(__file__).parent / "cases"
START = datetime(2026, 3, 4, 12, tzinfo=UTC)  # minute 0 of every case


class Unreadable(ValueError):
    """A case file that does not say what it has to; the message names the file."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a case says of two of its articles."""

    first: str
    second: str
    together: bool
    known_failure: str | None  # why today's model gets it wrong; None when it has to be right

    @property
    def key(self) -> str:
        """How `[known_failures]` names it."""
        return f"{self.first} {self.second}"


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of mistake: articles in the order of their publication, ids being the file's keys, and the claims."""

    name: str
    guards: str
    articles: tuple[Article, ...]
    claims: tuple[Claim, ...]

    def title(self, key: str) -> str:
        """The headline of an article."""
        return next(article.title for article in self.articles if article.id == key)


def load(folder: Path) -> list[Case]:
    """Every case of a folder, by name.

    Raises:
        Unreadable: when a file lacks something, or speaks of an article or a claim that it does not have.
    """
    return [load_file(path) for path in sorted(folder.glob("*.toml"))]


def load_file(path: Path) -> Case:
    """The case in one file.

    Raises:
        Unreadable: as above.
    """
    try:
        return _case(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        problem = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise Unreadable(f"{path.name}: {problem}") from error


def _case(name: str, content: Mapping[str, Any]) -> Case:
    articles = [_article(key, fields) for key, fields in content["articles"].items()]
    claims = tuple(_claims(content.get("together", ()), content.get("apart", ()), content.get("known_failures", {})))
    named = {key for claim in claims for key in (claim.first, claim.second)}
    if named != {article.id for article in articles}:
        raise ValueError(f"articles and claims differ in {sorted(named ^ {article.id for article in articles})}")
    return Case(name, content["guards"], tuple(sorted(articles, key=lambda one: one.published_at)), claims)


def _claims(
    together: Sequence[Sequence[str]], apart: Sequence[Sequence[str]], known: Mapping[str, str]
) -> Iterator[Claim]:
    pairs = [(pair, True) for group in together for pair in combinations(group, 2)]
    pairs += [(pair, False) for group in apart for pair in combinations(group, 2)]
    if len({frozenset(pair) for pair, _ in pairs}) < len(pairs):
        raise ValueError("a pair is claimed twice")
    if unclaimed := known.keys() - {" ".join(pair) for pair, _ in pairs}:
        raise ValueError(f"no claim is called {sorted(unclaimed)}")
    for (first, second), same in pairs:
        yield Claim(first, second, same, known.get(f"{first} {second}"))


def _article(key: str, fields: Mapping[str, Any]) -> Article:
    home = f"https://{fields['publisher']}.example"
    published_at = START + timedelta(minutes=fields["minutes"])
    return Article(
        id=key,
        publisher=Publisher(fields["publisher"], fields["publisher"], home, standing=Standing.ESTABLISHED),
        url=f"{home}/{key}",
        title=fields["title"],
        text=fields["text"].strip(),
        published_at=published_at,
        published_at_basis=Basis.FEED,
        seen_at=published_at,
        language=fields.get("language", "en"),
    )
