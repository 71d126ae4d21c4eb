"""Near-duplicate texts: bottom-k sketches of word 4-grams, compared by containment.

The sketch keeps the k smallest hashes of a text's shingles (Broder, "On the resemblance and containment of
documents", 1997). Two sketches estimate how much of the shorter text stands in the longer one, so a repost that was
cut short is still found where a Jaccard threshold would miss it.
"""

import re
from collections import Counter, defaultdict

import numpy as np
import xxhash
from numpy.typing import NDArray

SHINGLE_WORDS = 4
SKETCH_SIZE = 200
MIN_SHINGLES = 30  # shorter texts share a stock phrase too easily
MIN_COMPARED = 10  # an estimate from fewer hashes is chance
COPY_FROM = 0.6  # unrelated texts on one happening stay below 0.1, reposts with a new first paragraph above 0.7

_WORD = re.compile(r"\w+")


def sketch(text: str) -> NDArray[np.uint64]:
    """The smallest SKETCH_SIZE hashes of the text's word 4-grams, ascending; empty for a text too short to tell."""
    words = _WORD.findall(text.lower())
    shingles = {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)}
    if len(shingles) < MIN_SHINGLES:
        return np.empty(0, dtype=np.uint64)
    # xxh3, not hash(): Python salts its own, and sketches outlive the process.
    hashes = np.fromiter((xxhash.xxh3_64_intdigest(s.encode()) for s in shingles), dtype=np.uint64, count=len(shingles))
    hashes.sort()
    return hashes[:SKETCH_SIZE]


def containment(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """The estimated share of the shorter text's 4-grams that also stand in the longer text, 0 to 1."""
    if not len(one) or not len(other):
        return 0.0
    # Below the smaller of the two largest hashes both sketches are complete, so they can be compared there.
    bound = min(_reach(one), _reach(other))
    left, right = one[one <= bound], other[other <= bound]
    shared = len(np.intersect1d(left, right, assume_unique=True))
    compared = min(len(left), len(right))
    return shared / compared if compared >= MIN_COMPARED else 0.0


class Sketches:
    """Sketches by key, indexed by their hashes, so that only texts that share one are compared."""

    def __init__(self) -> None:
        self._by_key: dict[str, NDArray[np.uint64]] = {}
        self._by_hash: dict[int, set[str]] = defaultdict(set)

    def add(self, key: str, hashes: NDArray[np.uint64]) -> None:
        """Adds a text's sketch under its key."""
        self._by_key[key] = hashes
        for one in hashes.tolist():
            self._by_hash[one].add(key)

    def copies_of(self, hashes: NDArray[np.uint64]) -> list[str]:
        """Keys of the texts that `hashes` repeats or is repeated by, the closest first."""
        shared = Counter(key for one in hashes.tolist() for key in self._by_hash.get(one, ()))
        scored = [(containment(hashes, self._by_key[key]), key) for key, n in shared.items() if n >= MIN_COMPARED]
        return [key for score, key in sorted(scored, reverse=True) if score >= COPY_FROM]


def _reach(hashes: NDArray[np.uint64]) -> np.uint64:
    # A sketch that is not full holds every shingle there is.
    return np.uint64(hashes[-1]) if len(hashes) == SKETCH_SIZE else np.uint64(2**64 - 1)
