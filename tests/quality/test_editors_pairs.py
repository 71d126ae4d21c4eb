"""What editors decided on the demo's day is learned from: measured there, and weighed in beside labelled windows."""

import gzip
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from cluster.editing import Desk
from cluster.filter_store import EventFilter
from cluster.fitting.pair_fit import fit
from cluster.fitting.pairs import Pairs, load_pairs
from cluster.fitting.said_pairs import SaidPairs, UnreadablePairs, read_said
from cluster.fitting.same_event import editors_pairs
from cluster.pair_model import PairModel
from cluster.store import EventStore
from commands.export import pair_lines
from commands.replay import replay
from storage.engine import open_engine
from storage.settings import Settings
from tests.quality.replayed import corpus_file


def _decided(settings: Settings, at: datetime) -> None:
    """An editor takes the largest event apart, article by article, and makes the two next ones one."""
    engine = open_engine(settings.database)
    found = EventStore(engine).page(EventFilter(), "recency", 100)
    largest, one, other = sorted(found, key=lambda event: (-len(event.members), event.id))[:3]
    desk = Desk(engine, "Ada", at)
    for member in largest.members[1:]:
        desk.move([member.article.id], None, {})
    desk.merge(one.id, other.id, {})


def _probable(model: PairModel, pairs: SaidPairs) -> float:
    """How probable the model calls what editors said, at the mean: 0 to 1."""
    same = 1 / (1 + np.exp(-model.mixed(pairs.features)))
    return float(np.where(pairs.same, same, 1 - same).mean())


def _first(pairs: Pairs, count: int) -> Pairs:
    """Some of a window's pairs: a fit of all takes twenty seconds."""
    return replace(
        pairs,
        later=pairs.later[:count],
        earlier=pairs.earlier[:count],
        features=pairs.features[:count],
        second=pairs.second[:count],
    )


def _heavier(said: SaidPairs) -> SaidPairs:
    return replace(said, weights=said.weights * 100)


def test_a_fit_learns_what_editors_said_on_the_demos_day(tmp_path: Path, exported: Path) -> None:
    corpus = corpus_file("demo", tmp_path)
    settings = Settings(data_dir=tmp_path / "data", database_url=None)
    settings.data_dir.mkdir()
    settings.model_dir.symlink_to(exported)
    replay([corpus], settings, None, settings.database)
    _decided(settings, datetime.fromisoformat("2026-03-04T12:00:00+00:00"))
    export = tmp_path / "pairs.jsonl"
    export.write_text("".join(f"{line}\n" for line in pair_lines(settings)), encoding="utf-8")
    names, windows = load_pairs()

    (said,) = editors_pairs(read_said(export), settings, None, names)

    assert said.features.shape == (len(said.same), len(names))
    assert len(said.same) >= 3
    assert {True, False} >= set(said.same.tolist()) > set()
    few = _first(windows[0], 300)
    without, weighed, heavy = (fit([few, *more], names) for more in ([], [said], [_heavier(said)]))
    assert _probable(without, said) < _probable(weighed, said) < _probable(heavy, said)

    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "demo.jsonl.gz").write_bytes(gzip.compress(corpus.read_bytes()))
    elsewhere = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'none.db'}"})
    none, anew = editors_pairs(read_said(export), elsewhere, tmp_path, names)
    assert (len(none.same), sorted(anew.same.tolist())) == (0, sorted(said.same.tolist()))


def test_a_file_of_something_else_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "editorial.jsonl"
    path.write_text('{"kind": "lock", "event_id": "evt_1"}\n', encoding="utf-8")

    with pytest.raises(UnreadablePairs, match=r"editorial.jsonl, line 1"):
        read_said(path)
