"""Near-duplicate texts: the hashes of their word 4-grams, compared by containment.

How much of the shorter text stands in the longer one (Broder, "On the resemblance and containment of documents",
1997) finds a repost that was cut short where a Jaccard threshold would miss it. Every 4-gram is kept, not a sample: of
a long text a sample holds too few from the two paragraphs that a repost took.
"""

import re
from collections import defaultdict

import numpy as np
import xxhash
from numpy.typing import NDArray

SHINGLE_WORDS = 4
MIN_SHINGLES = 8  # eleven words; shorter texts are headlines, and two newsrooms write one headline
MAX_SHINGLES = 4000  # 16 kB; of a longer text this much is enough to know it again
# Figures in docs/quality.md: independent reports that quote one statement reach 0.4, edited reposts begin at 0.55.
COPY_FROM = 0.5
SHORT_BELOW, SHORT_COPY_FROM = 100, 0.65  # one quoted statement is half of a short text
# A teaser is a copy only word for word: with one word changed it is another day's or another coin's.
TEASER_BELOW, LEAD_SHINGLES = 30, 100  # and of another text's lead: lists of links repeat teasers further down
SETTLE_AT = 20_000  # hashes; what came since is searched in a dictionary, the rest in sorted columns

_WORD = re.compile(r"\w+")
_CUT_OFF = ("…", "...")

Sketch = NDArray[np.uint32]


def sketch(text: str) -> Sketch:
    """The hashes of the text's word 4-grams, each once, in the order of the text; empty for a text too short to tell.

    32 bits do: of 6,000 texts some other one holds a given hash by chance once in 2,000 times.
    """
    words = _WORD.findall(text.lower())
    if text.rstrip().endswith(_CUT_OFF):
        words = words[:-1]  # it may be half a word
    shingles = dict.fromkeys(" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1))
    if len(shingles) < MIN_SHINGLES:
        return np.empty(0, dtype=np.uint32)
    # xxh3, not hash(): Python salts its own, and sketches outlive the process.
    hashes = (xxhash.xxh3_64_intdigest(one.encode()) & 0xFFFFFFFF for one in shingles)
    return np.fromiter(dict.fromkeys(hashes), dtype=np.uint32)[:MAX_SHINGLES]


def containment(one: Sketch, other: Sketch) -> float:
    """The share of the shorter text's 4-grams that also stand in the longer text, 0 to 1."""
    if not len(one) or not len(other):
        return 0.0
    return len(np.intersect1d(one, other, assume_unique=True)) / min(len(one), len(other))


def repeats(one: Sketch, other: Sketch) -> bool:
    """Whether one of two texts repeats the other, whole or in part, edited lightly or not at all."""
    short, long = sorted((one, other), key=len)
    if len(short) < TEASER_BELOW:
        return bool(len(short) and np.isin(short, long[:LEAD_SHINGLES]).all())
    return containment(short, long) >= (SHORT_COPY_FROM if len(short) < SHORT_BELOW else COPY_FROM)


class Sketches:
    """Sketches by key, indexed by their hashes, so that only texts that share some are compared."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._sketches: list[Sketch] = []
        self._hashes = np.empty(0, dtype=np.uint32)  # ascending
        self._rows = np.empty(0, dtype=np.int32)  # of the sketch that each of the hashes is from
        self._settled = 0  # how many sketches these columns hold
        self._recent: dict[int, list[int]] = defaultdict(list)  # the rows of those that came since, by hash
        self._indexed = 0  # how many sketches stand in either

    def add(self, key: str, hashes: Sketch) -> None:
        """Adds a text's sketch under its key; it is indexed when something is searched."""
        self._keys.append(key)
        self._sketches.append(hashes)

    def copies_of(self, hashes: Sketch) -> list[str]:
        """Keys of the texts that `hashes` repeats or is repeated by, the closest first, then the first added."""
        self._index()
        shared = self._shared(hashes)
        rows = np.flatnonzero(shared >= MIN_SHINGLES)
        lengths = np.array([min(len(self._sketches[row]), len(hashes)) for row in rows])
        scored = sorted(zip((-shared[rows] / lengths).tolist(), rows.tolist(), strict=True))
        near = [row for share, row in scored if -share >= COPY_FROM]
        return [self._keys[row] for row in near if repeats(hashes, self._sketches[row])]

    def _index(self) -> None:
        """Takes up what was added since the last search: a few in a dictionary, many at once in the columns."""
        new = self._sketches[self._indexed :]
        if len(self._recent) + sum(map(len, new)) > SETTLE_AT:
            self._settle()
        else:
            for row, hashes in enumerate(new, start=self._indexed):
                for one in hashes.tolist():
                    self._recent[one].append(row)
        self._indexed = len(self._sketches)

    def _shared(self, hashes: Sketch) -> NDArray[np.intp]:
        """[texts], how many of the hashes each text holds."""
        rows = [row for one in hashes.tolist() for row in self._recent.get(one, ())]
        starts = np.searchsorted(self._hashes, hashes, side="left")
        ends = np.searchsorted(self._hashes, hashes, side="right")
        found = [self._rows[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
        return np.bincount(np.concatenate([np.array(rows, dtype=np.int32), *found]), minlength=len(self._keys))

    def _settle(self) -> None:
        new = self._sketches[self._settled :]
        rows = np.repeat(np.arange(self._settled, len(self._keys), dtype=np.int32), [len(one) for one in new])
        hashes = np.concatenate([self._hashes, *new])
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._rows = hashes[order], np.concatenate([self._rows, rows])[order]
        self._settled = len(self._keys)
        self._recent.clear()
