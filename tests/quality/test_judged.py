"""What people found on reading real articles, held against what we say of them; the texts are SECONDSOURCE_CORPUS's."""

import csv
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from cluster.article_assets import find_assets
from cluster.assets import rank
from ingest.article import Article
from ingest.corpus import read_corpus

JUDGED = Path(__file__).parent / "judged"
FOLDER = os.environ.get("SECONDSOURCE_CORPUS", "")
NONE = "-"

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
        if row["part"] == part and row["first"] == row["second"]
    ]
    right = sum(meant == said != NONE for meant, said in pairs)
    precision = right / sum(said != NONE for _, said in pairs)
    recall = right / sum(meant != NONE for meant, _ in pairs)
    print(f"primary asset, {part}: precision {precision:.3f}, recall {recall:.3f} of {len(pairs)} articles")

    assert precision >= precision_from
    assert recall >= recall_from


def judgements(name: str) -> Iterator[Mapping[str, str]]:
    """The lines of one reading."""
    with (JUDGED / f"{name}.tsv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


@cache
def corpus() -> Mapping[str, Article]:
    """Every article of the summer by the id its line gives it."""
    return dict(read_corpus([Path(FOLDER) / "stream-2025-summer.jsonl.gz"]))


def _known(symbol: str) -> str:
    return symbol if rank(symbol) else NONE


def _primary(article: Article) -> str:
    return next((one.symbol for one in find_assets(article) if one.primary), NONE)
