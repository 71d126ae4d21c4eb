"""Stand-ins for what is slow: an embedder whose vectors come from a text's words."""

from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from cluster.reading import DIMENSIONS


class FakeEmbedder:
    """Texts with the same words get near vectors; counts the texts it was given."""

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += len(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, xxhash.xxh3_64_intdigest(word.encode()) % DIMENSIONS] += 1.0
            vectors[row] /= np.linalg.norm(vectors[row]) or 1.0
        return vectors
