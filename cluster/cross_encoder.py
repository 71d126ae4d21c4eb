"""Reads two articles' openings side by side and says how likely they tell one happening.

A cross-encoder (Reimers and Gurevych, "Sentence-BERT", 2019, use the word so): the packaged model's own layers, fitted
on labelled pairs, with both openings in one input. It sees what vectors cannot, and costs a forward for every pair;
only pairs that the pair model leaves open are shown to it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from cluster.embedding import open_session, packaged_model

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
        embedding.NotExported: when there was no exported model and none could be made.
    """

    def __init__(self, model_dir: Path) -> None:
        self._session = open_session(model_dir / "cross_encoder.onnx", "cluster.cross_encoder_export")
        self._tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

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
