"""Reads a folder of labelled windows: `gold/NAME.A.tsv` says what the articles of `gold/NAME.jsonl.gz` are."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cluster.event import ArticleType, Theme

TESTED = "dev-"  # windows of other names are only fitted on


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article and what a reader said it is."""

    id: str
    window: str
    publisher: str
    title: str
    text: str
    event: str | None  # None when it stands alone
    type: ArticleType
    theme: Theme


def labelled(folder: Path) -> list[Labelled]:
    """Every labelled article below a corpus folder, window by window.

    Raises:
        FileNotFoundError: when the folder holds no labelled window.
    """
    found = [one for path in sorted((folder / "gold").glob("*.A.tsv")) for one in _window(path)]
    if not found:
        raise FileNotFoundError(f"{folder}/gold holds no labelled window (NAME.A.tsv beside NAME.jsonl.gz)")
    return found


def _window(path: Path) -> Iterator[Labelled]:
    name = path.name.removesuffix(".A.tsv")
    labels = {row[0]: row[1:] for row in (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())}
    with gzip.open(path.with_name(f"{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            if article["id"] in labels:
                event, kind, theme = labels[article["id"]]
                yield Labelled(
                    id=article["id"],
                    window=name,
                    publisher=article["publisher"],
                    title=article["title"],
                    text=article.get("text") or "",
                    event=None if event == "-" else event,
                    type=ArticleType(kind),
                    theme=Theme(theme),
                )
