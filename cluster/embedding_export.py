"""Exports the packaged sentence-transformers model to one ONNX file, in a process that loads torch for it."""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

from cluster.exported import written_whole
from cluster.packaged_model import WEIGHTS, checked, packaged_model


def load_reference() -> Any:
    """The packaged model as a SentenceTransformer on the CPU; nothing is fetched."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # it would draw over the caller's own
    return SentenceTransformer(str(packaged_model()), device="cpu")


def export(path: Path) -> None:
    """Writes the model with pooling and normalising as one ONNX file, whole or not at all.

    Inputs `input_ids` and `attention_mask`, int64 [texts, tokens]; output float32 [texts, 384] of unit length.

    Raises:
        packaged_model.NoModel: when the packaged weights are not the ones pinned.
    """
    checked(WEIGHTS)
    with written_whole(path) as part:
        _write_onnx(part)


def _write_onnx(path: Path) -> None:
    import torch

    encoder = load_reference()[0].auto_model.eval()
    # Attention that only adds the mask: torch's own asks of every score whether it is a number, 5 % of the time.
    encoder.set_attn_implementation("eager")

    class Pooled(torch.nn.Module):
        """Mean over the tokens that the mask keeps, to unit length, as the model's own modules do."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            tokens = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            kept = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        # The tracer is deprecated and warns of the mask's shape; the test against the reference holds what comes out.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled(),
            (torch.ones(2, 8, dtype=torch.int64), torch.ones(2, 8, dtype=torch.int64)),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
            dynamo=False,
        )


if __name__ == "__main__":
    export(Path(sys.argv[1]))
