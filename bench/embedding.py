"""Embedding by token budget against sentence-transformers, one core each, in CPU time."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import torch

from bench.results import Result, report
from bench.texts import articles
from cluster.embedding import MAX_TOKENS, Embedder
from cluster.embedding_export import load_reference
from cluster.terms import LEAD_WORDS

ARTICLES, ROUNDS, CALL = 96, 3, 32
AGAINST_CALLS, AGAINST_ONE = 2.2, 1.7  # the bars


def main() -> None:
    """Measures every set of texts, the three ways in turn, so that whatever else runs slows all of them."""
    torch.set_num_threads(1)
    reference = load_reference()
    reference.max_seq_length = MAX_TOKENS
    with tempfile.TemporaryDirectory() as folder:
        embedder = Embedder(Path(folder))
    origin, found = articles(ARTICLES)
    print(f"{len(found)} {origin}, {ROUNDS} rounds, CPU time on one thread")
    report([result for name, texts in _sets(found).items() for result in _measure(name, texts, embedder, reference)])


def _sets(found: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    def first(words: int) -> list[str]:
        return [f"{title}. {' '.join(text.split()[:words])}" if words else title for title, text in found]

    titles, leads, long = first(0), first(LEAD_WORDS), first(150)
    return {
        "titles and leads, as they are embedded": [text for pair in zip(titles, leads, strict=True) for text in pair],
        "titles with 0, 60 and 150 words in turn": [(titles, leads, long)[row % 3][row] for row in range(len(found))],
        "titles with 150 words": long,
    }


def _measure(name: str, texts: Sequence[str], embedder: Embedder, reference: Any) -> list[Result]:
    def calls() -> None:
        for first in range(0, len(texts), CALL):
            _encode(reference, texts[first : first + CALL])

    ways: dict[str, Callable[[], object]] = {
        "calls": calls,
        "one": lambda: _encode(reference, texts),
        "ours": lambda: embedder.embed(texts),
    }
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, run in ways.items():
            started = time.process_time()
            run()
            spent[way].append(time.process_time() - started)
    seconds = {way: median(measured) for way, measured in spent.items()}
    print(f"{name}: texts a second { ({way: round(len(texts) / took, 1) for way, took in seconds.items()}) }")
    return [
        Result(f"embedding, {name}: against {other}", round(seconds[way] / seconds["ours"], 2), bar)
        for way, other, bar in (("calls", f"calls of {CALL}", AGAINST_CALLS), ("one", "one encode", AGAINST_ONE))
    ]


def _encode(reference: Any, texts: Sequence[str]) -> None:
    reference.encode(texts, batch_size=CALL, normalize_embeddings=True, show_progress_bar=False)


if __name__ == "__main__":
    main()
