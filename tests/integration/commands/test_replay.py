"""A corpus is placed in time order, a line of output for each line of input."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cluster.filter_store import EventFilter
from cluster.store import EventStore
from commands.errors import CannotStart
from commands.replay import replay
from ingest.store import ArticleStore
from storage.engine import open_engine
from storage.settings import Settings

BREACH = "The exchange Corvane stopped withdrawals after an attacker drained a hot wallet of $41 million."
CORPUS = [
    ("c", "coinherald", "Hackers take $41M from exchange Corvane", BREACH, "2026-03-04T14:00:00Z"),
    ("a", "ledgerpost", "Corvane halts withdrawals after $41 million hack", BREACH, "2026-03-04T12:00:00Z"),
    ("b", "ledgerpost", "Court dismisses case against lender Ostrava", "A judge ruled.", "2026-03-04T13:00:00Z"),
]


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir)


def _corpus(path: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    names = ("id", "publisher", "title", "text", "published_at")
    lines = [dict(zip(names, row, strict=True)) | {"url": f"https://{row[1]}.example/{row[2][:9]}"} for row in rows]
    with gzip.open(path, "wt") as corpus:
        corpus.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_line_finds_its_event(tmp_path: Path, settings: Settings) -> None:
    done = replay([_corpus(tmp_path / "c.jsonl.gz", CORPUS)], settings, tmp_path / "out.jsonl", None)

    rows = {row["article_id"]: row for row in _read(tmp_path / "out.jsonl")}
    assert (done.articles, done.events) == (3, 2)
    assert rows["a"]["event_id"] == rows["c"]["event_id"] != rows["b"]["event_id"]
    assert rows["a"]["because"] == []
    assert rows["c"]["because"][0]["text"]


def test_at_the_end_of_a_replay_what_is_old_is_fresh_no_more(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.replay.BATCH", 2)  # read in two goes, the second of them two days later
    later = ("d", "ledgerpost", "Harbour fund opens in Ostrava", "It opened.", "2026-03-06T13:00:00Z")
    database = f"sqlite:///{tmp_path / 'kept.db'}"

    replay([_corpus(tmp_path / "c.jsonl.gz", [*CORPUS[1:], later])], settings, None, database)

    engine = open_engine(database)
    events = EventStore(engine).page(EventFilter(), "recency", 10)
    engine.dispose()
    fresh = [
        [one.passed for one in event.description.signal.reasons if one.code == "fresh"]
        for event in events
        if event.description
    ]
    assert fresh == [[True], [False], [False]]


def test_publishers_whose_names_have_no_latin_letters_are_as_many_sources(tmp_path: Path, settings: Settings) -> None:
    names = ("日経", "Новости", "Ведомости", "El País", "El Pas", "x" * 70 + "a", "x" * 70 + "b")
    corpus = _corpus(tmp_path / "corpus.jsonl.gz", [(str(n), name, *CORPUS[0][2:]) for n, name in enumerate(names)])
    database = f"sqlite:///{tmp_path / 'kept.db'}"

    replay([corpus], settings, None, database)

    stored = ArticleStore(open_engine(database)).page(limit=100)
    assert len({one.publisher.id for one in stored}) == len(names)
    assert {one.publisher.name: one.publisher.id for one in stored}["El Pas"] == "el-pas"
    assert max(len(one.publisher.id) for one in stored) <= 80


def test_two_lines_with_one_url_go_to_one_event_and_both_have_their_line(tmp_path: Path, settings: Settings) -> None:
    again = ("d", *CORPUS[0][1:])

    replay([_corpus(tmp_path / "c.jsonl.gz", [*CORPUS, again])], settings, tmp_path / "out.jsonl", None)

    rows = {row["article_id"]: row["event_id"] for row in _read(tmp_path / "out.jsonl")}
    assert rows["c"] == rows["d"]
    assert len(rows) == 4


def test_a_copy_names_its_original_as_the_corpus_does(tmp_path: Path, settings: Settings) -> None:
    replay([_corpus(tmp_path / "c.jsonl.gz", CORPUS)], settings, tmp_path / "out.jsonl", None)

    assert {row["article_id"]: row["copy_of"] for row in _read(tmp_path / "out.jsonl")} == {
        "a": None,
        "b": None,
        "c": "a",
    }


def test_an_empty_corpus_is_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(CannotStart, match="no article"):
        replay([_corpus(tmp_path / "c.jsonl.gz", [])], settings, None, None)


@pytest.mark.parametrize("name", ["plain.jsonl.gz", "cut.jsonl.gz", "flipped.jsonl.gz", "latin.jsonl"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, settings: Settings, name: str) -> None:
    whole = gzip.compress(json.dumps({"id": "a"}).encode() * 1000)
    contents = {
        "plain.jsonl.gz": b"{}",
        "cut.jsonl.gz": whole[:-9],
        "flipped.jsonl.gz": whole[:12] + bytes([whole[12] ^ 255]) + whole[13:],
        "latin.jsonl": "{}é".encode("latin-1"),
    }
    (tmp_path / name).write_bytes(contents[name])

    with pytest.raises(CannotStart, match=name):
        replay([tmp_path / name], settings, None, None)
