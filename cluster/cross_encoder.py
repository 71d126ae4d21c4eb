"""Reads two articles' openings side by side and says how likely they tell one happening.

A cross-encoder (Reimers and Gurevych, "Sentence-BERT", 2019, use the word so): the packaged model's own layers, fitted
on labelled pairs, with both openings in one input. It sees what vectors cannot, and costs a forward for every pair;
only pairs that the pair model leaves open are shown to it.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cluster.cross_encoder_export import WEIGHTS
from cluster.exported import Exported
from cluster.packaged_model import load_tokenizer

OPENING_TOKENS, TITLE_TOKENS = 62, 28  # of each side, the title included
_CLS, _SEP, _STOP = 101, 102, 1012

Opening = tuple[str, str]  # an article's title and the first LEAD_WORDS words of its text, see terms


class ReadsPairs(Protocol):
    """Anything that judges pairs of openings."""

    def logits(self, pairs: Sequence[tuple[Opening, Opening]]) -> NDArray[np.float64]:
        """[n] log-odds, the same whichever side comes first."""
        ...


class CrossEncoder:
    """The model in one single-threaded session; make it after any fork, never before.

    Raises:
        packaged_model.NoModel: when there was no exported model and none could be made, or the tokenizer was altered.
    """

    def __init__(self, model_dir: Path) -> None:
        made_from = f"cross-encoder 1 {hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()}"
        self._session = Exported(model_dir / "cross_encoder.onnx", "cluster.cross_encoder_export", made_from).session()
        self._tokenizer = load_tokenizer()

    def logits(self, pairs: Sequence[tuple[Opening, Opening]]) -> NDArray[np.float64]:
        """[n] log-odds, the same whichever side comes first: a pair is read in one order, that of its words."""
        return np.array([self._forward(*map(self._tokens, sorted(pair))) for pair in pairs], dtype=np.float64)

    def _tokens(self, opening: Opening) -> list[int]:
        title, lead = (self._tokenizer.encode(part, add_special_tokens=False).ids for part in opening)
        return [*title[:TITLE_TOKENS], _STOP, *lead][:OPENING_TOKENS]

    def _forward(self, one: list[int], other: list[int]) -> float:
        ids = np.array([[_CLS, *one, _SEP, *other, _SEP]], dtype=np.int64)
        types = np.array([[0] * (len(one) + 2) + [1] * (len(other) + 1)], dtype=np.int64)
        return float(self._session.run(None, {"input_ids": ids, "token_type_ids": types})[0][0])
