"""What people found on reading real articles, held against what we say of them; the texts are SECONDSOURCE_CORPUS's."""

import csv
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from cluster.article_assets import find_assets
from cluster.assets import rank
from cluster.describing import draft
from cluster.embedding import Embedder
from cluster.reading_store import ReadingStore
from cluster.report import Report
from cluster.store import EventStore
from ingest.article import Article
from ingest.corpus import read_corpus
from ingest.store import ArticleStore
from storage.engine import open_engine
from storage.migrating import migrate
from tests.quality.placing import place

JUDGED = Path(__file__).parent / "judged"
FOLDER = os.environ.get("SECONDSOURCE_CORPUS", "")
NONE = "-"
SOURCES_FROM, SOURCES_ALLOWED_FROM = 0.92, 0.96  # floors, a little below what was measured

pytestmark = pytest.mark.skipif(not FOLDER, reason="SECONDSOURCE_CORPUS names no folder with the articles")


@pytest.mark.parametrize(
    ("part", "precision_from", "recall_from"), [("chosen_on", 0.86, 0.96), ("judged_on", 0.84, 0.95)]
)
def test_the_primary_asset_is_the_one_that_two_readers_named(
    part: str, precision_from: float, recall_from: float
) -> None:
    """A symbol outside the gazetteer is none; where the two readers differ nothing is held against us."""
    pairs = [
        (_known(row["first"]), _primary(corpus()[row["article"]]))
        for row in judgements("primary_assets")
        if row["part"] == part and _agree(row)
    ]
    right = sum(meant == said != NONE for meant, said in pairs)
    precision = right / sum(said != NONE for _, said in pairs)
    recall = right / sum(meant != NONE for meant, _ in pairs)
    print(f"primary asset, {part}: precision {precision:.3f}, recall {recall:.3f} of {len(pairs)} articles")

    assert precision >= precision_from
    assert recall >= recall_from


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Mapping[str, Report]:
    """The articles whose origins were judged, read and placed as production does it."""
    ids = sorted({one for row in judgements("origins") for one in row["articles"].split()})
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('judged') / 'judged.db'}")
    migrate(engine)
    place([corpus()[one] for one in ids], engine, embedder)
    stored = {one: ArticleStore(engine).by_url(corpus()[one].url) for one in ids}
    articles = {one: article for one, article in stored.items() if article}
    placements = EventStore(engine).placed([article.id for article in articles.values()])
    read = ReadingStore(engine).get_many(list(placements))
    engine.dispose()
    return {one: Report(each, placements[each.id], read[each.id].facts) for one, each in articles.items()}


def test_an_event_counts_the_sources_that_two_readers_counted(reports: Mapping[str, Report]) -> None:
    """The events are those of the readings, whatever we would put together today."""
    judged = list(judgements("origins"))
    counted = [len(draft([reports[one] for one in row["articles"].split()]).origins) for row in judged]
    agreed = [(int(row["first"]), count) for row, count in zip(judged, counted, strict=True) if _agree(row)]
    right = sum(meant == count for meant, count in agreed) / len(agreed)
    open_to = [{row["first"], row["second"], *row["also"].split(",")} for row in judged]
    allowed = sum(str(count) in answers for count, answers in zip(counted, open_to, strict=True)) / len(judged)
    print(
        f"sources: {right:.3f} of {len(agreed)} as both readers; {allowed:.3f} of {len(judged)} as one of their answers"
    )

    assert right >= SOURCES_FROM
    assert allowed >= SOURCES_ALLOWED_FROM


def judgements(name: str) -> Iterator[Mapping[str, str]]:
    """The lines of one reading."""
    with (JUDGED / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


@cache
def corpus() -> Mapping[str, Article]:
    """Every article of the summer by the id its line gives it."""
    return dict(read_corpus([Path(FOLDER) / "stream-2025-summer.jsonl.gz"]))


def _agree(row: Mapping[str, str]) -> bool:
    return row["first"] == row["second"]


def _known(symbol: str) -> str:
    return symbol if rank(symbol) else NONE


def _primary(article: Article) -> str:
    return next((one.symbol for one in find_assets(article) if one.primary), NONE)
