"""The articles of labelled windows one by one, each with what a reader said it is."""

from dataclasses import dataclass
from pathlib import Path

from cluster.event import ArticleType, Theme
from cluster.fitting.windows import labelled_windows

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
    """Every labelled article of a corpus folder's own windows, window by window.

    Raises:
        FileNotFoundError: when the folder holds no labelled window.
    """
    return [
        Labelled(
            id=article.id,
            window=window.name,
            publisher=article.publisher.name,
            title=article.title,
            text=article.text,
            event=None if (label := window.labels[article.id]).is_alone else label.event,
            type=ArticleType(label.type),
            theme=Theme(label.theme),
        )
        for window in labelled_windows(folder, gold_only=True)
        for article in window.articles
    ]
