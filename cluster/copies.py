"""Near-duplicate texts: the hashes of their word 4-grams, compared by containment.

How much of the shorter text stands in the longer one (Broder, "On the resemblance and containment of documents",
1997) finds a repost that was cut short where a Jaccard threshold would miss it. Every 4-gram is kept, not a sample: of
a long text a sample holds too few from the two paragraphs that a repost took.
"""

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xxhash
from numpy.typing import NDArray

SHINGLE_WORDS = 4
MIN_SHINGLES = 8  # eleven words; shorter texts are headlines, and two newsrooms write one headline
MAX_SHINGLES = 4000  # 16 kB; of a longer text this much is enough to know it again
# Figures in docs/quality.md: independent reports that quote one statement reach 0.4, edited reposts begin at 0.55.
COPY_FROM = 0.5
SHORT_BELOW, SHORT_COPY_FROM = 100, 0.65  # one quoted statement is half of a short text
# One publisher's texts share a template, the short ones most of their words: they are one text only if nearly nothing
# of the longer is missing. Over a summer 10 pairs of long texts within three days reach .95, the next has .82.
REPRINT_FROM = 0.95
# A teaser is a copy only word for word: with one word changed it is another day's or another coin's.
TEASER_BELOW, LEAD_SHINGLES = 30, 100  # and of another text's lead: lists of links repeat teasers further down
SETTLE_AT = 16_000  # hashes, of some forty texts: so many are looked through faster than put in order

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
    return _repeats(one, other, containment(one, other))


def reprints(one: Sketch, other: Sketch) -> bool:
    """Whether two texts of one publisher are the same, printed under two addresses."""
    short, long = sorted((one, other), key=len)
    shared = containment(one, other) * len(short)
    return len(short) >= SHORT_BELOW and shared >= REPRINT_FROM * len(long)


def _repeats(one: Sketch, other: Sketch, contained: float) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) < TEASER_BELOW:
        return contained == 1.0 and bool(np.isin(short, long[:LEAD_SHINGLES]).all())
    return contained >= (SHORT_COPY_FROM if len(short) < SHORT_BELOW else COPY_FROM)


class Sketches:
    """Sketches by key, indexed by their hashes, so that only texts that share some are compared."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._sketches: list[Sketch] = []
        self._lengths = array("q")
        self._settled = _Columns.of([], first=0)  # in the order of their hashes
        self._recent = _Columns.of([], first=0)  # what came since, in no order
        self._indexed = 0  # how many sketches stand in either

    def add(self, key: str, hashes: Sketch) -> None:
        """Adds a text's sketch under its key; it is indexed when something is searched."""
        self._keys.append(key)
        self._sketches.append(hashes)
        self._lengths.append(len(hashes))

    def copies_of(self, hashes: Sketch) -> list[str]:
        """Keys of the texts that `hashes` repeats or is repeated by, the closest first, then the first added."""
        return self.copies_among(hashes, self.contained(hashes))

    def copies_among(self, hashes: Sketch, contained: NDArray[np.float64]) -> list[str]:
        """The same, where it is known how far each text is `contained`."""
        rows = np.flatnonzero(contained >= COPY_FROM)
        rows = rows[np.argsort(-contained[rows], kind="stable")]
        return [self._keys[row] for row in rows if _repeats(hashes, self._sketches[row], contained[row])]

    def contained(self, hashes: Sketch) -> NDArray[np.float64]:
        """[texts], the `containment` of each and of `hashes`."""
        self._index()
        sought = np.sort(hashes)
        rows = np.concatenate([self._settled.rows_with(sought), self._recent.rows_among(sought)])
        shared = np.bincount(rows, minlength=len(self._keys))
        return shared / np.maximum(np.minimum(np.frombuffer(self._lengths, dtype=np.int64), len(hashes)), 1)

    def _index(self) -> None:
        """Takes up what was added since the last search."""
        if self._indexed == len(self._sketches):
            return
        new = _Columns.of(self._sketches[self._indexed :], first=self._indexed)
        self._indexed = len(self._sketches)
        self._recent = self._recent.followed_by(new)
        if len(self._recent.hashes) > SETTLE_AT:
            self._settled = self._settled.merged_with(self._recent)
            self._recent = _Columns.of([], first=0)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The hashes of some sketches, and beside each the row of the sketch that it is from."""

    hashes: Sketch
    rows: NDArray[np.int32]

    @classmethod
    def of(cls, sketches: Sequence[Sketch], first: int) -> "_Columns":
        """Those of sketches of which the first has the row `first`."""
        rows = np.arange(first, first + len(sketches), dtype=np.int32)
        hashes = np.concatenate([np.empty(0, dtype=np.uint32), *sketches])
        return cls(hashes, np.repeat(rows, [len(one) for one in sketches]))

    def followed_by(self, other: "_Columns") -> "_Columns":
        return _Columns(np.concatenate([self.hashes, other.hashes]), np.concatenate([self.rows, other.rows]))

    def merged_with(self, other: "_Columns") -> "_Columns":
        """The columns of both in the order of their hashes, in which these are already."""
        order = np.argsort(other.hashes, kind="stable")
        hashes, rows = other.hashes[order], other.rows[order]
        places = np.searchsorted(self.hashes, hashes, side="right")
        return _Columns(np.insert(self.hashes, places, hashes), np.insert(self.rows, places, rows))

    def rows_with(self, sought: Sketch) -> NDArray[np.int32]:
        """The row of each hash that is one of those sought, which are in order as the columns are."""
        starts = np.searchsorted(self.hashes, sought)
        counts = np.searchsorted(self.hashes, sought, side="right") - starts
        offsets = np.repeat(starts - np.cumsum(counts) + counts, counts)
        rows: NDArray[np.int32] = self.rows[offsets + np.arange(len(offsets))]
        return rows

    def rows_among(self, sought: Sketch) -> NDArray[np.int32]:
        """The same in columns that are in no order."""
        if not len(sought):
            return np.empty(0, dtype=np.int32)
        rows: NDArray[np.int32] = self.rows[sought[np.searchsorted(sought[:-1], self.hashes)] == self.hashes]
        return rows
