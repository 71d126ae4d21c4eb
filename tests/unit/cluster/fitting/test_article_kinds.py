"""What is fitted on a few invented windows tells their like, and learns neither publishers nor one month's words."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from cluster.event import ArticleType, Theme
from cluster.fitting.article_kinds import Example, examples, fit, judged, told_by_others
from cluster.fitting.corpus import labelled
from cluster.fitting.vectors import Vectors

WINDOWS = ["dev-a", "dev-b", "more-1", "more-2", "more-3"]
FIRMS = ["Quillon", "Halden", "Corvane", "Northgrid", "Lumenar", "Zorbo", "Marsh", "Tessel"]


def write_corpus(folder: Path) -> None:
    (folder / "gold").mkdir()
    for window in WINDOWS:
        articles, labels = [], []
        for number, firm in enumerate(FIRMS):
            hacked = number % 2 == 0
            title = f"Hackers drain {firm} wallet" if hacked else f"{firm} price prediction: can bulls win?"
            text = f"By Ledgerpost. {window.title()}only spoke of {firm}."
            row = {"id": f"{window}{number}", "title": title, "text": text, "publisher": "Ledgerpost"}
            place = {"url": f"https://ledgerpost.example/{window}/{number}", "published_at": "2026-03-02T12:00:00Z"}
            articles.append(row | place)
            kind = ("news", "security") if hacked else ("analysis", "price")
            labels.append("\t".join((f"{window}{number}", "-", *kind)))
        with gzip.open(folder / "gold" / f"{window}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.write("\n".join(map(json.dumps, articles)))
        (folder / "gold" / f"{window}.A.tsv").write_text("\n".join(labels) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder)
    articles = labelled(folder)
    plain = {one.id: np.full(384, 384**-0.5, dtype=np.float32) for one in articles}
    return examples(articles, Vectors(plain, plain))


def test_what_was_left_out_is_told_right(found: list[Example]) -> None:
    types, themes = judged(found, told_by_others(found))

    assert (types.accuracy, themes.accuracy) == (1.0, 1.0)
    assert {one.name for one in themes.classes} == {Theme.SECURITY, Theme.PRICE}
    assert types[ArticleType.NEWS].labelled == len(FIRMS)  # half of them in each of two tested windows


def test_neither_a_publisher_nor_one_windows_word_is_learnt(found: list[Example]) -> None:
    known = fit(found).vocabulary.rows

    assert "title drain" in known
    assert not [phrase for phrase in known if "ledgerpost" in phrase or "only" in phrase]


def test_a_folder_without_labels_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no labelled window"):
        labelled(tmp_path)
