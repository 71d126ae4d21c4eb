"""A matrix that grows by rows."""

import numpy as np
from numpy.typing import NDArray

FIRST = 256


class Rows:
    """float32 rows of one width, added at the end."""

    def __init__(self, width: int) -> None:
        self._held = np.zeros((FIRST, width), dtype=np.float32)
        self._count = 0

    def append(self, row: NDArray[np.float32]) -> None:
        """One more row, [width]."""
        if self._count == len(self._held):
            self._held = np.concatenate([self._held, np.zeros_like(self._held)])
        self._held[self._count] = row
        self._count += 1

    def view(self) -> NDArray[np.float32]:
        """[rows, width]: what was added, not copied; valid until the next row."""
        return self._held[: self._count]
