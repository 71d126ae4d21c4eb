"""How much of one text stands in another: for reposts made here, and for a corpus's articles with their labels."""

import gzip
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from bench.results import Result, report
from bench.texts import articles
from cluster.copies import SHORT_BELOW, TEASER_BELOW, Sketch, containment, repeats, sketch
from cluster.recurring import RECENT, own_words

ARTICLES, LEAST_WORDS = 400, 240
EDGES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
Words = list[str]

# Each makes a repost of a text's words, with the help of a stranger's.
EDITS: dict[str, Callable[[Words, Words], Words]] = {
    "the first 80 words alone": lambda own, _: own[:80],
    "80 words of its own in front, the first 80 left out": lambda own, other: other[:80] + own[80:],
    "one word in 15 changed": lambda own, _: [word if place % 15 else "indeed" for place, word in enumerate(own)],
    "60 words of its own before and after": lambda own, other: other[:60] + own + other[-60:],
}


def main() -> None:
    """Measures reposts against a bar, then shows what stands between two publishers' texts where a corpus is given."""
    origin, found = articles(ARTICLES)
    texts = [words for _, text in found if len(words := text.split()) >= LEAST_WORDS]
    print(f"reposts of {len(texts)} {origin}")
    results = [_reposts(name, edit, texts) for name, edit in EDITS.items()]
    windows = sorted(Path(os.environ.get("SECONDSOURCE_CORPUS", "")).glob("gold/*.jsonl.gz"))
    report([*results, *([_labelled(windows)] if windows else [])])


def _reposts(name: str, edit: Callable[[Words, Words], Words], texts: Sequence[Words]) -> Result:
    pairs = [
        (sketch(" ".join(own)), sketch(" ".join(edit(own, other))))
        for own, other in zip(texts, [*texts[1:], texts[0]], strict=True)
    ]
    shares = np.quantile([containment(*pair) for pair in pairs], (0.01, 0.5))
    print(f"  {name}: containment {shares[0]:.2f} at the lowest hundredth, {shares[1]:.2f} in the middle")
    return Result(f"copies found: {name}", round(float(np.mean([repeats(*pair) for pair in pairs])), 3), 0.99)


def _labelled(windows: Sequence[Path]) -> Result:
    """Pairs of other publishers' articles by containment, and how many of the copies are one event by the labels."""
    histogram: dict[str, Counter[int]] = defaultdict(Counter)
    judged: Counter[bool] = Counter()
    for window in windows:
        rows = _rows(window)
        labels = dict(_labels(window.with_name(window.name.replace(".jsonl.gz", ".A.tsv"))))
        for one, other in _sharing([own for _, own in rows]):
            if rows[one][0]["publisher"] == rows[other][0]["publisher"]:
                continue
            pair = rows[one][1], rows[other][1]
            histogram[_band(pair)][int(np.searchsorted(EDGES, containment(*pair), side="right"))] += 1
            if repeats(*pair):
                first, second = labels[rows[one][0]["id"]], labels[rows[other][0]["id"]]
                judged[first == second != "-"] += 1
    print("pairs of two publishers by containment, up to", *EDGES)
    for band, counts in histogram.items():
        print(f"  {band}:", *(counts[place] for place in range(len(EDGES))))
    print(f"copies: {judged.total()} pairs")
    return Result("copies that are one event by the labels", judged[True] / judged.total(), 0.99)


def _rows(window: Path) -> list[tuple[dict[str, Any], Sketch]]:
    with gzip.open(window, "rt", encoding="utf-8") as lines:
        rows = sorted((json.loads(line) for line in lines), key=lambda row: (row["published_at"], row["url"]))
    texts: dict[str, list[str]] = defaultdict(list)
    found = []
    for row in rows:
        text, before = row.get("text") or "", texts[row["publisher"]]
        found.append((row, sketch(own_words(text, before[-RECENT:]))))
        before.append(text)
    return found


def _labels(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        article_id, event, *_ = line.split("\t")
        yield article_id, event


def _sharing(sketches: Sequence[Sketch]) -> set[tuple[int, int]]:
    """Pairs that share anything at all."""
    holders: dict[int, list[int]] = defaultdict(list)
    for place, hashes in enumerate(sketches):
        for one in hashes.tolist():
            holders[one].append(place)
    return {pair for places in holders.values() for pair in combinations(places, 2)}


def _band(pair: tuple[Sketch, Sketch]) -> str:
    shorter = min(map(len, pair))
    if shorter < TEASER_BELOW:
        return "teasers"
    return "short texts" if shorter < SHORT_BELOW else "long texts"


if __name__ == "__main__":
    main()
