"""How well events are told apart: `python -m cluster.fitting.quality`; fails when a floor is missed.

Every figure leaves one window out: the model that judges a window was fitted to all others. With a corpus
(`SECONDSOURCE_CORPUS`) the features are measured anew from its texts, and simpler systems stand in the same table.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import mean

import numpy as np

from cluster.fitting.baselines import BASELINES
from cluster.fitting.grouping import Score, place, score
from cluster.fitting.pair_fit import left_out, probabilities
from cluster.fitting.pairs import Pairs, load_pairs
from cluster.fitting.same_event import measured
from cluster.fitting.vectors import Vectors, kept_in, vectors
from cluster.fitting.windows import LabelledWindow, labelled_windows
from cluster.pair_model import load_pair_model
from cluster.similarity import JOIN_AT, RULESET
from storage.settings import Settings

FLOORS = {"f1_multi": 0.85, "pair_f1": 0.77, "false_merge_rate": 0.23}
_COLUMNS = ("f1_multi", "pair_f1", "b3_f1", "false_merge_rate")


def main() -> None:
    """Prints the table and exits with 1 when a mean misses its floor."""
    corpus = os.environ.get("SECONDSOURCE_CORPUS")
    names, pairs = load_pairs()
    windows = {one.name: one for one in labelled_windows(Path(corpus), gold_only=True)} if corpus else {}
    known = _vectors(list(windows.values())) if windows else None
    if known:
        pairs = _all_anew(pairs, windows, known, names)
    print(f"same event, {RULESET}, joining at {JOIN_AT}: " + ("texts read anew" if windows else "the committed pairs"))
    print(f"{'':44}" + "  ".join(_COLUMNS))
    means = _table(list(_left_out(pairs, names, windows)))
    _print("the shipped model, which saw them (no floor)", _mean(list(_shipped(pairs))))
    for name, one in _simpler(list(windows.values()), known) if known else ():
        _print(name, one)
    sys.exit(1 if _missed(means) else 0)


def _left_out(
    pairs: Sequence[Pairs], names: Sequence[str], windows: dict[str, LabelledWindow]
) -> Iterator[tuple[str, Score]]:
    for held, probable in left_out(pairs, names, os.cpu_count() or 1):
        groups = place(held, probable, JOIN_AT)
        yield held.window, score(held.events, groups)
        second = windows[held.window].second if held.window in windows else None
        if second:
            yield f"{held.window}, labelled again", score([second[one].event for one in held.article_ids], groups)


def _simpler(windows: Sequence[LabelledWindow], known: Vectors) -> Iterator[tuple[str, Score]]:
    leads = [np.stack([known.leads[article.id] for article in window.articles]) for window in windows]
    for name, groups in BASELINES.items():
        found = zip(windows, leads, strict=True)
        yield name, _mean([score(_events(window), groups(window, vectors)) for window, vectors in found])


def _shipped(pairs: Sequence[Pairs]) -> Iterator[Score]:
    model = load_pair_model()
    for one in pairs:
        if one.is_gold:
            yield score(one.events, place(one, probabilities(one, model), JOIN_AT))


def _all_anew(
    pairs: Sequence[Pairs], windows: dict[str, LabelledWindow], known: Vectors, names: Sequence[str]
) -> list[Pairs]:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        asked = {
            one.window: pool.submit(measured, windows[one.window], known.of(windows[one.window].articles), one, names)
            for one in pairs
            if one.window in windows
        }
        return [asked[one.window].result() if one.window in asked else one for one in pairs]


def _vectors(windows: Sequence[LabelledWindow]) -> Vectors:
    settings = Settings()
    articles = [article for window in windows for article in window.articles]
    print(f"embedding {len(articles)} articles, some 40 ms each where they are not kept", file=sys.stderr)
    return vectors(articles, kept_in(settings), settings.model_dir)


def _events(window: LabelledWindow) -> list[str]:
    return [window.labels[article.id].event for article in window.articles]


def _table(rows: Sequence[tuple[str, Score]]) -> Score:
    for name, one in rows:
        _print(name, one)
    means = _mean([one for name, one in rows if "again" not in name])
    _print("mean, leaving one window out", means)
    return means


def _mean(scores: Sequence[Score]) -> Score:
    return Score(*(mean(getattr(one, column) for one in scores) for column in _COLUMNS))


def _print(name: str, one: Score) -> None:
    print(f"{name:44}" + "  ".join(f"{getattr(one, column):{len(column)}.3f}" for column in _COLUMNS), flush=True)


def _missed(means: Score) -> list[str]:
    above = [name for name in ("f1_multi", "pair_f1") if getattr(means, name) < FLOORS[name]]
    missed = above + (["false_merge_rate"] if means.false_merge_rate > FLOORS["false_merge_rate"] else [])
    for name in missed:
        print(f"MISSED: {name} is {getattr(means, name):.3f}, its floor {FLOORS[name]}")
    return missed


if __name__ == "__main__":
    main()
