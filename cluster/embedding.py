"""Texts to vectors: the sentence-transformers model, exported once to ONNX and run by ONNX Runtime."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from cluster.exported import Exported
from cluster.packaged_model import SHA256, WEIGHTS, load_tokenizer
from cluster.reading import DIMENSIONS, ENGINE
from cluster.terms import LEAD_WORDS

MAX_TOKENS = 256  # the model was trained on no more
# Forwards of so few padded tokens stay in a core's cache. From 128 to 512 the speed differs by 3 %, beyond it falls.
TOKENS_A_FORWARD = 256


class Embeds(Protocol):
    """Anything that turns texts into unit vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """[n, 384] float32, each row of unit length, in the order of the texts."""
        ...


class Embedder:
    """The model in one single-threaded session; make it after any fork, never before.

    Raises:
        packaged_model.NoModel: when there was no exported model and none could be made, or the tokenizer was altered.
    """

    def __init__(self, model_dir: Path) -> None:
        made_from = f"{ENGINE} {SHA256[WEIGHTS]}"
        self._session = Exported(model_dir / "model.onnx", "cluster.embedding_export", made_from).session()
        self._tokenizer = load_tokenizer()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """[n, 384] float32 unit vectors in the order of the texts, whatever order they were computed in."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        for rows in token_budget_batches([len(encoding.ids) for encoding in encodings]):
            vectors[rows] = self._forward([encodings[row] for row in rows])
        return vectors

    def _forward(self, batch: Sequence[Encoding]) -> NDArray[np.float32]:
        width = max(len(encoding.ids) for encoding in batch)
        ids = np.zeros((len(batch), width), dtype=np.int64)
        mask = np.zeros((len(batch), width), dtype=np.int64)
        for row, encoding in enumerate(batch):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        vectors: NDArray[np.float32] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def lead_text(title: str, text: str) -> str:
    """What a lead vector is made of: the title and the first words of the text."""
    return f"{title}. {' '.join(text.split()[:LEAD_WORDS])}"


def token_budget_batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Row numbers by length, in groups whose padded size stays within TOKENS_A_FORWARD (a longer row goes alone)."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[row] * (len(batch) + 1) > TOKENS_A_FORWARD:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
