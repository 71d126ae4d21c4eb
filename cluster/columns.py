"""Keys as numbers, with what each is worth: how many of the articles at hand say it."""

import numpy as np
from numpy.typing import NDArray

from cluster.content import Keys, Kind

KINDS = tuple(Kind)

Numbers = NDArray[np.intp]


class Columns:
    """A number for every key of every kind, given in the order of their first appearance."""

    def __init__(self) -> None:
        self._numbers: dict[Kind, dict[str, int]] = {kind: {} for kind in KINDS}
        self._kinds = np.zeros(1024, dtype=np.intp)
        self._counts = np.zeros(1024)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def kinds(self) -> Numbers:
        """[columns]: the place in KINDS of each key's kind."""
        return self._kinds[: self._count]

    @property
    def counts(self) -> NDArray[np.float64]:
        """[columns]: how many counted articles have each key."""
        return self._counts[: self._count]

    def numbers(self, keys: Keys) -> Numbers:
        """The numbers of an article's keys, unseen ones included."""
        found: list[int] = []
        for place, kind in enumerate(KINDS):
            known = self._numbers[kind]
            for key in keys.get(kind, ()):
                number = known.get(key)
                found.append(self._new(known, key, place) if number is None else number)
        return np.array(found, dtype=np.intp)

    def count(self, numbers: Numbers) -> None:
        """One more article has these keys."""
        self._counts[numbers] += 1

    def _new(self, known: dict[str, int], key: str, place: int) -> int:
        number = known[key] = self._count
        if number == len(self._kinds):
            self._kinds = np.concatenate([self._kinds, np.zeros_like(self._kinds)])
            self._counts = np.concatenate([self._counts, np.zeros_like(self._counts)])
        self._kinds[number] = place
        self._count += 1
        return number
