"""The labelled windows: articles of a corpus folder with the events, types and themes that readers gave them.

A folder holds `gold/NAME.jsonl.gz` with `gold/NAME.A.tsv` (and `.B.tsv` where a window was labelled twice), and
`stream-*.jsonl.gz`. The labels of further windows of the stream are our own, in `cluster/data/labels`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.article import Article
from ingest.corpus import read_corpus

OWN_LABELS = Path(__file__).parent.parent / "data" / "labels"
_ALONE = "alone:"


@dataclass(frozen=True, slots=True)
class Label:
    """What a reader said of an article; `event` is its own id's where it stands alone."""

    event: str
    type: str
    theme: str

    @property
    def is_alone(self) -> bool:
        """Whether no other article tells of the same happening."""
        return self.event.startswith(_ALONE)


@dataclass(frozen=True, slots=True)
class LabelledWindow:
    """Some days of articles in the order of their publication, every one labelled."""

    name: str
    articles: tuple[Article, ...]  # their ids are those of the corpus
    labels: Mapping[str, Label]  # by article id
    second: Mapping[str, Label] | None  # an independent labelling of the same articles
    is_gold: bool  # scored; the others are only learned from


def labelled_windows(corpus: Path, gold_only: bool = False) -> Iterator[LabelledWindow]:
    """The windows of a corpus folder, the gold ones first.

    Raises:
        FileNotFoundError: when the folder holds no labelled window.
    """
    found = sorted((corpus / "gold").glob("*.A.tsv"))
    if not found:
        raise FileNotFoundError(f"{corpus}/gold holds no labelled window (NAME.A.tsv beside NAME.jsonl.gz)")
    for path in found:
        name, again = path.name.removesuffix(".A.tsv"), path.with_name(path.name.replace(".A.", ".B."))
        articles = _articles([path.with_name(f"{name}.jsonl.gz")])
        yield _window(name, articles, read_labels(path), read_labels(again) if again.exists() else None, True)
    articles = {} if gold_only else stream_articles(corpus)
    if not articles:
        return
    for path in sorted(OWN_LABELS.glob("*.tsv")):
        yield _window(path.stem, articles, read_labels(path), None, False)


def stream_articles(corpus: Path) -> dict[str, Article]:
    """The articles of a corpus folder's stream by their ids, which are those of the corpus; none without a stream."""
    return _articles(sorted(corpus.glob("stream-*.jsonl.gz")))


def all_articles(corpus: Path) -> list[Article]:
    """Every article of a corpus folder, each address once, in the order of publication."""
    gold = _articles(sorted((corpus / "gold").glob("*.jsonl.gz")))
    by_url = {article.url: article for article in (*gold.values(), *stream_articles(corpus).values())}
    return sorted(by_url.values(), key=lambda article: (article.published_at, article.url))


def read_labels(path: Path) -> dict[str, Label]:
    """The labels of a TSV file: article id, event or `-`, type, theme."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {one: Label(f"{_ALONE}{one}" if event == "-" else event, kind, theme) for one, event, kind, theme in rows}


def _window(
    name: str, articles: Mapping[str, Article], labels: dict[str, Label], second: dict[str, Label] | None, is_gold: bool
) -> LabelledWindow:
    held = [articles[one] for one in labels if one in articles]
    ordered = sorted(held, key=lambda article: (article.published_at, article.url))
    return LabelledWindow(name, tuple(ordered), labels, second, is_gold)


def _articles(files: list[Path]) -> dict[str, Article]:
    return {one: replace(article, id=one) for one, article in read_corpus(files)}
